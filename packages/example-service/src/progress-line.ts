import type { SyncProgress } from "@qbench-sdk/client/mirror";

/** Shows the progress of a read: on a terminal as one line that is overwritten, elsewhere as one line per page. */
export interface ProgressLine {
  show(progress: SyncProgress): void;
  /** Clears the line, so that other output can follow. */
  end(): void;
}

/** Creates a progress line. If it is not `enabled`, it writes nothing. */
export function createProgressLine(
  enabled: boolean,
  output: { isTTY?: boolean; write(text: string): unknown },
): ProgressLine {
  let isOpen = false;
  return {
    show({ phase, total, rowsPerSecond, secondsLeft }) {
      if (!enabled) return;
      const done = total - Math.round(secondsLeft * rowsPerSecond);
      const pace = `${Math.round(rowsPerSecond).toLocaleString("en")} per second, ${Math.ceil(secondsLeft)} s left`;
      const text = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${phase === "records" ? "tests" : "deleted tests"}, ${pace}`;
      output.write(output.isTTY ? `\r${text}\x1b[K` : `${text}\n`);
      isOpen = output.isTTY ?? false;
    },
    end() {
      if (isOpen) output.write("\r\x1b[K");
      isOpen = false;
    },
  };
}
