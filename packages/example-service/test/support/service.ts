import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createQBenchClient, type QBenchClient } from "@qbench-sdk/client";
import { type EmulatorOptions, type RunningEmulator, startEmulator } from "@qbench-sdk/emulator";
import { onTestFinished, vi } from "vitest";

/** Starts an emulator, puts its settings into the environment, and creates a client and a path for the export file. */
export async function startTestTenant(options: EmulatorOptions = {}): Promise<{
  emulator: RunningEmulator;
  client: QBenchClient;
  path: string;
  /** Runs a query on the export file. */
  select: (sql: string) => Record<string, unknown>[];
}> {
  const emulator = await startEmulator(options);
  const folder = await mkdtemp(join(tmpdir(), "qbench-example-"));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await emulator.close();
    await rm(folder, { recursive: true });
  });
  const [apiClient] = emulator.clients.list();
  vi.stubEnv("QBENCH_URL", emulator.url);
  vi.stubEnv("QBENCH_CLIENT_ID", apiClient?.id);
  vi.stubEnv("QBENCH_CLIENT_SECRET", apiClient?.secret);
  vi.stubEnv("NO_COLOR", "1");
  vi.stubEnv("FORCE_COLOR", undefined);
  const path = join(folder, "tests.sqlite");
  function select(sql: string): Record<string, unknown>[] {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      return database.prepare(sql).all();
    } finally {
      database.close();
    }
  }
  return { emulator, client: createQBenchClient(), path, select };
}
