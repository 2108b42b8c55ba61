/** Fails if links or citations do not resolve, folders import each other in a cycle, or a regular expression is slow. */
import { dirname } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { CommandError } from "./command/command-error.ts";
import { runCommand } from "./command/run-command.ts";
import { findBadCitations } from "./repository/find-bad-citations.ts";
import { findBrokenLinks } from "./repository/find-broken-links.ts";
import { findFolderCycles } from "./repository/find-folder-cycles.ts";
import { findSlowExpressions } from "./repository/find-slow-expressions.ts";
import { readRepository } from "./repository/read-repository.ts";

const command = new Command("scripts/lint.ts")
  .description(
    "Fails if links or citations do not resolve, folders import each other in a cycle, or a regular expression is slow.",
  )
  .action(() => {
    const repository = readRepository(dirname(import.meta.dirname));
    const problems = [
      ...findBrokenLinks(repository),
      ...findBadCitations(repository.texts),
      ...findFolderCycles(repository.texts),
      ...findSlowExpressions(repository.texts),
    ];
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    if (problems.length > 0) throw new CommandError(`Problems found: ${problems.length}, see above.`);
  });

await runCommand(command);
