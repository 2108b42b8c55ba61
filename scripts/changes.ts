import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { Command } from "@commander-js/extra-typings";
import { isBaseline } from "./clients/baseline.ts";
import { chooseClient, readClients } from "./clients/read-clients.ts";
import { CommandError } from "./command/command-error.ts";
import { runCommand } from "./command/run-command.ts";
import { bumpFor } from "./document/compare/change.ts";
import { formatAllChanges } from "./document/compare/format-changes.ts";
import { parseDocument } from "./document/read/parse-document.ts";
import { findChanges } from "./drift/find-changes.ts";

const MAX_BYTES = 512 * 1024 * 1024;
const root = dirname(import.meta.dirname);

const command = new Command("pnpm openapi:changes")
  .description(
    "Prints all changes of an API client's document since a commit. Without --since, prints what the last pull changed.",
  )
  .option("--client <name>", "the client of openapi/clients.json (default: the first one)")
  .option("--since <commit>", "the commit with the old document")
  .action(async ({ client, since }) => {
    const { name } = chooseClient(await readClients(root), client);
    const file = `openapi/${name}.json`;
    const text = await readFile(join(root, file), "utf8").catch(() => {
      throw new CommandError(`${file} is missing. Run pnpm openapi:pull --client ${name}.`);
    });
    const commit = since ?? (await lastCommitBefore(file));
    const old = await git("show", `${commit}:${file}`).catch(() => {
      throw new CommandError(`${file} does not exist in ${commit}. Name another commit with --since.`);
    });
    const [before, after] = [parseDocument(old, file), parseDocument(text, file)];
    if (isBaseline(before, after)) {
      process.stdout.write(`${file} is the first document of its API, so there is nothing to compare it with.\n`);
      return;
    }
    const changes = await findChanges(before, after);
    process.stdout.write(
      changes.length === 0
        ? `${file} has not changed since ${commit}.\n`
        : `${file} since ${commit} (${bumpFor(changes)}):\n\n${formatAllChanges(changes)}\n`,
    );
  });

/** Returns the commit before the last change of a file. A change that is not committed counts as the last one. */
async function lastCommitBefore(file: string): Promise<string> {
  if ((await git("status", "--porcelain", "--", file)).trim() !== "") return "HEAD";
  const commit = (await git("log", "-1", "--format=%h", "--", file)).trim();
  if (commit === "") throw new CommandError(`${file} is not committed. Name a commit with --since.`);
  return `${commit}^`;
}

const git = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)("git", args, { cwd: root, maxBuffer: MAX_BYTES })).stdout;

await runCommand(command);
