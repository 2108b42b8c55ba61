import type { SyncProgress } from "@qbench-sdk/client/mirror";
import { describe, expect, it } from "vitest";
import { createProgressLine } from "../src/progress-line.ts";

const progress: SyncProgress = {
  phase: "records",
  rows: 50,
  total: 1200,
  rereads: 0,
  rowsPerSecond: 100,
  secondsLeft: 10.5,
  cursor: { page: 1 },
};
const text = "150 of 1,200 tests, 100 per second, 11 s left";

function progressOutput(enabled: boolean, isTTY: boolean): string {
  let all = "";
  const line = createProgressLine(enabled, { isTTY, write: part => (all += part) });
  line.show(progress);
  line.show(progress);
  line.end();
  line.end();
  return all;
}

describe("the progress line", () => {
  it("overwrites one line on a terminal and clears it at the end", () => {
    expect(progressOutput(true, true)).toBe(`\r${text}\x1b[K\r${text}\x1b[K\r\x1b[K`);
  });

  it("writes one line per page if the output is not a terminal", () => {
    expect(progressOutput(true, false)).toBe(`${text}\n${text}\n`);
  });

  it("names the deleted tests, which are read last", () => {
    let shown = "";
    createProgressLine(true, { write: part => (shown += part) }).show({ ...progress, phase: "deletions" });
    expect(shown).toBe("150 of 1,200 deleted tests, 100 per second, 11 s left\n");
  });

  it("writes nothing if it is turned off", () => {
    expect(progressOutput(false, true)).toBe("");
  });
});
