import { createHash } from "node:crypto";
import { appendFile, cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { attempt, type Outcome, run } from "./run.ts";

const repository = join(import.meta.dirname, "../../../..");

/** An installed copy of the repository. */
export interface Workspace {
  root: string;
  /** Runs a script of the root's package.json. */
  script(name: string, args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<Outcome>;
  /** Returns a digest of each file, builds included, by its path. Installed packages and git's own files are left out. */
  digests(): Promise<Record<string, string>>;
  commit(message: string): Promise<void>;
  close(): Promise<void>;
}

/** Copies the files that git tracks or would add, with their uncommitted changes, and installs the copy. */
export async function copyWorkspace(): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), "workspace-"));
  const listed = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: repository });
  for (const file of listed.trim().split("\n")) await copyIfPresent(file, root);
  const { packageManager } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const script: Workspace["script"] = (name, args = [], env = {}) =>
    attempt("npx", ["--yes", packageManager, "--silent", "run", name, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
    });
  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=Test", "-c", "user.email=test@example.com", ...args], { cwd: root });
  await run("npx", ["--yes", packageManager, "install", "--frozen-lockfile", "--prefer-offline"], { cwd: root });
  await git("init", "--quiet", "--initial-branch=main");
  await appendFile(join(root, ".git/info/exclude"), ".npmrc\n");
  const commit = async (message: string) => {
    await git("add", "--all");
    await git("commit", "--quiet", "--allow-empty", "--message", message);
  };
  await commit("The repository");
  return {
    root,
    script,
    commit,
    digests: () => digestFiles(root),
    close: () => rm(root, { recursive: true, force: true }),
  };
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
