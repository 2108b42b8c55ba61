/**
 * Writes the peak memory of a process to the file MEMORY_REPORT when the process exits. It is preloaded into the measured
 * program and its child processes. The file keeps the largest value.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

process.on("exit", () => {
  const file = process.env.MEMORY_REPORT ?? "";
  const previous = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  writeFileSync(file, String(Math.max(previous, process.resourceUsage().maxRSS * 1024)));
});
