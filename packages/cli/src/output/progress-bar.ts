import type { ListProgress } from "@qbench-sdk/client";

/** Shows a progress bar on the last line of a terminal. */
export interface ProgressBar {
  show(progress: ListProgress): void;
  remove(): void;
}

/** Creates a progress bar on stderr, if that is a terminal. If the rows go to the terminal too, it shows no bar. */
export async function createProgressBar(): Promise<ProgressBar> {
  if (!process.stderr.isTTY || process.stdout.isTTY) return { show() {}, remove() {} };
  const { SingleBar } = await import("cli-progress");
  const bar = new SingleBar({
    stream: process.stderr,
    format: "[{bar}] {value} of {total} rows, {rate}/s, {left} s left",
    clearOnComplete: true,
    // The command itself handles signals.
    gracefulExit: false,
  });
  return {
    show({ rows, total, rowsPerSecond, secondsLeft }) {
      const pace = { rate: Math.round(rowsPerSecond), left: Math.ceil(secondsLeft) };
      if (bar.isActive) bar.setTotal(total);
      else bar.start(total, 0, pace);
      bar.update(rows, pace);
    },
    remove: () => bar.stop(),
  };
}
