import type { ListProgress } from "@qbench-sdk/client";

/** How far a read is: one line that is written over on a terminal, elsewhere one line for each page. */
export interface ProgressLine {
  show(progress: ListProgress): void;
  /** Clears the way for other output. */
  end(): void;
}

export function createProgressLine(
  isShown: boolean,
  to: { isTTY?: boolean; write(text: string): unknown },
): ProgressLine {
  let isOpen = false;
  return {
    show({ total, rowsPerSecond, secondsLeft }) {
      if (!isShown) return;
      const done = total - Math.round(secondsLeft * rowsPerSecond);
      const pace = `${Math.round(rowsPerSecond).toLocaleString("en")} a second, ${Math.ceil(secondsLeft)} s left`;
      const text = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} tests, ${pace}`;
      to.write(to.isTTY ? `\r${text}\x1b[K` : `${text}\n`);
      isOpen = to.isTTY ?? false;
    },
    end() {
      if (isOpen) to.write("\r\x1b[K");
      isOpen = false;
    },
  };
}
