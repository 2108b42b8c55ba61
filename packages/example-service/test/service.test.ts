import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type RunningEmulator, startEmulator } from "@qbench-sdk/emulator";
import { afterEach, describe, expect, it } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");

let emulator: RunningEmulator | undefined;
afterEach(() => emulator?.close());

function runService(running: RunningEmulator, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const [client] = running.clients.list();
  return promisify(execFile)(process.execPath, [main, ...args], {
    env: {
      ...process.env,
      NO_COLOR: "1",
      QBENCH_URL: running.url,
      QBENCH_CLIENT_ID: client?.id,
      QBENCH_CLIENT_SECRET: client?.secret,
      ...env,
    },
  });
}

describe("The example service", () => {
  it("lists, reads, creates and updates orders", async () => {
    emulator = await startEmulator();
    const { stdout } = await runService(emulator, []);
    expect(stdout).toContain("QB-00048 for customer 8: 2 samples");
    expect(stdout).toContain("QB-00049 is IN PROGRESS");
    expect(stdout).toContain("6 API calls on 1 access tokens.");
    expect(emulator.stats.byOperation).toMatchObject({
      "POST /qbench/api/v2/orders": 1,
      "PATCH /qbench/api/v2/orders": 1,
    });
  });

  it("only reads when it is told so", async () => {
    emulator = await startEmulator();
    await runService(emulator, ["--read-only"]);
    const writes = Object.keys(emulator.stats.byOperation).filter(operation => !operation.startsWith("GET "));
    expect(writes).toEqual([]);
  });

  it("goes on when its access token dies in the middle", async () => {
    emulator = await startEmulator({ faults: [{ method: "PATCH", revokeToken: true, times: 1 }] });
    const { stdout } = await runService(emulator, []);
    expect(stdout).toContain("QB-00049 is IN PROGRESS");
    expect(emulator.stats).toMatchObject({ exchanges: 2, deadTokens: 1 });
  });

  it("says in one line which setting is wrong", async () => {
    emulator = await startEmulator();
    const failed = await runService(emulator, [], { QBENCH_CLIENT_SECRET: "not the secret" }).then(
      () => undefined,
      (error: { code: number; stderr: string }) => error,
    );
    expect(failed?.code).toBe(1);
    expect(failed?.stderr.trim().split("\n")).toHaveLength(1);
    expect(failed?.stderr).toContain("QBENCH_CLIENT_SECRET");
    expect(failed?.stderr).not.toContain("not the secret");
  });
});
