import type { Progress } from "./read-rows.js";

/** A line that is written over, on a terminal. */
export interface ProgressLine {
  show(progress: Progress): void;
  clear(): void;
}

const eraseLine = "\r\u001B[K";

export function progressLine(terminal: { write(text: string): unknown }): ProgressLine {
  return {
    show: progress => void terminal.write(eraseLine + describeProgress(progress)),
    clear: () => void terminal.write(eraseLine),
  };
}

export const noProgressLine: ProgressLine = { show() {}, clear() {} };

const barWidth = 20;

function describeProgress({ rows, total, rowsPerSecond, secondsLeft }: Progress): string {
  const part = total > 0 ? Math.min(1, rows / total) : 1;
  const bar = "#".repeat(Math.floor(part * barWidth)).padEnd(barWidth, ".");
  const left = secondsLeft === undefined ? "" : `, ${describeSeconds(secondsLeft)} left`;
  return `[${bar}] ${rows} of ${total} rows, ${Math.round(rowsPerSecond)}/s${left}`;
}

function describeSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
