import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { startRedis } from "../../../redis/test/support/redis-server.ts";
import { startChaos } from "./chaos.ts";
import { createExchangeLog } from "./exchange-log.ts";
import { startHarness } from "./harness.ts";
import type { Identity, Report, WorkerSettings } from "./messages.ts";
import type { SoakResult } from "./result.ts";

export interface SoakOptions {
  /** The duration, in seconds. */
  seconds: number;
  /** The number of concurrent processes. Default: 4. */
  processes?: number;
  /** The number of API clients. Half of them renew by refresh token, and two thirds share their tokens. Default: 24. */
  identities?: number;
  /** Called once a second with the result so far. */
  onProgress?: (result: SoakResult) => void;
}

const TOKEN_SECONDS = 2;
/**
 * The age from which a token may be renewed. The soft window of such a short token is the last fifth of its life. 150 ms are
 * subtracted, because the token source counts the life from before it signs the request.
 */
const DUE_MS = TOKEN_SECONDS * 1000 * 0.8 - 150;

/** Clocks so wrong that QBench rejects assertions signed with them. */
const clockOffsetsMs = [0, 360_000, -360_000];

/**
 * Runs several processes that share one Redis store against an emulator with tokens of two seconds. Meanwhile connections are
 * cut, responses fail, clocks are wrong, tokens are revoked, processes are killed during an exchange, and Redis restarts.
 */
export async function soak({ seconds, processes = 4, identities = 24, onProgress }: SoakOptions): Promise<SoakResult> {
  const log = createExchangeLog(DUE_MS);
  const workers = new Map<number, ChildProcess>();
  const harness = await startHarness(TOKEN_SECONDS, log, kill);
  const first = await startRedis();
  let redis = first;
  const clients = Array.from({ length: identities }, (_, i): Identity => {
    const { id, secret } = harness.emulator.clients.create();
    return { id, secret, renewal: i % 2 === 0 ? "assertion" : "refresh-token", isShared: i % 6 < 4 };
  });

  const requests = { total: 0, replayed: 0, injectedErrors: 0, injectedCuts: 0, slowestMs: 0 };
  const failures: string[] = [];
  let isOver = false;
  let started = 0;
  let skewed = 0;
  let kills = 0;

  function handleReport(report: Report): void {
    if (report.type === "progress") {
      requests.total += report.requests;
      requests.replayed += report.replayed;
    } else if (report.type === "injected") requests.injectedErrors += 1;
    else if (report.type === "slow") requests.slowestMs = Math.max(requests.slowestMs, report.tookMs);
    else if (harness.cutRequests.has(report.requestId)) requests.injectedCuts += 1;
    else failures.push(report.reason);
  }

  function startWorker(): void {
    started += 1;
    const number = started;
    const clockOffset = clockOffsetsMs[number % clockOffsetsMs.length] ?? 0;
    if (clockOffset !== 0) skewed += 1;
    const child = fork(`${import.meta.dirname}/worker.ts`, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const settings: WorkerSettings = {
      number,
      url: harness.url,
      redisUrl: redis.url,
      identities: clients,
      concurrentRequests: 16,
      pauseMs: 50,
      clockOffsetMs: clockOffset,
    };
    child.send(settings);
    child.on("message", handleReport);
    child.on("exit", (code, signal) => {
      workers.delete(number);
      if (isOver) return;
      if (signal !== "SIGKILL") failures.push(`a process exited unexpectedly (${code ?? signal})`);
      startWorker();
    });
    workers.set(number, child);
  }

  function kill(number: number): void {
    log.recordKill(number);
    if (workers.get(number)?.kill("SIGKILL")) kills += 1;
  }

  async function restartRedis(): Promise<void> {
    log.recordRedisStop();
    await redis.stop();
    await new Promise(resolve => setTimeout(resolve, 500));
    redis = await startRedis(first.port);
    log.recordRedisStart();
  }

  const beganAt = performance.now();
  for (let i = 0; i < processes; i += 1) startWorker();
  const chaos = startChaos(harness, log, restartRedis);
  const result = (): SoakResult => {
    const { stats } = harness.emulator;
    const elapsedMs = performance.now() - beganAt;
    return {
      seconds: elapsedMs / 1000,
      processes,
      identities,
      requests,
      failures,
      exchanges: log.exchanges,
      renewalsByAssertion: stats.exchanges,
      renewalsByRefreshToken: stats.refreshes,
      refreshReuses: stats.refreshReuses,
      surplus: log.surplus,
      injected: { ...chaos.injected, kills, skewedClocks: skewed },
    };
  };
  const progress = setInterval(() => onProgress?.(result()), 1000);
  await new Promise(resolve => setTimeout(resolve, seconds * 1000));

  clearInterval(progress);
  isOver = true;
  await chaos.stop();
  const final = result();
  await Promise.all(
    [...workers.values()].map(async child => {
      child.kill("SIGKILL");
      await once(child, "exit");
    }),
  );
  await Promise.all([redis.stop(), harness.close()]);
  return final;
}
