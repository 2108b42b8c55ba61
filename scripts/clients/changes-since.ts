import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError } from "../command/command-error.ts";
import type { Change } from "../document/compare/change.ts";
import { parseDocument } from "../document/read/parse-document.ts";
import { findChanges } from "../drift/find-changes.ts";
import { isBaseline } from "./baseline.ts";
import { readCommitted } from "./committed-document.ts";
import { chooseClient, readClients } from "./read-clients.ts";

const MAX_BYTES = 512 * 1024 * 1024;

export interface ChangesSince {
  file: string;
  /** The commit with the old document, as git knows it. */
  commit: string;
  /** Undefined if the old document is not of the same API. */
  changes: Change[] | undefined;
}

/**
 * Returns the changes of a client's document since a commit. Without a commit, returns what the last change of the file
 * brought, whether it is committed or not.
 */
export async function changesSince(root: string, client?: string, since?: string): Promise<ChangesSince> {
  const { name } = chooseClient(await readClients(root), client);
  const file = `openapi/${name}.json`;
  const after = await readCommitted(root, name);
  const git: Git = async (...args) =>
    (await promisify(execFile)("git", args, { cwd: root, maxBuffer: MAX_BYTES })).stdout;
  const commit = since ?? (await lastCommitBefore(file, git));
  const old = await git("show", `${commit}:${file}`).catch(() => {
    throw new CommandError(`${file} does not exist in commit ${commit}. Name another one with --since.`);
  });
  const before = parseDocument(old, file);
  return { file, commit, changes: isBaseline(before, after) ? undefined : await findChanges(before, after) };
}

type Git = (...args: string[]) => Promise<string>;

async function lastCommitBefore(file: string, git: Git): Promise<string> {
  if ((await git("status", "--porcelain", "--", file)).trim() !== "") return "HEAD";
  const commit = (await git("log", "-1", "--format=%h", "--", file)).trim();
  if (commit === "") throw new CommandError(`${file} has no history. Name a commit with --since.`);
  return `${commit}^`;
}
