import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { progressText } from "../src/output/progress-bar.ts";
import { rowsOf, startQbench } from "./support/qbench.ts";
import { hasScript, runInTerminal } from "./support/run-in-terminal.ts";

describe.runIf(hasScript)("qbench export progress", () => {
  async function inTerminal(line: string) {
    const qbench = await startQbench({ records: { orders: 120 } });
    const outcome = await runInTerminal(qbench, `export orders ${line}`);
    return { ...outcome, file: join(qbench.folder, "orders.ndjson") };
  }

  it("shows a progress bar on the terminal until all rows are in the file", async () => {
    const { code, screen, file } = await inTerminal("> orders.ndjson");
    expect(code).toBe(0);
    expect(rowsOf(await readFile(file, "utf8"))).toHaveLength(120);
    expect(screen).toContain("120 of 120 rows");
    expect(screen.endsWith("\u001b[2K")).toBe(true);
  });

  it("shows no progress bar if the rows go to the terminal", async () => {
    const { code, screen } = await inTerminal("");
    expect(code).toBe(0);
    expect(screen).toMatch(/^id .*(\n.*){121}/);
    expect(screen).not.toContain("of 120 rows");
  });

  it("shows no progress bar with --quiet", async () => {
    const { code, screen, file } = await inTerminal("--quiet > orders.ndjson");
    expect([code, screen]).toEqual([0, ""]);
    expect(rowsOf(await readFile(file, "utf8"))).toHaveLength(120);
  });

  it("writes no progress to a log file", async () => {
    const { code, screen } = await inTerminal("2> log > orders.ndjson; cat log");
    expect([code, screen]).toEqual([0, ""]);
  });
});

describe("progressText", () => {
  it.each([
    [{ done: 60, total: 120 }, 3_000, "60 of 120 rows, 20/s, 3 s left"],
    [{ done: 120, total: 120 }, 5_000, "120 of 120 rows, 24/s, 0 s left"],
    [{ done: 130, total: 120 }, 5_000, "130 of 120 rows, 26/s, 0 s left"],
    [{ done: 0, total: 120 }, 0, "0 of 120 rows, 0/s"],
    [{ done: 7 }, 2_000, "7 rows, 4/s"],
  ])("describes %j rows after %d ms as %j", (progress, elapsedMs, text) => {
    expect(progressText("rows", progress, elapsedMs)).toBe(text);
  });

  it.each([
    [{ done: 1_500_000, total: 12_345_678 }, 1_000, "1.5 MB of 12.3 MB, 1.5 MB/s, 8 s left"],
    [{ done: 999, total: 1_000 }, 500, "999 B of 1.0 kB, 2.0 kB/s, 1 s left"],
    [{ done: 2_500_000_000_000 }, 1_000_000, "2500.0 GB, 2.5 GB/s"],
    [{ done: 0, total: 0 }, 10, "0 B of 0 B, 0 B/s"],
  ])("describes %j bytes after %d ms as %j", (progress, elapsedMs, text) => {
    expect(progressText("bytes", progress, elapsedMs)).toBe(text);
  });
});
