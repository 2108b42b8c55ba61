import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { CommandError } from "../command/command-error.ts";

/** The clone that is released, and the branch that it follows. */
export interface Clone {
  /** Throws if another release runs in the clone. Returns a function that lets the next one start. */
  lock(): Promise<() => Promise<void>>;
  /** Returns the tags of all versions that were released. */
  tags(): Promise<ReadonlySet<string>>;
  commitAll(message: string): Promise<void>;
  tag(name: string): Promise<void>;
  /** Pushes the current commit and tags, all or nothing, and returns where it pushed to. Does nothing without a remote. */
  push(tags: readonly string[]): Promise<string | undefined>;
}

/**
 * Opens the clone of a repository for a release. Throws if it has changes that are not committed, or if git does not know
 * who commits. If the release is to be pushed, it also throws if the branch of the remote has commits that the clone lacks.
 */
export async function openClone(root: string, { push }: { push: boolean }): Promise<Clone> {
  const git = async (...args: string[]): Promise<string> => {
    try {
      const { stdout } = await promisify(execFile)("git", args, { cwd: root });
      return stdout.trimEnd();
    } catch (error) {
      const output = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
      throw new CommandError(`git ${args[0]} failed: ${output || error}`);
    }
  };
  const attempt = (...args: string[]): Promise<string | undefined> => git(...args).catch(() => undefined);

  const changes = (await git("status", "--porcelain", "--untracked-files=normal"))
    .split("\n")
    .filter(line => line !== "");
  if (changes.length > 0)
    throw new CommandError(
      `Not everything is committed (${summarize(changes.map(line => line.slice(3)))}). Commit or discard it, then release.`,
    );
  if ((await attempt("var", "GIT_COMMITTER_IDENT")) === undefined)
    throw new CommandError(
      "git does not know who commits and tags the versions. Set git config user.name and user.email.",
    );
  const upstream = push && (await git("remote")) !== "" ? await findUpstream() : undefined;
  if (upstream !== undefined) {
    // The tags of the remote replace those that a release here could not push, because another clone was faster.
    await git("fetch", "--quiet", "--tags", "--force", upstream.remote);
    const missing = await git("rev-list", "--count", "HEAD..@{upstream}");
    if (missing !== "0")
      throw new CommandError(
        `The branch ${upstream.branch} of ${upstream.remote} has ${missing} commits that this clone lacks. Run git pull, then release.`,
      );
  }

  async function findUpstream(): Promise<{ remote: string; branch: string }> {
    const branch = await attempt("symbolic-ref", "--quiet", "--short", "HEAD");
    const remote = branch && (await attempt("config", `branch.${branch}.remote`));
    const merged = branch && (await attempt("config", `branch.${branch}.merge`));
    // A dot stands for this clone itself.
    if (!remote || !merged || remote === ".")
      throw new CommandError(
        `${branch ? `The branch ${branch}` : "The current commit"} follows no branch of a remote, so the versions could not be pushed. Check out the branch that you release from, or run git push --set-upstream.`,
      );
    return { remote, branch: merged.replace("refs/heads/", "") };
  }

  const lock = await git("rev-parse", "--path-format=absolute", "--git-path", "release.lock");
  return {
    lock: () => lockFile(lock),
    tags: async () => new Set((await git("tag", "--list")).split("\n")),
    async commitAll(message) {
      await git("add", "--all");
      await git("commit", "--quiet", "--message", message);
    },
    tag: async name => {
      await git("tag", "--annotate", "--message", name, name);
    },
    async push(tags) {
      if (upstream === undefined) return undefined;
      const { remote, branch } = upstream;
      const refs = [`HEAD:refs/heads/${branch}`, ...tags.map(name => `refs/tags/${name}`)];
      try {
        await git("push", "--quiet", "--atomic", remote, ...refs);
      } catch (error) {
        throw new CommandError(
          `${error instanceof Error ? error.message : error} The versions are published and tagged here. Run pnpm release again when the push is possible.`,
        );
      }
      return `${remote}/${branch}`;
    },
  };
}

/** Creates a file with the number of this process. The file of a process that was killed does not count. */
async function lockFile(path: string): Promise<() => Promise<void>> {
  const owner = Number(await readFile(path, "utf8").catch(() => ""));
  if (owner > 0 && isRunning(owner))
    throw new CommandError(`Another release runs in this clone, as process ${owner}. Wait for its end.`);
  await rm(path, { force: true });
  await writeFile(path, String(process.pid), { flag: "wx" });
  return () => rm(path, { force: true });
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    // The process of another user cannot get signals.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function summarize(files: readonly string[]): string {
  const shown = files.slice(0, 3).join(", ");
  return files.length > 3 ? `${shown} and ${files.length - 3} more` : shown;
}
