import { spawn, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { command, outcomeOf, rowsOf, startQbench } from "./support/qbench.ts";

// `script` of util-linux runs a command in a terminal. That of BSD takes other arguments.
const hasScript = spawnSync("script", ["--version"]).stdout?.includes("util-linux") ?? false;

describe.runIf(hasScript)("qbench export progress", () => {
  async function inTerminal(line: string) {
    const { settings, folder, state } = await startQbench({ records: { orders: 120 } });
    const shell = `'${process.execPath}' '${command}' export orders ${line}`;
    const child = spawn("script", ["--quiet", "--return", "--command", shell, "/dev/null"], {
      cwd: folder,
      env: { PATH: process.env.PATH, XDG_STATE_HOME: state, ...settings },
    });
    const { code, stdout: screen } = await outcomeOf(child);
    return { code, screen, file: join(folder, "orders.ndjson") };
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
    expect(screen).toMatch(/^id .*(\r\n.*){121}/);
    expect(screen).not.toContain("of 120 rows");
  });

  it("writes no progress to a log file", async () => {
    const { code, screen } = await inTerminal("2> log > orders.ndjson; cat log");
    expect([code, screen]).toEqual([0, ""]);
  });
});
