#!/usr/bin/env node
import { constants } from "node:os";
import { run } from "./program.js";
import { writeLine } from "./write-line.js";

// A closed pipe must not end the process with a stack trace. The code that writes to stdout handles the error.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const stop = new AbortController();
let stoppedBy: "SIGINT" | "SIGTERM" | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // `once`, so that a second Ctrl-C ends the process immediately.
  process.once(signal, () => {
    stoppedBy = signal;
    stop.abort();
  });
}

const exitCode = await run(process.argv.slice(2), stop.signal);
if (stoppedBy) writeLine("stopped");
process.exitCode = stoppedBy ? 128 + constants.signals[stoppedBy] : exitCode;
