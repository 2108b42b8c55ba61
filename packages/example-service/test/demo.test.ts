import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { startTestTenant } from "./support/service.ts";

const runDemo = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, "../src/demo.ts"), ...args]);

// A slow machine needs time for the processes and for thousands of records.
describe("the demo", { timeout: 120_000 }, () => {
  it("lists, reads, creates and updates orders, publishes a report, and mirrors the tests", async () => {
    const { emulator } = await startTestTenant({ records: { tests: 7000 } });
    const { stdout } = await runDemo("--write");
    expect(stdout).toContain("QB-00048 for customer 8: 2 samples, ");
    expect(stdout).toMatch(/│ QB-00048 │ ON HOLD +│ 8 +│ 2025-10-10T03:19Z │/);
    expect(stdout).not.toMatch(/\d [AP]M\b/);
    expect(stdout).toContain("QB-00049 is IN PROGRESS");
    expect(stdout).toMatch(/48\.pdf has [1-9]\d\d bytes/);
    expect(emulator.stats.byOperation["POST /qbench/api/v2/reports/publish"]).toBe(1);
    expect(stdout).toMatch(/SIGKILL after [56],\d\d0 of 7,000 tests/);
    expect(stdout).toMatch(/tests\.sqlite: [12],\d\d\d created, 0 updated, 0 deleted/);
    expect(stdout).toContain("with the same access token");
    expect(stdout).toMatch(/tests\.sqlite: 0 created, 2 updated, 1 deleted/);
    expect(emulator.stats.throttledByRate).toBe(0);
  });

  it("sends only GET requests without --write", async () => {
    const { emulator } = await startTestTenant();
    await runDemo();
    const writes = Object.keys(emulator.stats.byOperation).filter(operation => !operation.startsWith("GET "));
    expect(writes).toEqual([]);
    expect(emulator.stats.byOperation["GET /qbench/api/v2/tests"]).toBeUndefined();
  });

  it("finishes although its access token is revoked in the middle", async () => {
    const { emulator } = await startTestTenant({
      faults: [{ path: "/qbench/api/v2/tests/7", method: "DELETE", revokeToken: true, times: 1 }],
    });
    const { stdout } = await runDemo("--write");
    expect(stdout).toContain("the access token had expired and was renewed");
    expect(emulator.stats.rejectedTokens).toBe(1);
  });

  it("names a wrong setting in one line", async () => {
    await startTestTenant();
    vi.stubEnv("QBENCH_CLIENT_SECRET", "not the secret");
    const failed = await runDemo().then(
      () => undefined,
      (error: { code: number; stderr: string }) => error,
    );
    expect(failed?.code).toBe(1);
    expect(failed?.stderr.trim().split("\n")).toHaveLength(1);
    expect(failed?.stderr).toContain("QBENCH_CLIENT_SECRET");
    expect(failed?.stderr).not.toContain("not the secret");
  });

  it.each([
    [["--writ"], "Unknown argument --writ. The closest valid argument is --write."],
    [["orders"], "Unknown argument orders. The closest valid argument is "],
    [["--token-seconds", "soon"], "argument 'soon' is invalid. It must be a whole number."],
  ])("prints one line about the wrong arguments %j, and sends nothing", async (args, message) => {
    const { emulator } = await startTestTenant();
    const failed = await runDemo(...args).then(
      () => undefined,
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect(failed).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/^.+\n$/) });
    expect(failed?.stderr).toContain(message);
    expect(emulator.stats.requests).toBe(0);
  });

  it("prints its options for --help, and sends nothing", async () => {
    const { emulator } = await startTestTenant();
    const { stdout, stderr } = await runDemo("--write", "--help");
    expect(stdout).toMatch(/^Usage: .*--write.*--token-seconds/s);
    expect([stderr, emulator.stats.requests]).toEqual(["", 0]);
  });
});
