import type { SingleBar } from "cli-progress";
import { setProgressBar } from "./write-line.js";

export interface Progress {
  /** How many rows or bytes were read. */
  done: number;
  /** How many there are, if this is known. */
  total?: number | undefined;
}

/** Shows a progress bar on the last line of a terminal. */
export interface ProgressBar {
  show(progress: Progress): void;
  remove(): void;
}

/** The length of `100000 of 100000 rows, 1000/s, 1000 s left`. */
const MAX_TEXT_LENGTH = 42;

export type ProgressUnit = "rows" | "bytes";

/**
 * Creates a progress bar on stderr, if that is a terminal and `quiet` is not set. If rows go to the terminal too, it shows
 * no bar.
 */
export async function createProgressBar(unit: ProgressUnit, { quiet }: { quiet: boolean }): Promise<ProgressBar> {
  // Bytes go to a file, even if stdout is a terminal.
  if (quiet || !process.stderr.isTTY || (unit === "rows" && process.stdout.isTTY)) return { show() {}, remove() {} };
  const { SingleBar } = await import("cli-progress");
  const startedAt = performance.now();
  // The width of a terminal can be unknown, or 0.
  const barsize = Math.min(40, (process.stderr.columns || 80) - MAX_TEXT_LENGTH - "[] ".length);
  let bar: SingleBar | undefined;
  return {
    show(progress) {
      const { done, total } = progress;
      const text = progressText(unit, progress, performance.now() - startedAt);
      if (!bar) {
        bar = new SingleBar({
          stream: process.stderr,
          // A narrow terminal has no place for the bar. A longer line would be cut.
          format: total === undefined || barsize < 5 ? "{text}" : "[{bar}] {text}",
          barsize,
          clearOnComplete: true,
          // The command itself handles signals.
          gracefulExit: false,
        });
        bar.start(total ?? 0, 0, { text });
        setProgressBar(true);
      }
      bar.setTotal(total ?? 0);
      bar.update(done, { text });
    },
    remove() {
      bar?.stop();
      setProgressBar(false);
    },
  };
}

/** Describes the progress after this time: `60 of 120 rows, 20/s, 3 s left`. */
export function progressText(unit: ProgressUnit, { done, total }: Progress, elapsedMs: number): string {
  const perSecond = (done * 1000) / Math.max(1, elapsedMs);
  const format = unit === "rows" ? String : formatBytes;
  const amount = total === undefined ? format(done) : `${format(done)} of ${format(total)}`;
  const text = `${amount}${unit === "rows" ? " rows" : ""}, ${format(Math.round(perSecond))}/s`;
  return total === undefined || done === 0
    ? text
    : `${text}, ${Math.ceil(Math.max(0, total - done) / perSecond)} s left`;
}

/** Formats a number of bytes with a unit: `1.5 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const exponent = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** exponent).toFixed(1)} ${["B", "kB", "MB", "GB"][exponent]}`;
}
