import { dirname } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { changesSince } from "./clients/changes-since.ts";
import { runCommand } from "./command/run-command.ts";
import { bumpFor } from "./document/compare/change.ts";
import { formatAllChanges } from "./document/compare/format-changes.ts";

const command = new Command("pnpm openapi:changes")
  .description("Prints all changes of an API client's document: since a commit, or those of the last pull.")
  .option("--client <name>", "the client of openapi/clients.json (default: the first one)")
  .option("--since <commit>", "the commit with the old document (default: the one before the last change)")
  .action(async ({ client, since }) => {
    const { file, commit, changes } = await changesSince(dirname(import.meta.dirname), client, since);
    if (changes === undefined) {
      process.stdout.write(`${file} is the first document of its API, so there is nothing to compare it with.\n`);
    } else if (changes.length === 0) process.stdout.write(`${file} is the same as in ${commit}.\n`);
    else process.stdout.write(`${file} since ${commit} (${bumpFor(changes)}):\n\n${formatAllChanges(changes)}\n`);
  });

await runCommand(command);
