import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** How an export ended. */
export interface ExportEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The progress that was told last. */
  progress: string;
  output: string;
}

/** Runs the export as a process of its own, which can be killed when so many tests have been read. */
export function runExport(
  file: string,
  kill?: { with: NodeJS.Signals; after: number },
  args: readonly string[] = [],
): Promise<ExportEnd> {
  const command = [`${import.meta.dirname}/command.ts`, "--to", file, "--progress", ...args];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "pipe"] });
  let progress = "";
  let output = "";
  child.stdout.on("data", data => {
    output += data;
  });
  createInterface(child.stderr).on("line", line => {
    const [, done = "", total = ""] = /^([\d,]+) of ([\d,]+) /.exec(line) ?? [];
    if (total === "") output += `${line}\n`;
    else progress = `${done} of ${total} tests`;
    // Once: a second signal would not let it stop by itself.
    if (kill && !child.killed && Number(done.replaceAll(",", "")) >= kill.after) child.kill(kill.with);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, progress, output }));
  });
}
