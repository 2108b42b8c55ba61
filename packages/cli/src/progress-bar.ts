import { SingleBar } from "cli-progress";
import type { Progress } from "./read-pages.js";

/** A bar on the last line of a terminal. */
export interface ProgressBar {
  show(progress: Progress): void;
  remove(): void;
}

/** A bar on stderr, if that is a terminal. Where the rows go to the terminal too, they are progress enough. */
export function progressBar(): ProgressBar {
  if (!process.stderr.isTTY || process.stdout.isTTY) return { show() {}, remove() {} };
  const bar = new SingleBar({
    stream: process.stderr,
    format: "[{bar}] {value} of {total} rows, {eta_formatted} left",
    clearOnComplete: true,
    // Signals are handled by the command.
    gracefulExit: false,
  });
  return {
    show({ rows, total }) {
      if (bar.isActive) bar.setTotal(total);
      else bar.start(total, 0);
      bar.update(rows);
    },
    remove: () => bar.stop(),
  };
}
