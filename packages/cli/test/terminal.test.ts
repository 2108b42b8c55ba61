import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { isInstalled } from "./support/installed.ts";
import { createPrograms } from "./support/programs.ts";
import { rowsOf, startQbench } from "./support/qbench.ts";
import { openTerminal, type TerminalOptions } from "./support/terminal.ts";

/** Opens a shell in which `qbench` is installed, with the settings of an emulator. */
async function openShell({
  records = {},
  ...options
}: Partial<TerminalOptions> & { records?: Record<string, number> } = {}) {
  const qbench = await startQbench({ records });
  const { folder, state, settings } = qbench;
  const env = { ...(await createPrograms(folder)), XDG_STATE_HOME: state, ...settings };
  return { ...qbench, terminal: await openTerminal({ cwd: folder, env, ...options }) };
}

/** Starts a server with a file of 3 MB, of which it sends a half. */
async function startSlowStorage(): Promise<{ url: string; sendRest(): void }> {
  const half = Buffer.alloc(1_500_000);
  let response: ServerResponse | undefined;
  const server = createServer((_, started) => {
    response = started.writeHead(200, { "content-length": 2 * half.length });
    response.write(half);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}/scan.pdf`, sendRest: () => void response?.end(half) };
}

describe.runIf(isInstalled("tmux"))("qbench in a terminal", () => {
  it.each([60, 100, 200])("prints a list as a table that fits into %d columns", async columns => {
    const { terminal } = await openShell({ columns, records: { orders: 10 } });
    const { code, screen } = await terminal.run("qbench get orders");
    expect(code).toBe(0);
    const table = screen.split("\n").filter(line => !/^(?:\[|qbench: )/.test(line));
    expect(table.map(line => line.split(" ")[0])).toEqual(["id", "--", ..."1 2 3 4 5 6 7 8 9 10".split(" ")]);
    // The terminal would wrap a longer line, which the screen shows as one line.
    expect(Math.max(...table.map(line => line.length))).toBeLessThanOrEqual(columns);
    expect(Math.max(...table.map(line => line.length))).toBeGreaterThan(columns / 2);
  });

  it.each([
    [45, /^\d+ of 3000 rows, \d+\/s, \d+ s left$/m],
    [100, /^\[[=-]{40}\] \d+ of 3000 rows, \d+\/s, \d+ s left$/m],
  ])("shows the progress of an export in %d columns, and removes it at the end", async (columns, progress) => {
    const { terminal, folder, emulator } = await openShell({ columns, records: { tests: 3_000 } });
    // Keeps the bar on the screen until it was seen.
    const removeLatency = emulator.faults.add({ on: "api", latencyMs: 500 });
    await terminal.start("qbench export tests > tests.ndjson");
    await terminal.waitFor(progress);
    removeLatency();
    const { code, screen } = await terminal.finished();
    expect([code, screen.includes("rows")]).toEqual([0, false]);
    expect(rowsOf(await readFile(join(folder, "tests.ndjson"), "utf8"))).toHaveLength(3_000);
  });

  it("ends an export on Ctrl-C with exit code 130, without the progress bar, and leaves whole rows", async () => {
    const { terminal, folder } = await openShell({ records: { tests: 100_000 } });
    await terminal.start("qbench export tests > tests.ndjson");
    await terminal.waitFor(/\d of 100000 rows/);
    await terminal.press("C-c");
    const { code, screen } = await terminal.finished();
    expect(code).toBe(130);
    expect(screen).toContain("qbench: stopped");
    expect(screen).not.toContain("100000 rows");
    const rows = rowsOf(await readFile(join(folder, "tests.ndjson"), "utf8"));
    expect(rows.length).toBeLessThan(100_000);
    expect(rows.map(({ id }) => id)).toEqual(rows.map((_, index) => index + 1));
  });

  it("shows a progress bar while it downloads a file, and then where the file is", async () => {
    const { terminal, emulator, folder } = await openShell();
    const { url, sendRest } = await startSlowStorage();
    emulator.faults.add({ path: "/qbench/api/v2/attachments/1", status: 200, body: { id: 1, url } });
    await terminal.start("qbench download attachment 1 -o scan.pdf");
    await terminal.waitFor("1.5 MB of 3.0 MB");
    sendRest();
    const { code, screen } = await terminal.finished();
    expect([code, screen.includes("of 3.0 MB")]).toEqual([0, false]);
    expect(screen).toContain("qbench: Saved scan.pdf (3.0 MB).");
    expect(await readFile(join(folder, "scan.pdf"))).toHaveLength(3_000_000);
  });

  it("leaves no part of a file if Ctrl-C ends a download", async () => {
    const { terminal, emulator, folder } = await openShell();
    const { url } = await startSlowStorage();
    emulator.faults.add({ path: "/qbench/api/v2/attachments/1", status: 200, body: { id: 1, url } });
    const before = await readdir(folder);
    await terminal.start("qbench download attachment 1 -o scan.pdf");
    await terminal.waitFor("1.5 MB of 3.0 MB");
    await terminal.press("C-c");
    const { code, screen } = await terminal.finished();
    expect([code, screen.includes("of 3.0 MB")]).toEqual([130, false]);
    expect((await readdir(folder)).filter(name => name !== "state")).toEqual(before.filter(name => name !== "state"));
  });

  it("sends a write after the answer y", async () => {
    const { terminal, emulator, settings } = await openShell();
    await terminal.start("qbench api orders/1 -X DELETE");
    await terminal.waitFor(`Send DELETE /qbench/api/v2/orders/1 to ${settings.QBENCH_URL}? [y/N]`);
    expect(emulator.records.get("orders", 1)).toBeDefined();
    await terminal.press("y", "Enter");
    expect((await terminal.finished()).code).toBe(0);
    expect(emulator.records.get("orders", 1)).toBeUndefined();
  });

  it("asks for --yes if a write reads its body from the terminal, and so cannot read an answer", async () => {
    const { terminal, emulator } = await openShell();
    await terminal.start("qbench api orders --input -");
    await terminal.type("[]");
    await terminal.press("Enter", "C-d");
    const { code, screen } = await terminal.finished();
    expect(screen).toContain("To send it without a question, add --yes.");
    expect([code, emulator.stats.requests]).toEqual([2, 0]);
  });

  it.each([
    ["the answer n", ["n", "Enter"], 1, "qbench: Nothing was sent."],
    ["the answer yesterday", [..."yesterday", "Enter"], 1, "qbench: Nothing was sent."],
    ["no answer", ["Enter"], 1, "qbench: Nothing was sent."],
    ["the end of the input", ["C-d"], 1, "qbench: Nothing was sent."],
    ["Ctrl-C", ["C-c"], 130, "qbench: stopped"],
  ])("sends nothing after %s to the question about a write", async (_, keys, expected, message) => {
    const { terminal, emulator } = await openShell();
    await terminal.start("qbench api orders/1 -X DELETE");
    await terminal.waitFor("[y/N]");
    await terminal.press(...keys);
    const { code, screen } = await terminal.finished();
    expect(screen).toContain(message);
    expect([code, emulator.stats.requests]).toEqual([expected, 0]);
  });
});
