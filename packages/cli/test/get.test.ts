import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { command, outcomeOf, startQbench } from "./support/qbench.ts";

describe("qbench get", () => {
  it("prints the response to a GET request on one line", async () => {
    const { run, settings } = await startQbench();
    const { code, stdout, stderr } = await run(["get", "/orders/1"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toHaveLength(2);
    const body = JSON.parse(stdout);
    expect(body).toMatchObject({ _self: `${settings.QBENCH_URL}/qbench/api/v2/orders/1`, data: { id: 1 } });
    for (const same of ["orders/1", "/qbench/api/v2/orders/1", body._self]) {
      expect(await run(["get", same])).toEqual({ code, stdout, stderr });
    }
  });

  it("sends the query that the path contains", async () => {
    const { run } = await startQbench();
    const { stdout } = await run(["get", "/samples?order_ids=1&order_ids=2&page_size=3"]);
    const { data, total_count } = JSON.parse(stdout);
    expect([data.length, total_count < 20]).toEqual([3, true]);
    expect(data.every(({ order_id }: { order_id: number }) => [1, 2].includes(order_id))).toBe(true);
  });

  it.each(["https://elsewhere.example/qbench/api/v2/orders/1", "//elsewhere.example/orders", "../../../etc", "/"])(
    "rejects the path %s and sends nothing",
    async path => {
      const { run, emulator } = await startQbench();
      const { code, stdout, stderr } = await run(["get", path]);
      expect([code, stdout, emulator.stats.requests]).toEqual([2, "", 0]);
      expect(stderr).toMatch(/^qbench: The path (names another host|is not part of the API)/);
    },
  );

  it("reports the status of an error response, and exits with 1", async () => {
    const { run } = await startQbench({ clients: [{ scopes: ["GET /orders*"] }] });
    const missing = await run(["get", "orders/4711"]);
    expect([missing.code, missing.stdout]).toEqual([1, ""]);
    expect(missing.stderr).toMatch(/^qbench: GET \/qbench\/api\/v2\/orders\/4711 failed: 404\b/);
    const forbidden = await run(["get", "tests/1"]);
    expect(forbidden.code).toBe(1);
    expect(forbidden.stderr).toMatch(/failed: 403\b.*Check the API client's scopes in QBench\. error_token \w+\n$/);
  });

  it("reports a response that is not JSON", async () => {
    const { run, emulator } = await startQbench();
    emulator.faults.add({ on: "api", status: 200, body: "<h1>Please log in</h1>" });
    expect(await run(["get", "orders/1"])).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "qbench: GET /qbench/api/v2/orders/1 failed: the response is HTML, not JSON. Check QBENCH_URL. It begins: <h1>Please log in</h1>\n",
    });
  });

  it("reports a connection that breaks", async () => {
    const { run, emulator } = await startQbench();
    emulator.faults.add({ on: "api", cut: "before" });
    const { code, stdout, stderr } = await run(["get", "orders/1"]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^qbench: GET \/qbench\/api\/v2\/orders\/1 failed: the connection broke before the response.* It is safe to send the request again\.\n$/,
    );
  });

  it.runIf(existsSync("/dev/full"))("reports a full disk", async () => {
    const { settings, state, folder } = await startQbench();
    const child = spawn("sh", ["-c", `'${process.execPath}' '${command}' get orders/1 > /dev/full`], {
      cwd: folder,
      env: { PATH: process.env.PATH, XDG_STATE_HOME: state, ...settings },
    });
    const stderr = "qbench: Could not write the output (ENOSPC).\n";
    expect(await outcomeOf(child)).toEqual({ code: 1, stdout: "", stderr });
  });
});
