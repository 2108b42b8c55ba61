import { spawn, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { command, ended, rowsOf, setUp } from "./support/qbench.ts";

// util-linux's, which gives a command a terminal; that of BSD takes other arguments.
const hasScript = spawnSync("script", ["--version"]).stdout?.includes("util-linux") ?? false;

describe.runIf(hasScript)("The progress of an export", () => {
  async function inTerminal(line: string) {
    const { settings, folder, state } = await setUp({ records: { orders: 120 } });
    const shell = `'${process.execPath}' '${command}' export orders ${line}`;
    const child = spawn("script", ["--quiet", "--return", "--command", shell, "/dev/null"], {
      cwd: folder,
      env: { PATH: process.env.PATH, XDG_STATE_HOME: state, ...settings },
    });
    const { code, stdout: screen } = await ended(child);
    return { code, screen, file: join(folder, "orders.ndjson") };
  }

  it("is a bar on the terminal, which goes when all rows are in the file", async () => {
    const { code, screen, file } = await inTerminal("> orders.ndjson");
    expect(code).toBe(0);
    expect(rowsOf(await readFile(file, "utf8"))).toHaveLength(120);
    expect(screen).toContain("120 of 120 rows");
    expect(screen.endsWith("\u001b[2K")).toBe(true);
  });

  it("is the rows themselves, where they go to the terminal", async () => {
    const { code, screen } = await inTerminal("");
    expect(code).toBe(0);
    expect(rowsOf(screen.replaceAll("\r\n", "\n"))).toHaveLength(120);
  });

  it("is not told to a log", async () => {
    const { code, screen } = await inTerminal("2> log > orders.ndjson; cat log");
    expect([code, screen]).toEqual([0, ""]);
  });
});
