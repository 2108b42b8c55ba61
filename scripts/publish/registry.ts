import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../command/command-error.ts";
import { runProgram } from "../command/run-program.ts";
import { type Company, withSlash } from "./company.ts";
import { filesIn, type StagedPackage, unpack } from "./stage-packages.ts";

/** The registry of a company's scope. npm takes the token for it from the user's .npmrc. */
export interface Registry {
  url: string;
  /** Returns whether the registry has a version of a package. */
  has(name: string, version: string): Promise<boolean>;
  /** Returns whether the registry's version of a package has the same files with the same contents. */
  hasSameContent(staged: StagedPackage): Promise<boolean>;
  publish(staged: StagedPackage): Promise<void>;
}

/** Opens the registry that company.json names. Throws if none is set, or if npm is set to another one for the scope. */
export async function openRegistry(root: string, { scope, registry: url }: Company): Promise<Registry> {
  if (url === undefined)
    throw new CommandError(
      "No registry is set, so nothing can be published. Run pnpm company --scope @acme --registry https://npm.acme.example, or use pnpm tarballs.",
    );
  const key = `${scope}:registry`;
  const configured = await npm(["config", "get", key], root);
  // npm does not show an address with a password.
  if (configured.failure !== undefined)
    throw new CommandError(
      `npm config get ${key} failed. If an .npmrc has a user or password in that address, use a token instead: ${configured.failure.summary}`,
    );
  if (URL.canParse(configured.output) && withSlash(configured.output) !== url)
    throw new CommandError(
      `An .npmrc sets ${configured.output} for ${key}, but company.json sets ${url}. Correct one of them.`,
    );
  const setting = `--${key}=${url}`;
  const unavailable = (command: string, { summary }: Failure) =>
    new CommandError(`npm ${command} failed for ${url}. Check the registry, and its token in your .npmrc: ${summary}`);
  return {
    url,
    async has(name, version) {
      // By version, because npm lists the versions only of a package that has the tag `latest`.
      const { output, failure } = await npm(["view", `${name}@${version}`, "version", "--json", setting], root);
      if (failure === undefined) return output !== "";
      if (failure.code === "E404") return false;
      throw unavailable(`view ${name}`, failure);
    },
    async hasSameContent({ name, version, tarball }) {
      const folder = await mkdtemp(join(tmpdir(), "published-"));
      try {
        const { failure } = await npm(["pack", `${name}@${version}`, "--json", setting], folder);
        if (failure !== undefined) throw unavailable(`pack ${name}@${version}`, failure);
        const [published = ""] = await readdir(folder);
        const digests = await Promise.all([digest(join(folder, published)), digest(tarball)]);
        return digests[0] === digests[1];
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    async publish({ name, version, tarball }) {
      const provenance = hasProvenance(url) ? ["--provenance"] : [];
      const code = await runProgram("npm", ["publish", tarball, setting, ...provenance], { cwd: root });
      if (code !== 0)
        throw new CommandError(
          `npm did not publish ${name}@${version}. Its output is above. Correct the cause, and run pnpm release again: it publishes what is missing.`,
        );
    },
  };
}

interface Failure {
  /** The code of npm, such as E404. */
  code?: string;
  summary: string;
}

/** Runs npm and returns its output, or why it failed. With `--json`, npm also prints its errors as JSON. */
function npm(args: readonly string[], cwd: string): Promise<{ output: string; failure?: Failure }> {
  return new Promise(resolve => {
    execFile("npm", args, { cwd, shell: process.platform === "win32" }, (error, stdout, stderr) => {
      const output = stdout.trim();
      resolve({
        output,
        ...(error && { failure: parseFailure(output) ?? { summary: stderr.trim() || String(error) } }),
      });
    });
  });
}

function parseFailure(output: string): Failure | undefined {
  try {
    return JSON.parse(output).error;
  } catch {
    return undefined;
  }
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
    for (const path of (await filesIn(folder)).toSorted()) {
      const content = await readFile(path);
      hash.update(`${path.slice(folder.length)}\0${content.length}\0`).update(content);
    }
    return hash.digest("hex");
  } finally {
    await rm(folder, { recursive: true });
  }
}
