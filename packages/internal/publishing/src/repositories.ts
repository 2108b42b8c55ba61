import { createHash } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { restoreUpstream } from "./restore-upstream.ts";
import { attempt, type Outcome, run } from "./run.ts";

const repository = join(import.meta.dirname, "../../../..");

/** A clone, with a git identity of its own. */
interface Clone {
  root: string;
  git(...args: string[]): Promise<string>;
  /** Runs git, whether it fails or not. */
  attemptGit(...args: string[]): Promise<Outcome>;
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  commit(message: string): Promise<void>;
}

/** The installed clone of a company, which can run the commands. */
export interface Workspace extends Clone {
  /** Runs a script of the root's package.json. */
  script(name: string, args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<Outcome>;
  /** Runs a program of the workspace's packages. */
  exec(...args: string[]): Promise<Outcome>;
  /** Returns a digest of each file, builds included, by its path. Installed packages and git's own files are left out. */
  digests(): Promise<Record<string, string>>;
}

export interface Repositories {
  /** This repository, from which the company takes changes. */
  upstream: Clone;
  /** The company's clone. Its remotes are `origin`, the company's repository, and `upstream`. */
  workspace: Workspace;
  /** The folder of the company's bare repository. */
  origin: string;
  close(): Promise<void>;
}

/**
 * Creates a repository of the files that git tracks or would add here, with their uncommitted changes. A company's
 * repository is cloned from it, and a workspace from that one. Installs the workspace.
 */
export async function createRepositories(): Promise<Repositories> {
  const folder = await mkdtemp(join(tmpdir(), "repositories-"));
  const upstream = openClone(join(folder, "upstream"));
  await mkdir(upstream.root);
  const listed = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: repository });
  for (const file of listed.trim().split("\n")) await copyIfPresent(file, upstream.root);
  await restoreUpstream(upstream.root);
  await upstream.git("init", "--quiet", "--initial-branch=main");
  await identify(upstream);
  await upstream.commit("The repository");
  const origin = join(folder, "origin.git");
  await run("git", ["clone", "--quiet", "--bare", upstream.root, origin], { cwd: folder });
  const clone = openClone(join(folder, "workspace"));
  await run("git", ["clone", "--quiet", origin, clone.root], { cwd: folder });
  await identify(clone);
  await clone.git("remote", "add", "upstream", upstream.root);
  await appendFile(join(clone.root, ".git/info/exclude"), ".npmrc\n");
  const { packageManager } = JSON.parse(await clone.read("package.json"));
  const pnpm = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
    attempt("npx", ["--yes", packageManager, ...args], { cwd: clone.root, env: { ...process.env, ...env } });
  const installed = await pnpm(["install", "--frozen-lockfile", "--prefer-offline"]);
  if (installed.code !== 0) throw new Error(installed.output);
  return {
    upstream,
    origin,
    workspace: {
      ...clone,
      script: (name, args = [], env) => pnpm(["--silent", "run", name, ...args], env),
      exec: (...args) => pnpm(["--silent", "exec", ...args]),
      digests: () => digestFiles(clone.root),
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

function openClone(root: string): Clone {
  const git = (...args: string[]) => run("git", args, { cwd: root });
  return {
    root,
    git,
    attemptGit: (...args) => attempt("git", args, { cwd: root }),
    read: file => readFile(join(root, file), "utf8"),
    write: (file, text) => writeFile(join(root, file), text),
    async commit(message) {
      await git("add", "--all");
      await git("commit", "--quiet", "--allow-empty", "--message", message);
    },
  };
}

async function identify({ git }: Clone): Promise<void> {
  await git("config", "user.name", "Test");
  await git("config", "user.email", "test@example.com");
}

async function digestFiles(root: string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for await (const file of filesIn(root)) {
    digests[relative(root, file)] = createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
  }
  return digests;
}

async function* filesIn(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name === "node_modules" || entry.name === ".git") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (entry.isFile()) yield path;
  }
}

async function copyIfPresent(file: string, root: string): Promise<void> {
  try {
    await cp(join(repository, file), join(root, file), { recursive: true });
  } catch (error) {
    // The file is deleted, but the deletion is not committed.
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}
