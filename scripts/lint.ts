/** Fails when links or citations do not resolve, or when folders import each other in a circle. */
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { CommandError } from "./command/command-error.ts";
import { runCommand } from "./command/run-command.ts";
import { findBadCitations } from "./repository/find-bad-citations.ts";
import { findBrokenLinks } from "./repository/find-broken-links.ts";
import { findFolderCycles } from "./repository/find-folder-cycles.ts";
import { readRepository } from "./repository/read-repository.ts";

await runCommand("node scripts/lint.ts", async () => {
  parseArgs({ options: {} });
  const repository = readRepository(dirname(import.meta.dirname));
  const problems = [
    ...findBrokenLinks(repository),
    ...findBadCitations(repository.texts),
    ...findFolderCycles(repository.texts),
  ];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) throw new CommandError(`${problems.length} problems, see above.`);
});
