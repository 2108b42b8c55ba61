import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** How an export process ended. */
export interface ExportOutcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The last progress that it reported. */
  progress: string;
  output: string;
}

/**
 * Runs the export as a separate process.
 *
 * @param kill a signal to send to the process, and the number of tests after which to send it
 */
export function runExport(
  file: string,
  kill?: { with: NodeJS.Signals; after: number },
  args: readonly string[] = [],
): Promise<ExportOutcome> {
  const command = [`${import.meta.dirname}/command.ts`, "--to", file, "--progress", ...args];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "pipe"] });
  let progress = "";
  let output = "";
  child.stdout.on("data", data => {
    output += data;
  });
  createInterface(child.stderr).on("line", line => {
    const [shown, done = ""] = /^([\d,]+) of [\d,]+ (?:deleted )?tests/.exec(line) ?? [];
    if (shown === undefined) output += `${line}\n`;
    else progress = shown;
    // Sends the signal only once, because a second one would end the process before it can stop by itself.
    if (kill && !child.killed && Number(done.replaceAll(",", "")) >= kill.after) child.kill(kill.with);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, progress, output }));
  });
}
