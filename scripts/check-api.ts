/**
 * Fails if the public API of a package differs from its committed reports, `api/<entry>.api.md`. With `--update`, writes
 * the reports. Runs in the folder of a package, after its build. A package whose entries are generated names its
 * hand-written declaration files as arguments: changes of generated types are reviewed in `openapi/`.
 */
import { dirname, join, relative } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { CommandError } from "./command/command-error.ts";
import { runCommand } from "./command/run-command.ts";
import { compareApiReports } from "./repository/compare-api-reports.ts";

const folder = process.cwd();

const command = new Command("check-api")
  .description("Fails if the public API of the package in this folder differs from its reports in api/.")
  .argument("[declarations...]", "declaration files to report (default: the entries of package.json)")
  .option("--update", "write the reports")
  .action((declarations, { update = false }) => {
    const differences = compareApiReports(folder, { declarations, update });
    if (update || differences.length === 0) return;
    process.stderr.write(`${differences.join("\n")}\n\n`);
    const reports = relative(dirname(import.meta.dirname), join(folder, "api"));
    throw new CommandError(
      `The public API differs from the reports in ${reports}. If the change is intended, run "pnpm api:update" and commit the reports.`,
    );
  });

await runCommand(command);
