import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { command, ended, setUp } from "./support/qbench.ts";

describe("qbench get", () => {
  it("prints what a path answers, on one line", async () => {
    const { run, settings } = await setUp();
    const { code, stdout, stderr } = await run(["get", "/orders/1"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toHaveLength(2);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ _self: `${settings.QBENCH_URL}/qbench/api/v2/orders/1`, data: { id: 1 } });
    for (const same of ["orders/1", "/qbench/api/v2/orders/1", answer._self]) {
      expect(await run(["get", same])).toEqual({ code, stdout, stderr });
    }
  });

  it("sends the query of the path", async () => {
    const { run } = await setUp();
    const { stdout } = await run(["get", "/samples?order_ids=1&order_ids=2&page_size=3"]);
    const { data, total_count } = JSON.parse(stdout);
    expect([data.length, total_count < 20]).toEqual([3, true]);
    expect(data.every(({ order_id }: { order_id: number }) => [1, 2].includes(order_id))).toBe(true);
  });

  it.each(["https://elsewhere.example/qbench/api/v2/orders/1", "//elsewhere.example/orders", "../../../etc", "/"])(
    "refuses %s, and sends nothing there",
    async path => {
      const { run, emulator } = await setUp();
      const { code, stdout, stderr } = await run(["get", path]);
      expect([code, stdout, emulator.stats.requests]).toEqual([2, "", 0]);
      expect(stderr).toMatch(/^qbench: path: is /);
    },
  );

  it("says what QBench has answered, and exits with 1", async () => {
    const { run } = await setUp({ clients: [{ scopes: ["GET /orders*"] }] });
    const missing = await run(["get", "orders/4711"]);
    expect([missing.code, missing.stdout]).toEqual([1, ""]);
    expect(missing.stderr).toMatch(/^qbench: GET \/qbench\/api\/v2\/orders\/4711 was answered 404/);
    const forbidden = await run(["get", "tests/1"]);
    expect(forbidden.code).toBe(1);
    expect(forbidden.stderr).toMatch(/was answered 403.*look at the API client's scopes/);
  });

  it("says so when the answer is not JSON", async () => {
    const { run, emulator } = await setUp();
    emulator.faults.add({ on: "api", status: 200, body: "<h1>Please log in</h1>" });
    expect(await run(["get", "orders/1"])).toEqual({
      code: 1,
      stdout: "",
      stderr: "qbench: QBench's answer is not JSON; look at QBENCH_URL\n",
    });
  });

  it("says so when the connection breaks", async () => {
    const { run, emulator } = await setUp();
    emulator.faults.add({ on: "api", cut: "before" });
    const { code, stdout, stderr } = await run(["get", "orders/1"]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^qbench: GET \/qbench\/api\/v2\/orders\/1 .*QBENCH_URL.*\n$/);
  });

  it.runIf(existsSync("/dev/full"))("says so when the disk is full", async () => {
    const { settings, state, folder } = await setUp();
    const child = spawn("sh", ["-c", `'${process.execPath}' '${command}' get orders/1 > /dev/full`], {
      cwd: folder,
      env: { PATH: process.env.PATH, XDG_STATE_HOME: state, ...settings },
    });
    const stderr = "qbench: the output cannot be written (ENOSPC)\n";
    expect(await ended(child)).toEqual({ code: 1, stdout: "", stderr });
  });
});
