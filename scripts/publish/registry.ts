import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CommandError } from "../command/command-error.ts";
import { runProgram } from "../command/run-program.ts";
import { type Company, withSlash } from "./company.ts";
import { type StagedPackage, unpack } from "./stage-packages.ts";

/** The registry of a company's scope. npm takes the token for it from the user's .npmrc. */
export interface Registry {
  url: string;
  /** Returns the published versions of a package. */
  versions(name: string): Promise<string[]>;
  /** Returns whether the registry's version of a package has the same files with the same contents. */
  hasSameContent(staged: StagedPackage): Promise<boolean>;
  publish(staged: StagedPackage): Promise<void>;
}

/** Opens the registry that company.json names. Throws if none is set, or if npm is set to another one for the scope. */
export async function openRegistry(root: string, company: Company | undefined): Promise<Registry> {
  if (company?.registry === undefined)
    throw new CommandError(
      "No registry is set, so nothing can be published. Run pnpm company --scope @acme --registry https://npm.acme.example, or use pnpm tarballs.",
    );
  const { scope, registry: url } = company;
  const key = `${scope}:registry`;
  const npm = async (args: readonly string[], cwd = root): Promise<string> =>
    (await promisify(execFile)("npm", args, { cwd, shell: process.platform === "win32" })).stdout.trim();
  const configured = await npm(["config", "get", key]);
  if (URL.canParse(configured) && withSlash(configured) !== url)
    throw new CommandError(
      `An .npmrc sets ${configured} for ${key}, but company.json sets ${url}. Correct one of them.`,
    );
  const setting = `--${key}=${url}`;
  return {
    url,
    async versions(name) {
      try {
        const versions: string | string[] = JSON.parse(await npm(["view", name, "versions", "--json", setting]));
        return [versions].flat();
      } catch (error) {
        const output = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
        if (output.includes('"E404"')) return [];
        throw new CommandError(
          `npm view ${name} failed for ${url}. Check the registry, and its token in your .npmrc: ${output.trim() || error}`,
        );
      }
    },
    async hasSameContent({ name, version, tarball }) {
      const folder = await mkdtemp(join(tmpdir(), "published-"));
      try {
        const packed = await npm(["pack", `${name}@${version}`, "--json", setting], folder);
        const [{ filename }]: [{ filename: string }] = JSON.parse(packed);
        const [published, staged] = await Promise.all([digest(join(folder, filename)), digest(tarball)]);
        return published === staged;
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    async publish({ name, version, tarball }) {
      const provenance = hasProvenance(url) ? ["--provenance"] : [];
      const code = await runProgram("npm", ["publish", tarball, setting, ...provenance], { cwd: root });
      if (code !== 0)
        throw new CommandError(
          `npm did not publish ${name}@${version}. Its output is above. Run pnpm release again: it publishes what is missing.`,
        );
    },
  };
}

/** Only npm's own registry accepts provenance statements, and only a CI job that has an identity can make them. */
const hasProvenance = (registry: string): boolean =>
  /(^|\.)npmjs\.org$/.test(new URL(registry).hostname) && process.env.ACTIONS_ID_TOKEN_REQUEST_URL !== undefined;

/** Returns a digest of the files in a tarball. The tarballs of two versions of npm can differ. */
async function digest(tarball: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "digest-"));
  try {
    await unpack(tarball, folder);
    const hash = createHash("sha256");
    const files = globSync("**/*", { cwd: folder, withFileTypes: true }).filter(file => file.isFile());
    for (const path of files.map(file => join(file.parentPath, file.name)).toSorted()) {
      const content = await readFile(path);
      hash.update(`${path.slice(folder.length)}\0${content.length}\0`).update(content);
    }
    return hash.digest("hex");
  } finally {
    await rm(folder, { recursive: true });
  }
}
