import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { buildPackages } from "../../../../scripts/command/run-program.ts";
import { type StagedPackage, stagePackages } from "../../../../scripts/publish/stage-packages.ts";
import { attempt, type Outcome, run } from "./run.ts";
import { useBuiltInTypes } from "./use-built-in-types.ts";

const repository = join(import.meta.dirname, "../../../..");

/** A folder with files, which can import the published packages and the tools. */
export interface Project {
  folder: string;
  /** Runs a command of the shell as a user would. `runtime` is the name of an installed Node, see `runtimes`. */
  run(command: string, env?: Readonly<Record<string, string>>, runtime?: string): Promise<Outcome>;
}

/** The projects of a company that has no registry: they use the tarballs of the packages, with the company's names. */
export interface Projects {
  /** Returns a text with the published names instead of those of the sources. */
  rename(text: string): string;
  /** The published names. */
  packages: readonly string[];
  /** The name of each package's tarball in `vendor`, by the package's published name. */
  tarballs: ReadonlyMap<string, string>;
  /** The folder of the tools and packages, which all projects share. */
  modules: string;
  /** Creates a project that shares the installed tools and packages. */
  create(name: string, files: Readonly<Record<string, string>>): Promise<Project>;
  /** Creates a project that has nothing but its files and a folder `vendor` with the tarballs. */
  createEmpty(files: Readonly<Record<string, string>>): Promise<Project>;
  close(): Promise<void>;
}

/** Packs the packages for the scope, and installs them together with tools, which are given as `name@version`. */
export async function createProjects(scope: string, tools: readonly string[]): Promise<Projects> {
  const root = await mkdtemp(join(tmpdir(), "projects-"));
  const vendor = join(root, "vendor");
  const modules = join(root, "node_modules");
  const empty: string[] = [];
  await writeFile(join(root, "package.json"), JSON.stringify({ private: true }));
  const install = (...packages: string[]): Promise<string> =>
    run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", ...packages], {
      cwd: root,
    });
  const [staged] = await Promise.all([packTarballs(scope, vendor), install(...tools)]);
  await install(...staged.map(({ tarball }) => tarball));

  const createIn = async (folder: string, files: Readonly<Record<string, string>>): Promise<Project> => {
    for (const [path, text] of Object.entries({
      "package.json": '{ "private": true, "type": "module" }\n',
      ...files,
    })) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return {
      folder,
      run: (command, env = {}, runtime) => {
        // Before the tools, which also contain a `node`.
        const node = runtime ? join(modules, runtime, "bin") : dirname(process.execPath);
        // Without the settings of this test runner.
        const { NODE_OPTIONS: _options, NODE_ENV: _env, VITEST: _vitest, ...rest } = process.env;
        const path = [node, join(modules, ".bin"), rest.PATH].join(delimiter);
        return attempt("sh", ["-c", command], { cwd: folder, env: { ...rest, ...env, PATH: path } });
      },
    };
  };
  return {
    rename: text => text.replaceAll(/@qbench-sdk\/(?=[a-z])/g, `${scope}/qbench-`).replaceAll("@qbench-sdk", scope),
    packages: staged.map(({ name }) => name),
    tarballs: new Map(staged.map(({ name, tarball }) => [name, basename(tarball)])),
    modules,
    create: (name, files) => createIn(join(root, "projects", name), files),
    async createEmpty(files) {
      // Outside of the folder with the installed packages.
      const folder = await mkdtemp(join(tmpdir(), "project-"));
      empty.push(folder);
      await cp(vendor, join(folder, "vendor"), { recursive: true });
      return createIn(folder, files);
    },
    async close() {
      for (const folder of [root, ...empty]) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Packs the packages with the types of the emulator's document, so that the projects compile in a company's copy, too. */
async function packTarballs(scope: string, folder: string): Promise<StagedPackage[]> {
  await buildPackages(repository, "./packages/*");
  await mkdir(folder);
  const staged = await stagePackages(repository, folder, { scope });
  for (const { name, tarball } of staged) if (name.endsWith("-types")) await useBuiltInTypes(tarball);
  return staged;
}

/** Returns all names under which programs can import an installed package. */
export async function entriesOf(modules: string, name: string): Promise<string[]> {
  const folder = join(modules, name);
  const { exports }: { exports: Record<string, unknown> } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8"),
  );
  const paths = Object.keys(exports).filter(path => path !== "./package.json");
  const entries = await Promise.all(
    paths.map(async path => {
      if (!path.endsWith("/*")) return [path];
      const files = (await readdir(join(folder, "dist"))).filter(
        file => file.endsWith(".d.ts") && file !== "index.d.ts",
      );
      return files.map(file => path.replace("*", file.slice(0, -".d.ts".length)));
    }),
  );
  return entries.flat().map(path => join(name, path));
}
