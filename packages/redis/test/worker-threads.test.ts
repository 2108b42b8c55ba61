import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type RunningEmulator, startEmulator } from "@qbench-sdk/emulator";
import { describe, expect, onTestFinished, test } from "vitest";
import { hasRedis, startRedis } from "./support/redis-server.ts";
import type { ThreadReport, ThreadSettings } from "./support/worker-thread.ts";

/** So low that each thread alone stays within them, and two threads together do not. */
const LIMITS = { concurrent: 3, requests: 20, windowMs: 2000 };
const THREADS = 2;
const REQUESTS = 15;

/** Starts an emulator that has the limits, and whose requests take long enough to be concurrent. */
async function startServer(limits: ThreadSettings["limits"]): Promise<RunningEmulator> {
  const emulator = await startEmulator({ limits, faults: [{ on: "api", latencyMs: 10 }] });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** Lets several threads make requests concurrently, and returns their reports. */
async function runThreads(
  emulator: RunningEmulator,
  limits: ThreadSettings["limits"],
  redisUrl?: string,
): Promise<ThreadReport[]> {
  const [client] = emulator.clients.list();
  const settings: ThreadSettings = {
    url: emulator.url,
    clientId: client?.id ?? "",
    clientSecret: client?.secret ?? "",
    redisUrl,
    limits,
    requests: REQUESTS,
  };
  return Promise.all(
    Array.from({ length: THREADS }, async (): Promise<ThreadReport> => {
      const worker = new Worker(new URL("./support/worker-thread.ts", import.meta.url), { workerData: settings });
      const [[report]] = await Promise.all([once(worker, "message"), once(worker, "exit")]);
      return report;
    }),
  );
}

// CI skips nothing: without redis-server these tests fail there.
describe.runIf(hasRedis || process.env.CI)("worker threads", () => {
  test("worker threads that share a limiter in Redis stay within the tenant's limits together", async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const emulator = await startServer(LIMITS);
    const reports = await runThreads(emulator, LIMITS, redis.url);
    expect(reports).toEqual(Array.from({ length: THREADS }, () => ({ completed: REQUESTS, fallbacks: 0 })));
    expect(emulator.stats).toMatchObject({ throttledByRate: 0, throttledByConcurrency: 0 });
    expect(emulator.stats.maxConcurrent).toBeLessThanOrEqual(LIMITS.concurrent);
  });

  test("worker threads without a shared limiter count for themselves, so that the server rejects requests", async () => {
    // Each thread sends all of its requests immediately, and no thread starts later than the window ends.
    const limits = { ...LIMITS, concurrent: REQUESTS, windowMs: 60_000 };
    const emulator = await startServer(limits);
    const reports = await runThreads(emulator, limits);
    const { throttledByRate, throttledByConcurrency } = emulator.stats;
    const rejected = throttledByRate + throttledByConcurrency;
    expect(rejected).toBeGreaterThan(0);
    expect(reports.reduce((sum, { completed }) => sum + completed, 0)).toBe(THREADS * REQUESTS - rejected);
  });
});
