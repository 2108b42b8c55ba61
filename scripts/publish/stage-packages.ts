import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { makeLinksAbsolute, pageOf } from "./absolute-links.ts";
import { type Company, publishedName } from "./company.ts";
import { type PublicPackage, publicPackages } from "./public-packages.ts";
import { createRenaming, type Renaming } from "./rename-packages.ts";

export interface StagedPackage {
  /** The published name. */
  name: string;
  version: string;
  /** The path of the tarball. */
  tarball: string;
}

/**
 * Packs each published package into a tarball in `folder`, with the names, links and registry of the company. The
 * sources keep their names, so that a company can merge this repository's changes. Expects that everything is built.
 */
export async function stagePackages(root: string, folder: string, company: Company): Promise<StagedPackage[]> {
  const packages = publicPackages(root);
  const renaming = createRenaming(
    packages.map(({ name }) => name),
    company.scope,
  );
  await mkdir(folder, { recursive: true });
  return Promise.all(packages.map(each => stagePackage(root, folder, each, company, renaming)));
}

async function stagePackage(
  root: string,
  folder: string,
  { name, version, folder: path }: PublicPackage,
  company: Company,
  renaming: Renaming,
): Promise<StagedPackage> {
  const temporary = await mkdtemp(join(tmpdir(), "stage-"));
  try {
    // pnpm replaces `workspace:` and `catalog:` by versions.
    await run("pnpm", ["--silent", "pack", "--out", join(temporary, "source.tgz")], join(root, path));
    await unpack(join(temporary, "source.tgz"), temporary);
    const contents = join(temporary, "package");
    // pnpm adds the license only to packages without any, and the emulator contains the one of Swagger UI.
    await cp(join(root, "LICENSE"), join(contents, "LICENSE"));
    await renameFiles(contents, renaming);
    await edit(join(contents, "package.json"), text => completeManifest(text, path, company));
    await edit(join(contents, "README.md"), text =>
      makeLinksAbsolute(text, {
        folder: path,
        repository: company.repository,
        isFolder: target => statSync(join(root, target), { throwIfNoEntry: false })?.isDirectory() ?? false,
      }),
    );
    // npm gives all files the same date, so equal contents are equal tarballs.
    const packed = await run("npm", ["pack", "--json", "--pack-destination", folder], contents);
    const [{ filename }]: [{ filename: string }] = JSON.parse(packed);
    return { name: publishedName(name, company.scope), version, tarball: join(folder, filename) };
  } finally {
    await rm(temporary, { recursive: true });
  }
}

/** Unpacks a tarball of npm. Its files are then in the folder `package`. */
export async function unpack(tarball: string, folder: string): Promise<void> {
  await run("tar", ["-xzf", tarball], folder);
}

/** Returns the paths of all files in a folder and its folders. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
}

async function renameFiles(folder: string, renaming: Renaming): Promise<void> {
  const texts = new Map<string, string>();
  for (const path of await filesIn(folder)) {
    const text = await readFile(path, "utf8");
    if (!text.includes("\0")) texts.set(path, text);
  }
  for (const [path, text] of texts) {
    const generated = path.endsWith(".map") ? texts.get(path.slice(0, -".map".length)) : undefined;
    const renamed =
      generated === undefined
        ? renaming.text(text)
        : renaming.map(text, generated, source => texts.get(join(dirname(path), source)));
    if (renamed !== text) await writeFile(path, renamed);
  }
}

/** Returns the manifest of a published package: without what only this repository uses, and with its addresses. */
function completeManifest(text: string, path: string, { registry, repository }: Company): string {
  const { scripts: _scripts, devDependencies: _devDependencies, ...manifest } = JSON.parse(text);
  const completed = {
    ...manifest,
    ...(repository !== undefined && {
      homepage: pageOf(repository, path, true),
      repository: { type: "git", url: `git+${repository}.git`, directory: path },
    }),
    ...(registry !== undefined && { publishConfig: { registry } }),
  };
  return `${JSON.stringify(completed, null, 2)}\n`;
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, "utf8")));
}

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd, shell: process.platform === "win32" });
  return stdout;
}
