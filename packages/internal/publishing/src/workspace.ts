import { appendFile, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attempt, type Outcome, run } from "./run.ts";

const repository = join(import.meta.dirname, "../../../..");

/** A copy of the repository, as one who has cloned it works in it. */
export interface Workspace {
  root: string;
  /** Runs a script of the root's package.json. */
  script(name: string, args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<Outcome>;
  commit(message: string): Promise<void>;
  close(): Promise<void>;
}

/** Copies what git would, the changes of the day included, and installs it. */
export async function copyWorkspace(): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), "workspace-"));
  const listed = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: repository });
  for (const file of listed.trim().split("\n")) await copyIfThere(file, root);
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
  return { root, script, commit, close: () => rm(root, { recursive: true, force: true }) };
}

async function copyIfThere(file: string, root: string): Promise<void> {
  try {
    await cp(join(repository, file), join(root, file), { recursive: true });
  } catch (error) {
    // Removed, and not yet committed.
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}
