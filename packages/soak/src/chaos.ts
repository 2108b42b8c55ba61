import type { Fault } from "@qbench-sdk/emulator";
import type { ExchangeLog } from "./exchange-log.ts";
import type { Lab } from "./lab.ts";
import { INJECTED_HEADER } from "./messages.ts";

const headers = { [INJECTED_HEADER]: "1" };

/** What goes wrong with calls of the API, all the time. The caller sees these: they are the call's own. */
const callFaults: readonly Fault[] = [
  { on: "api", cut: "before", probability: 0.002 },
  { on: "api", cut: "during", probability: 0.002 },
  { on: "api", cut: "after", probability: 0.002 },
  { on: "api", status: 500, headers, probability: 0.003 },
  { on: "api", status: 503, headers, probability: 0.003 },
  { on: "api", status: 429, headers: { ...headers, "Retry-After": "1" }, probability: 0.003 },
  { on: "api", status: 403, headers, probability: 0.001 },
  { on: "api", latencyMs: 150, probability: 0.02 },
];

/**
 * What goes wrong with token requests, one at a time. None is more than an exchange has attempts for, so that no caller may
 * see any of it.
 */
const tokenFaults: readonly Fault[] = [
  { on: ["token", "refresh"], cut: "before", times: 1 },
  { on: ["token", "refresh"], cut: "during", times: 1 },
  { on: ["token", "refresh"], cut: "after", times: 1 },
  { on: ["token", "refresh"], status: 500, times: 1 },
  { on: ["token", "refresh"], status: 502, body: "<html>", times: 2 },
  { on: ["token", "refresh"], status: 503, times: 3 },
  { on: ["token", "refresh"], status: 429, headers: { "X-QBAPI-Throttle-TTL": "1" }, times: 1 },
  { on: ["token", "refresh"], latencyMs: 700, times: 2 },
  { on: "refresh", status: 401, times: 2 },
];

export interface Injected {
  tokenFaults: number;
  revocations: number;
  clockJumps: number;
  kills: number;
  redisRestarts: number;
}

/** Sets everything going that goes wrong; what it gives back ends it. */
export function startChaos(
  lab: Lab,
  log: ExchangeLog,
  restartRedis: () => Promise<void>,
): { injected: Injected; stop(): Promise<void> } {
  const injected: Injected = { tokenFaults: 0, revocations: 0, clockJumps: 0, kills: 0, redisRestarts: 0 };
  const { emulator } = lab;
  for (const fault of callFaults) emulator.faults.add(fault);

  let issuesAtFault = 0;
  let setBack: (() => void) | undefined;
  const removals = new Set<() => void>();

  /** The next fault comes when the last has been survived. */
  function spoilExchange(): void {
    if (log.issues === issuesAtFault) return;
    issuesAtFault = log.issues;
    for (const remove of removals) remove();
    removals.clear();
    const fault = tokenFaults[Math.floor(Math.random() * tokenFaults.length)];
    if (!fault) return;
    removals.add(emulator.faults.add(fault));
    injected.tokenFaults += 1;
  }

  function revoke(): void {
    emulator.revokeTokens();
    log.revoked();
    injected.revocations += 1;
  }

  function jump(): void {
    if (setBack) setBack();
    setBack = setBack ? undefined : emulator.faults.add({ skewMs: 360_000 });
    // By a clock that is ahead all tokens have expired.
    log.revoked();
    injected.clockJumps += 1;
  }

  function kill(): void {
    lab.killNext();
    injected.kills += 1;
  }

  let restarting = Promise.resolve();
  function restart(): void {
    restarting = restarting.then(restartRedis);
    injected.redisRestarts += 1;
  }

  const timers = [
    setInterval(spoilExchange, 150),
    setInterval(revoke, 7_000),
    setInterval(jump, 11_000),
    setInterval(kill, 1_500),
    setInterval(restart, 17_000),
  ];
  return {
    injected,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      setBack?.();
      emulator.faults.clear();
      await restarting;
    },
  };
}
