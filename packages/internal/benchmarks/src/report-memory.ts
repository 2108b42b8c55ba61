/** Loaded before a program whose memory is measured, and before those that it starts: tells how much one had at most. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

process.on("exit", () => {
  const file = process.env.MEMORY_REPORT ?? "";
  const before = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  writeFileSync(file, String(Math.max(before, process.resourceUsage().maxRSS * 1024)));
});
