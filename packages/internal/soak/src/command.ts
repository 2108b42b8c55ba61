/** Implements `pnpm soak [seconds]`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { CommandError } from "@qbench-sdk/scripts/command-error";
import { runCommand } from "@qbench-sdk/scripts/run-command";
import { buildPackages } from "@qbench-sdk/scripts/run-program";

const root = join(import.meta.dirname, "../../../..");
const MIN_SECONDS = 30;
/** Enough for 100,000 requests and 1,000 renewals. */
const DEFAULT_SECONDS = 300;

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds >= MIN_SECONDS) return seconds;
  throw new InvalidArgumentError(`It must be a number, at least ${MIN_SECONDS}`);
}

const command = new Command("pnpm soak")
  .description("Runs many processes with one Redis store while faults are injected. Needs redis-server.")
  .argument("[seconds]", `the duration, at least ${MIN_SECONDS}`, parseSeconds, DEFAULT_SECONDS)
  .action(async seconds => {
    if (spawnSync("redis-server", ["--version"]).error) {
      throw new CommandError(
        "pnpm soak: redis-server is not installed. To get it: apt-get install redis-server, or brew install redis",
      );
    }
    await buildPackages(root, "@qbench-sdk/soak...");
    // Imported after the build, because the soak runs what is published.
    const { conditions, renderResult } = await import("./result.ts");
    const { soak } = await import("./soak.ts");
    const result = await soak({
      seconds,
      onProgress: ({ seconds: elapsed, requests, exchanges, failures }) =>
        process.stderr.write(
          `\r${Math.round(elapsed)}/${seconds} s, ${requests.total} requests, ${exchanges} exchanges, ${failures.length} failures `,
        ),
    });
    process.stderr.write("\r\u001b[K");
    console.log(renderResult(result));
    process.exit(conditions.every(([, isMet]) => isMet(result)) ? 0 : 1);
  });

await runCommand(command);
