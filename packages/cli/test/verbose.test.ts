import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { startQbench } from "./support/qbench.ts";

/** Replaces what differs between two runs. */
const normalize = (stderr: string): string[] =>
  stderr
    .replace(/\(\d+ ms\)/g, "(0 ms)")
    .replace(/ in \d+ ms,/g, " in 0 ms,")
    .split("\n")
    .slice(0, -1);

describe("qbench --verbose", () => {
  it("writes each request to stderr, with its query, its status and its duration", async () => {
    const { run } = await startQbench();
    const first = await run(["api", "orders?page_num=2&page_size=5", "--verbose"]);
    expect(normalize(first.stderr)).toEqual([
      "qbench: POST /qbench/api/v2/auth/token 200 (0 ms)",
      "qbench: GET /qbench/api/v2/orders?page_num=2&page_size=5 200 (0 ms)",
    ]);
    const second = await run(["get", "orders/1", "-v"]);
    expect(normalize(second.stderr)).toEqual(["qbench: GET /qbench/api/v2/orders/1 200 (0 ms)"]);
    expect(second.stdout).toContain('"id":1');
  });

  it("writes retries and rate limits to stderr", async () => {
    const { run, emulator } = await startQbench();
    await run(["token"]);
    emulator.faults.add({ on: "api", status: 503, times: 1 });
    expect(normalize((await run(["get", "orders/1", "--verbose"])).stderr)).toEqual([
      "qbench: GET /qbench/api/v2/orders/1 503 (0 ms)",
      "qbench: GET /qbench/api/v2/orders/1: attempt 2 follows in 0 ms, after 503",
      "qbench: GET /qbench/api/v2/orders/1 200 (0 ms)",
    ]);
    emulator.faults.add({ on: "api", cut: "before", times: 1 });
    expect(normalize((await run(["get", "orders/1", "--verbose"])).stderr)).toEqual([
      "qbench: GET /qbench/api/v2/orders/1 failed: TypeError UND_ERR_SOCKET (0 ms)",
      "qbench: GET /qbench/api/v2/orders/1: attempt 2 follows in 0 ms, after UND_ERR_SOCKET",
      "qbench: GET /qbench/api/v2/orders/1 200 (0 ms)",
    ]);
    emulator.faults.add({ on: "api", status: 429, headers: { "Retry-After": "0" }, times: 1 });
    expect(normalize((await run(["get", "orders/1", "--verbose"])).stderr)).toEqual([
      "qbench: GET /qbench/api/v2/orders/1 429 (0 ms)",
      "qbench: QBench applied a limit and asks to wait 0 ms.",
      "qbench: GET /qbench/api/v2/orders/1: attempt 2 follows in 0 ms, after 429",
      "qbench: GET /qbench/api/v2/orders/1 200 (0 ms)",
    ]);
  });

  it("writes failed token requests, and requests with a rejected token, to stderr", async () => {
    const { run, emulator } = await startQbench();
    emulator.faults.add({ on: "token", status: 503, times: 1 });
    expect(normalize((await run(["get", "orders/1", "--verbose"])).stderr)).toMatchInlineSnapshot(`
      [
        "qbench: POST /qbench/api/v2/auth/token 503 (0 ms)",
        "qbench: The token is requested again (attempt 2).",
        "qbench: POST /qbench/api/v2/auth/token 200 (0 ms)",
        "qbench: GET /qbench/api/v2/orders/1 200 (0 ms)",
      ]
    `);
    emulator.revokeTokens();
    expect(normalize((await run(["get", "orders/1", "--verbose"])).stderr)).toMatchInlineSnapshot(`
      [
        "qbench: GET /qbench/api/v2/orders/1 400 (0 ms)",
        "qbench: QBench rejected the access token. The request is sent again with a new one.",
        "qbench: POST /qbench/api/v2/auth/token 200 (0 ms)",
        "qbench: GET /qbench/api/v2/orders/1 200 (0 ms)",
      ]
    `);
  });

  it("writes no token, assertion or secret", async () => {
    const { run, emulator, settings } = await startQbench();
    const { stdout: token, stderr } = await run(["token", "--verbose"]);
    expect(stderr).not.toContain(token.trim());
    expect(stderr).not.toMatch(/eyJ|assertion|bearer|authorization/i);
    emulator.faults.add({ on: "api", status: 500 });
    const query = `secret=${settings.QBENCH_CLIENT_SECRET}&access_token=${token.trim()}&name=x`;
    const failed = await run(["api", `orders?${query}`, "--verbose"]);
    expect(failed.stderr).toContain("GET /qbench/api/v2/orders?secret=[redacted]&access_token=[redacted]&name=x 500");
    expect(failed.stderr).not.toContain(token.trim());
  });
});

describe("qbench --quiet", () => {
  it("writes no note about the token file, but errors", async () => {
    const { run, state } = await startQbench();
    await writeFile(state, "");
    expect(await run(["token", "--quiet"])).toMatchObject({ code: 0, stderr: "" });
    expect(await run(["get", "orders/99999", "-q"])).toMatchObject({ code: 1, stderr: expect.stringContaining("404") });
  });
});
