import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { setUp } from "./support/service.ts";

const takeTour = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, "../src/tour.ts"), ...args]);

// Processes, and thousands of tests: a busy machine needs time for them.
describe("The tour", { timeout: 120_000 }, () => {
  it("lists, reads, creates and updates orders, and exports the tests", async () => {
    const { emulator } = await setUp({ records: { tests: 7000 } });
    const { stdout } = await takeTour("--write");
    expect(stdout).toContain("QB-00048 for customer 8: 2 samples, ");
    expect(stdout).toContain("QB-00049 is IN PROGRESS");
    expect(stdout).toMatch(/SIGKILL after [56],\d\d0 of 7,000 tests/);
    expect(stdout).toMatch(/gone on with at page \d\d+: .* 7,000 new, 0 changed, 0 deleted/);
    expect(stdout).toContain("with the same access token");
    expect(stdout).toMatch(/: 3 tests read, 0 new, 2 changed, 1 deleted\n/);
    expect(emulator.stats.throttledByRate).toBe(0);
  });

  it("only reads unless it is told to write", async () => {
    const { emulator } = await setUp();
    await takeTour();
    const writes = Object.keys(emulator.stats.byOperation).filter(operation => !operation.startsWith("GET "));
    expect(writes).toEqual([]);
    expect(emulator.stats.byOperation["GET /qbench/api/v2/tests"]).toBeUndefined();
  });

  it("goes on when its access token dies in the middle", async () => {
    const { emulator } = await setUp({
      faults: [{ path: "/qbench/api/v2/tests", method: "PATCH", revokeToken: true, times: 1 }],
    });
    const { stdout } = await takeTour("--write");
    expect(stdout).toContain("the access token had expired and was renewed on the way");
    expect(emulator.stats.rejectedTokens).toBe(1);
  });

  it("says in one line which setting is wrong", async () => {
    await setUp();
    vi.stubEnv("QBENCH_CLIENT_SECRET", "not the secret");
    const failed = await takeTour().then(
      () => undefined,
      (error: { code: number; stderr: string }) => error,
    );
    expect(failed?.code).toBe(1);
    expect(failed?.stderr.trim().split("\n")).toHaveLength(1);
    expect(failed?.stderr).toContain("QBENCH_CLIENT_SECRET");
    expect(failed?.stderr).not.toContain("not the secret");
  });
});
