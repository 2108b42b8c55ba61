#!/usr/bin/env node
import { constants } from "node:os";
import { writeLine } from "./output/write-line.js";
import { run } from "./run.js";

// A closed pipe must not end the process with a stack trace. The code that writes to stdout handles the error.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const stop = new AbortController();
let stoppedBy: "SIGINT" | "SIGTERM" | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Not `once`: proper-lockfile, which is imported later, ends the process if it finds no other listener.
  process.on(signal, () => {
    // A second Ctrl-C ends the process immediately.
    if (stoppedBy) process.exit(128 + constants.signals[signal]);
    stoppedBy = signal;
    stop.abort();
  });
}

const exitCode = await run(process.argv.slice(2), stop.signal);
if (stoppedBy) await writeLine("stopped");
process.exitCode = stoppedBy ? 128 + constants.signals[stoppedBy] : exitCode;
