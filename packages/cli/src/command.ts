#!/usr/bin/env node
import { constants } from "node:os";
import { run } from "./program.js";
import { tellUser } from "./tell-user.js";

// A reader that has gone is no reason for a stack. Who writes to stdout hears of it.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const stop = new AbortController();
let stoppedBy: "SIGINT" | "SIGTERM" | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Once: a second Ctrl-C ends the process at once.
  process.once(signal, () => {
    stoppedBy = signal;
    stop.abort();
  });
}

const exitCode = await run(process.argv.slice(2), stop.signal);
if (stoppedBy) tellUser("stopped");
process.exitCode = stoppedBy ? 128 + constants.signals[stoppedBy] : exitCode;
