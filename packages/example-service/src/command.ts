/**
 * The nightly export: what has changed since the last one goes into a SQLite file.
 *
 *     node src/command.ts [--to FILE] [--full] [--progress]
 *
 * Exit codes: 0 done, 1 failed, 2 wrong arguments, 130 and 143 stopped by a signal. After 1, 130 and 143 the same command goes
 * on where it was.
 */
import { constants } from "node:os";
import { parseArgs } from "node:util";
import { createQBenchClient } from "@qbench-sdk/client";
import { explain } from "./explain.ts";
import { exportTests } from "./export-tests.ts";
import { createProgressLine } from "./progress-line.ts";
import { openTestsFile, type Run, type TestsFile } from "./tests-file.ts";
import { countTraffic } from "./traffic.ts";

const usage = "Usage: node src/command.ts [--to FILE] [--full] [--progress]";

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        to: { type: "string", default: "tests.sqlite" },
        full: { type: "boolean", default: false },
        progress: { type: "boolean", default: process.stderr.isTTY === true },
      },
      allowNegative: true,
    });
    return values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${usage}\n`);
    process.exit(2);
  }
}

const { to, full, progress } = readArguments();
const started = performance.now();
const traffic = countTraffic();
const line = createProgressLine(progress, process.stderr);

const stop = new AbortController();
let stoppedBy: "SIGINT" | "SIGTERM" | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // The second one ends the process at once, which does no harm either.
  process.once(signal, () => {
    stoppedBy = signal;
    stop.abort();
  });
}

const digits = (number: number): string => number.toLocaleString("en");
const plural = (number: number, what: string): string => `${digits(number)} ${what}${number === 1 ? "" : "s"}`;

function tell(run: Run, goneOnWith?: Run): void {
  const { id, since, read, added, changed, deleted } = run;
  const what = since ? `what has changed since ${since.toISOString()}` : "everything";
  const place = goneOnWith ? `, gone on with at page ${goneOnWith.point?.page ?? 1}` : "";
  const numbers = `${digits(added)} new, ${digits(changed)} changed, ${digits(deleted)} deleted`;
  line.end();
  process.stdout.write(`Run ${id}, ${what}${place}: ${plural(read, "test")} read, ${numbers}\n`);
}

let file: TestsFile | undefined;
try {
  const client = createQBenchClient({ fetch: traffic.fetch });
  file = openTestsFile(to, new URL(process.env.QBENCH_URL ?? "").origin);
  const options = { signal: stop.signal, onProgress: line.show };
  const unfinished = file.unfinishedRun(full);
  tell(await exportTests(client, file, { ...options, full }), unfinished);
  // That one was as of its beginning, which may be days ago.
  if (unfinished) tell(await exportTests(client, file, { ...options, full: false }));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const calls = `${plural(traffic.apiCalls, "API call")}, ${plural(traffic.tokenCalls, "token call")}`;
  process.stdout.write(`${to}: ${seconds} s, ${calls}\n`);
} catch (error) {
  line.end();
  process.stderr.write(`${stoppedBy ? `Stopped by ${stoppedBy}` : explain(error)}\n`);
  if (file?.unfinishedRun(full))
    process.stderr.write(`What was read is in ${to}; the same command goes on from there.\n`);
  process.exitCode = stoppedBy ? 128 + constants.signals[stoppedBy] : 1;
} finally {
  file?.close();
}
