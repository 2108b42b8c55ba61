/**
 * Exports all tests to a SQLite file. Later runs read only what has changed. `node src/command.ts --help` prints the
 * options and exit codes.
 */
import { constants } from "node:os";
import { Command, Option } from "@commander-js/extra-typings";
import { createQBenchClient } from "@qbench-sdk/client";
import { syncList } from "@qbench-sdk/client/mirror";
import { describeError } from "./describe-error.ts";
import { parseOptions } from "./parse-options.ts";
import { createProgressLine } from "./progress-line.ts";
import { openTestsMirror, type TestsMirror } from "./tests-mirror.ts";
import { countTraffic } from "./traffic.ts";

const { to, full, progress } = parseOptions(
  new Command("node src/command.ts")
    .description("Export all tests to a SQLite file. The first run reads all tests, and later runs read the changes.")
    .option("--to <file>", "the SQLite file; created if it does not exist", "tests.sqlite")
    .option("--full", "read all tests again, and compare them with the file", false)
    .addOption(
      new Option("--progress", "show the progress").default(process.stderr.isTTY === true, "only on a terminal"),
    )
    .option("--no-progress", "do not show the progress")
    .addHelpText(
      "after",
      `
Settings, from the environment: QBENCH_URL, QBENCH_CLIENT_ID, QBENCH_CLIENT_SECRET
Exit codes: 0 success, 1 failure, 2 wrong arguments, 130 and 143 stopped by a signal. After 1, 130 and 143, the same
command resumes the export.`,
    ),
);
const startedAt = performance.now();
const traffic = countTraffic();
const line = createProgressLine(progress, process.stderr);

const stop = new AbortController();
let stoppedBy: "SIGINT" | "SIGTERM" | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // `once`, so that a second signal ends the process immediately. That is safe: the next run resumes from the file.
  process.once(signal, () => {
    stoppedBy = signal;
    stop.abort();
  });
}

const formatNumber = (number: number): string => number.toLocaleString("en");
const plural = (number: number, noun: string): string => `${formatNumber(number)} ${noun}${number === 1 ? "" : "s"}`;

let mirror: TestsMirror | undefined;
try {
  const client = createQBenchClient({ fetch: traffic.fetch });
  mirror = openTestsMirror(to, new URL(process.env.QBENCH_URL ?? "").origin);
  const counts = { created: 0, updated: 0, deleted: 0 };
  const changes = syncList(client, "tests", mirror, { full, signal: stop.signal, onProgress: line.show });
  for await (const { type } of changes) counts[type]++;
  line.end();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const requests = `${plural(traffic.apiRequests, "API request")}, ${plural(traffic.tokenRequests, "token request")}`;
  const changed = Object.entries(counts).map(([type, count]) => `${formatNumber(count)} ${type}`);
  process.stdout.write(`${to}: ${changed.join(", ")} (${seconds} s, ${requests})\n`);
} catch (error) {
  line.end();
  process.stderr.write(`${stoppedBy ? `Stopped by ${stoppedBy}` : describeError(error)}\n`);
  if (mirror?.loadState() !== undefined)
    process.stderr.write(`${to} contains the tests saved so far. Run the same command again to resume.\n`);
  process.exitCode = stoppedBy ? 128 + constants.signals[stoppedBy] : 1;
} finally {
  mirror?.close();
}
