/** Loaded before a program whose memory is measured: tells at its end how much it had at most, in bytes. */
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  writeFileSync(process.env.MEMORY_REPORT ?? "", String(process.resourceUsage().maxRSS * 1024));
});
