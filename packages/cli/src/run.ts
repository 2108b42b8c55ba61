import { CommanderError } from "@commander-js/extra-typings";
import type { ErrorReport } from "./errors/error-report.js";
import { writeLine } from "./output/write-line.js";
import { createProgram } from "./program.js";

/** Reports an error. The code for that is imported too, so a missing part can be the error that it fails with. */
async function toReport(error: unknown): Promise<ErrorReport> {
  if (Object(error).code === "ERR_MODULE_NOT_FOUND") {
    return { exitCode: 1, message: "A part of qbench could not be loaded. Install @qbench-sdk/cli again." };
  }
  const { toErrorReport } = await import("./errors/error-report.js");
  return toErrorReport(error);
}

/** Runs the command line and returns the exit code. All messages have been written by then. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  // Without this feature of Node 22, each response would look like invalid JSON.
  if (!("rawJSON" in JSON)) {
    await writeLine(`Node ${process.version} is too old. Use Node 22.12 or later.`);
    return 2;
  }
  const program = createProgram(signal);
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      // Commander has printed the help already, if the command is missing.
      if (error.code !== "commander.help") {
        const { usageMessage } = await import("./errors/usage-message.js");
        await writeLine(usageMessage(error, program, args));
      }
      return 2;
    }
    // The signal itself causes an error, which needs no message.
    if (signal.aborted) return 1;
    const { exitCode, message } = await toReport(error).catch(toReport);
    if (message !== undefined) await writeLine(message);
    return exitCode;
  }
}
