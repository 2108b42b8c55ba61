/** Implements `pnpm bench`. */
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { runCommand } from "@qbench-sdk/scripts/run-command";
import { buildPackages } from "@qbench-sdk/scripts/run-program";

const root = join(import.meta.dirname, "../../../..");

const command = new Command("pnpm bench")
  .description("Builds the packages, measures them, and writes packages/internal/benchmarks/RESULTS.md. Takes minutes.")
  .action(async () => {
    await buildPackages(root, "@qbench-sdk/benchmarks...");
    // Imported after the build, because the benchmarks measure what is published.
    const { runBenchmarks } = await import("./run-benchmarks.ts");
    await runBenchmarks();
  });

await runCommand(command);
