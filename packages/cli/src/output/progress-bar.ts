/** Shows a progress bar on the last line of a terminal. */
export interface ProgressBar {
  show(progress: Progress): void;
  remove(): void;
}
export interface Progress {
  done: number;
  total: number;
  perSecond: number;
  secondsLeft: number;
}

/** Creates a progress bar on stderr, if that is a terminal. If the rows go to the terminal too, it shows no bar. */
export async function createProgressBar(unit: "rows" | "bytes", { quiet }: { quiet: boolean }): Promise<ProgressBar> {
  if (quiet || !process.stderr.isTTY || process.stdout.isTTY) return { show() {}, remove() {} };
  const { SingleBar } = await import("cli-progress");
  const bar = new SingleBar({
    stream: process.stderr,
    format: `[{bar}] {value} of {total} ${unit}, {rate}/s, {left} s left`,
    clearOnComplete: true,
    // The command itself handles signals.
    gracefulExit: false,
  });
  return {
    show({ done, total, perSecond, secondsLeft }) {
      const pace = { rate: Math.round(perSecond), left: Math.ceil(secondsLeft) };
      if (bar.isActive) bar.setTotal(total);
      else bar.start(total, 0, pace);
      bar.update(done, pace);
    },
    remove: () => bar.stop(),
  };
}
