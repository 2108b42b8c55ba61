import { setTimeout as sleep } from "node:timers/promises";
import { startRedis } from "../../../redis/test/support/redis-server.ts";
import { startChaos } from "./chaos.ts";
import { startClientSoak } from "./client-soak.ts";
import { createExchangeLog } from "./exchange-log.ts";
import { startFleet } from "./fleet.ts";
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
 * The age from which a token may be renewed, counted from the start of its exchange. The soft window of such a short token is
 * the last fifth of its life. 10 ms are subtracted, because the clocks of two processes round differently.
 */
const DUE_MS = TOKEN_SECONDS * 1000 * 0.8 - 10;

/** Clocks so wrong that QBench rejects assertions signed with them. */
const clockOffsetsMs = [0, 360_000, -360_000];

/**
 * Runs several processes that share one Redis store against an emulator with tokens of two seconds. Meanwhile connections are
 * cut, responses fail, clocks are wrong, tokens are revoked, processes are killed during an exchange, and Redis restarts.
 * Further processes use the client against an emulator with limits.
 */
export async function soak({ seconds, processes = 4, identities = 24, onProgress }: SoakOptions): Promise<SoakResult> {
  const log = createExchangeLog(DUE_MS);
  let redis = await startRedis();
  const { port, url: redisUrl } = redis;
  const harness = await startHarness(TOKEN_SECONDS, log, number => {
    log.recordKill(number);
    fleet.kill(number);
  });
  const clients = Array.from({ length: identities }, (_, i): Identity => {
    const { id, secret } = harness.emulator.clients.create();
    return { id, secret, renewal: i % 2 === 0 ? "assertion" : "refresh-token", isShared: i % 6 < 4 };
  });

  const requests = { total: 0, replayed: 0, injectedErrors: 0, injectedCuts: 0, outlived: 0, slowestMs: 0 };
  const failures: string[] = [];
  let skewedClocks = 0;

  function handleReport(report: Report, worker: number): void {
    if (report.type === "progress") {
      requests.total += report.requests;
      requests.replayed += report.replayed;
    } else if (report.type === "injected") requests.injectedErrors += 1;
    else if (report.type === "slow") requests.slowestMs = Math.max(requests.slowestMs, report.tookMs);
    else if (report.type === "outlived") requests.outlived += 1;
    else if (report.type === "token-received") log.recordReceivedToken(report.identity, worker);
    else if (report.type === "unsaved-token") log.recordUnsavedToken(report.identity, worker);
    else if (harness.cutRequests.has(report.requestId)) requests.injectedCuts += 1;
    else failures.push(report.reason);
  }

  const beganAt = performance.now();
  const fleet = startFleet<Report>({
    program: "worker.ts",
    size: processes,
    settings(number): WorkerSettings {
      const clockOffsetMs = clockOffsetsMs[number % clockOffsetsMs.length] ?? 0;
      if (clockOffsetMs !== 0) skewedClocks += 1;
      return {
        number,
        url: harness.url,
        redisUrl,
        identities: clients,
        concurrentRequests: 16,
        pauseMs: 50,
        clockOffsetMs,
      };
    },
    onReport: handleReport,
    onFailure: reason => failures.push(reason),
  });
  const clientSoak = await startClientSoak(redisUrl, seconds);

  async function restartRedis(): Promise<void> {
    log.recordRedisStop();
    clientSoak.onRedisStop();
    await redis.stop();
    await sleep(500);
    redis = await startRedis(port);
  }

  const chaos = startChaos(harness, restartRedis);
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
      surplus: log.surplus(),
      unexplained: log.unexplained(),
      injected: { ...chaos.injected, kills: fleet.kills, skewedClocks },
      client: clientSoak.progress(),
    };
  };
  const progress = setInterval(() => onProgress?.(result()), 1000);
  await sleep(seconds * 1000);

  clearInterval(progress);
  await chaos.stop();
  const client = await clientSoak.finish();
  await fleet.stop();
  await Promise.all([redis.stop(), harness.close()]);
  return { ...result(), client };
}
