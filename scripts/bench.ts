/** `pnpm bench`: builds the packages first, because the benchmarks measure what is published. */
import { dirname } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { runCommand } from "./command/run-command.ts";
import { buildPackages, runProgram } from "./command/run-program.ts";

const root = dirname(import.meta.dirname);

const command = new Command("pnpm bench")
  .description("Builds the packages, measures them, and writes packages/internal/benchmarks/RESULTS.md. Takes minutes.")
  .action(async () => {
    await buildPackages(root, "@qbench-sdk/benchmarks...");
    process.exitCode = await runProgram("node", ["packages/internal/benchmarks/src/run.ts"], { cwd: root });
  });

await runCommand(command);
