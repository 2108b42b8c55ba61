import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { startRedis } from "../../../redis/test/support/redis-server.ts";
import { startChaos } from "./chaos.ts";
import { createExchangeLog } from "./exchange-log.ts";
import { startLab } from "./lab.ts";
import type { Identity, Report, WorkerSettings } from "./messages.ts";
import type { SoakResult } from "./result.ts";

export interface SoakOptions {
  /** How long it runs, in seconds. */
  seconds: number;
  /** Processes at once; default 4. */
  processes?: number;
  /**
   * API clients; default 24. Half of them renew by refresh tokens, two thirds
   * share their tokens.
   */
  identities?: number;
  /** Hears of the result so far, once a second. */
  onProgress?: (result: SoakResult) => void;
}

const TOKEN_SECONDS = 2;
/**
 * A token is renewed from here on at the soonest: the soft window is a fifth of so short a life, which begins some time
 * before the request is signed and sent.
 */
const DUE_MS = TOKEN_SECONDS * 1000 * 0.8 - 150;

/** Clocks so wrong that QBench refuses what is dated by them. */
const clockOffsetsMs = [0, 360_000, -360_000];

/**
 * Runs several processes that share one Redis store against an emulator with tokens of two seconds, while connections are
 * cut, answers fail, clocks are wrong, tokens are revoked, processes are killed in the middle of an exchange and Redis restarts.
 */
export async function soak({ seconds, processes = 4, identities = 24, onProgress }: SoakOptions): Promise<SoakResult> {
  const log = createExchangeLog(DUE_MS);
  const workers = new Map<number, ChildProcess>();
  const lab = await startLab(TOKEN_SECONDS, log, kill);
  const first = await startRedis();
  let redis = first;
  const clients = Array.from({ length: identities }, (_, i): Identity => {
    const { id, secret } = lab.emulator.clients.create();
    return { id, secret, renewal: i % 2 === 0 ? "assertion" : "refresh-token", isShared: i % 6 < 4 };
  });

  const calls = { made: 0, repeated: 0, injectedErrors: 0, injectedCuts: 0, slowestMs: 0 };
  const failures: string[] = [];
  let isOver = false;
  let started = 0;
  let skewed = 0;
  let kills = 0;

  function hear(report: Report): void {
    if (report.type === "progress") {
      calls.made += report.calls;
      calls.repeated += report.repeated;
    } else if (report.type === "injected") calls.injectedErrors += 1;
    else if (report.type === "slow") calls.slowestMs = Math.max(calls.slowestMs, report.tookMs);
    else if (lab.cutCalls.has(report.call)) calls.injectedCuts += 1;
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
      url: lab.url,
      redisUrl: redis.url,
      identities: clients,
      callsAtOnce: 16,
      pauseMs: 50,
      clockOffsetMs: clockOffset,
    };
    child.send(settings);
    child.on("message", hear);
    child.on("exit", (code, signal) => {
      workers.delete(number);
      if (isOver) return;
      if (signal !== "SIGKILL") failures.push(`a process ended by itself (${code ?? signal})`);
      startWorker();
    });
    workers.set(number, child);
  }

  function kill(number: number): void {
    log.killed(number);
    if (workers.get(number)?.kill("SIGKILL")) kills += 1;
  }

  async function restartRedis(): Promise<void> {
    log.redisStopped();
    await redis.stop();
    await new Promise(resolve => setTimeout(resolve, 500));
    redis = await startRedis(first.port);
    log.redisBack();
  }

  const beganAt = performance.now();
  for (let i = 0; i < processes; i += 1) startWorker();
  const chaos = startChaos(lab, log, restartRedis);
  const result = (): SoakResult => {
    const { stats } = lab.emulator;
    const elapsedMs = performance.now() - beganAt;
    return {
      seconds: elapsedMs / 1000,
      processes,
      identities,
      calls,
      failures,
      exchanges: log.issues,
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
  await Promise.all([redis.stop(), lab.close()]);
  return final;
}
