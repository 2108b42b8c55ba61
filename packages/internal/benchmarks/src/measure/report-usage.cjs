/**
 * Preloaded into a measured program. When the program exits, it writes its CPU time and peak memory to file descriptor
 * 3. It is CommonJS without types, because loading anything else would add milliseconds to the measured time.
 */
const { writeSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

if (isMainThread) {
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    try {
      writeSync(3, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, peakBytes: maxRSS * 1024 }));
    } catch {
      // A child process of the measured program inherits NODE_OPTIONS, but not the file descriptor.
    }
  });
}
