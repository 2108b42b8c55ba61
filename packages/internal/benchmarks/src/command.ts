/** Implements `pnpm bench`. */
import { join } from "node:path";
import { Argument, Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { runCommand } from "@qbench-sdk/scripts/run-command";
import { buildPackages } from "@qbench-sdk/scripts/run-program";
import { groupNames } from "./groups/groups.ts";

const root = join(import.meta.dirname, "../../../..");

const command = new Command("pnpm bench")
  .description(
    "Builds the packages, measures them, and prints each result with its goal. Takes about 10 minutes on a quiet " +
      "machine. A run of all groups also writes packages/internal/benchmarks/RESULTS.md.",
  )
  .addArgument(new Argument("[groups...]", "what to measure; default all").choices(groupNames))
  .option("--rounds <number>", "how often each thing is measured; by default as often as stable results need", toRounds)
  .action(async (groups, { rounds }) => {
    await buildPackages(root, "@qbench-sdk/benchmarks...");
    // Imported after the build, because the benchmarks measure what is published.
    const { runBenchmarks } = await import("./run-benchmarks.ts");
    process.exitCode = (await runBenchmarks(groups, { rounds })) ? 0 : 1;
  });

function toRounds(text: string): number {
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new InvalidArgumentError("It must be a whole number, at least 1.");
}

await runCommand(command);
