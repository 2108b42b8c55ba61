import { describe, expect, it } from "vitest";
import { createProgressLine } from "../src/progress-line.ts";

const progress = { rows: 50, total: 1200, rowsPerSecond: 100, secondsLeft: 10.5, cursor: { page: 1 } };
const text = "150 of 1,200 tests, 100 a second, 11 s left";

function written(isShown: boolean, isTTY: boolean): string {
  let all = "";
  const line = createProgressLine(isShown, { isTTY, write: part => (all += part) });
  line.show(progress);
  line.show(progress);
  line.end();
  line.end();
  return all;
}

describe("The progress", () => {
  it("is one line on a terminal, which is cleared at the end", () => {
    expect(written(true, true)).toBe(`\r${text}\x1b[K\r${text}\x1b[K\r\x1b[K`);
  });

  it("is a line for each page elsewhere", () => {
    expect(written(true, false)).toBe(`${text}\n${text}\n`);
  });

  it("is nothing when nobody wants it", () => {
    expect(written(false, true)).toBe("");
  });
});
