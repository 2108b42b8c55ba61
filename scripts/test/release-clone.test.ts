import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openClone } from "../publish/git.ts";

interface Repository {
  root: string;
  git(...args: string[]): string;
  commit(file: string): Promise<void>;
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "clone-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

function openRepository(root: string): Repository {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: "pipe" }).trim();
  git("config", "user.name", "Test");
  git("config", "user.email", "test@example.com");
  return {
    root,
    git,
    async commit(file) {
      await writeFile(join(root, file), file);
      git("add", "--all");
      git("commit", "--quiet", "--message", file);
    },
  };
}

/** Creates the repository of a company, with one commit on main. */
async function createOrigin(): Promise<Repository> {
  const root = await newFolder();
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", root]);
  const origin = openRepository(root);
  await origin.commit("README.md");
  // So that clones can push to main.
  origin.git("checkout", "--quiet", "--detach");
  return origin;
}

async function cloneOf({ root }: Repository, ...options: string[]): Promise<Repository> {
  const folder = await newFolder();
  execFileSync("git", ["clone", "--quiet", ...options, `file://${root}`, folder]);
  return openRepository(folder);
}

const open = ({ root }: Repository) => openClone(root, { push: true });

describe("The clone of a release", () => {
  it("pushes to the remote that the branch follows, whatever its name is", async () => {
    const origin = await createOrigin();
    const work = await cloneOf(origin, "--origin", "company");
    const clone = await open(work);
    await work.commit("CHANGELOG.md");
    await clone.tag("a@1.0.0");
    expect(await clone.push(["a@1.0.0"])).toBe("company/main");
    expect(origin.git("rev-parse", "main", "a@1.0.0^{commit}").split("\n")).toEqual(
      Array(2).fill(work.git("rev-parse", "HEAD")),
    );
  });

  it("knows the tags of the remote, also in a shallow clone without tags", async () => {
    const origin = await createOrigin();
    origin.git("tag", "--annotate", "--message", "a", "a@1.0.0", "main");
    const clone = await open(await cloneOf(origin, "--depth", "1", "--no-tags"));
    expect(await clone.tags()).toContain("a@1.0.0");
  });

  it("takes the tags of the remote if both have released the same version", async () => {
    const origin = await createOrigin();
    const work = await cloneOf(origin);
    for (const { git } of [origin, work]) git("tag", "--annotate", "--message", "a", "a@1.0.0", "main");
    origin.git("tag", "--force", "--annotate", "--message", "the first", "a@1.0.0", "main");
    const clone = await open(work);
    await clone.push(["a@1.0.0"]);
    expect(work.git("rev-parse", "a@1.0.0")).toBe(origin.git("rev-parse", "a@1.0.0"));
  });

  it("pushes neither the commit nor a tag if the remote rejects one of them", async () => {
    const origin = await createOrigin();
    const work = await cloneOf(origin);
    const clone = await open(work);
    await work.commit("CHANGELOG.md");
    await clone.tag("a@1.0.0");
    await clone.tag("b@1.0.0");
    origin.git("tag", "b@1.0.0", "main");
    await expect(clone.push(["a@1.0.0", "b@1.0.0"])).rejects.toThrow(/git push failed: .+ Run pnpm release again/s);
    expect(origin.git("tag", "--list")).toBe("b@1.0.0");
    expect(origin.git("rev-parse", "main")).not.toBe(work.git("rev-parse", "HEAD"));
  });

  it.each<[string, string[], string]>([
    ["a commit without a branch", ["checkout", "--quiet", "--detach"], "The current commit follows no branch"],
    [
      "a branch that follows a local one",
      ["checkout", "--quiet", "--track", "-b", "b", "main"],
      "The branch b follows",
    ],
    ["a branch that follows none", ["checkout", "--quiet", "--no-track", "-b", "b"], "The branch b follows no branch"],
  ])("cannot be %s if the release is to be pushed", async (_, command, message) => {
    const work = await cloneOf(await createOrigin());
    work.git(...command);
    await expect(open(work)).rejects.toThrow(message);
    expect(await (await openClone(work.root, { push: false })).push([])).toBeUndefined();
  });

  it("is released by one process at a time, and the next may start after the end or the death of the first", async () => {
    const work = await cloneOf(await createOrigin());
    const [first, second] = [await open(work), await open(work)];
    const unlock = await first.lock();
    await expect(second.lock()).rejects.toThrow(`Another release runs in this clone, as process ${process.pid}.`);
    expect(work.git("status", "--porcelain")).toBe("");
    await unlock();
    const dead = spawnSync(process.execPath, ["--version"]).pid;
    await writeFile(join(work.root, ".git/release.lock"), String(dead));
    await (await second.lock())();
    await (await first.lock())();
  });

  it("has no files that git does not track, even if git is set to hide them", async () => {
    const work = await cloneOf(await createOrigin());
    work.git("config", "status.showUntrackedFiles", "no");
    await writeFile(join(work.root, "notes.txt"), "");
    await expect(open(work)).rejects.toThrow("Not everything is committed (notes.txt)");
  });
});
