import type { Fault } from "@qbench-sdk/emulator";
import type { ExchangeLog } from "./exchange-log.ts";
import type { Lab, TokenFaultPlan } from "./lab.ts";
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
  // Marked, too: a token of two seconds can die of it on its way, and the next one as well.
  { on: "api", latencyMs: 60, headers, probability: 0.02 },
];

/**
 * What goes wrong with the token requests of an API client, request by request. An exchange has attempts for more than that,
 * so that no caller may see any of it.
 */
const tokenFaults: readonly (readonly Fault[])[] = [
  [{ cut: "before" }],
  [{ cut: "during" }],
  [{ cut: "after" }],
  [{ cut: "before" }, { cut: "after" }],
  [{ status: 500 }],
  [
    { status: 502, body: "<html>" },
    { status: 502, body: "<html>" },
  ],
  [{ status: 503 }, { cut: "before" }],
  [{ status: 429, headers: { "X-QBAPI-Throttle-TTL": "1" } }],
  [{ latencyMs: 700 }],
];

/** Spoils the token requests of each process and API client, one burst after the other. */
function tokenFaultPlan(onFault: () => void): TokenFaultPlan {
  const ahead = new Map<string, Fault[]>();
  return {
    next(key) {
      const fault = ahead.get(key)?.shift();
      if (fault) onFault();
      return fault;
    },
    succeeded(key) {
      if (ahead.get(key)?.length || Math.random() > 0.25) return;
      ahead.set(key, [...(tokenFaults[Math.floor(Math.random() * tokenFaults.length)] ?? [])]);
    },
  };
}

export interface Injected {
  tokenFaults: number;
  revocations: number;
  redisRestarts: number;
}

/** Sets everything going that goes wrong; what it gives back ends it. */
export function startChaos(
  lab: Lab,
  log: ExchangeLog,
  restartRedis: () => Promise<void>,
): { injected: Injected; stop(): Promise<void> } {
  const injected: Injected = { tokenFaults: 0, revocations: 0, redisRestarts: 0 };
  const { emulator } = lab;
  for (const fault of callFaults) emulator.faults.add(fault);

  lab.spoilTokenRequests(
    tokenFaultPlan(() => {
      injected.tokenFaults += 1;
    }),
  );

  /** Without Redis the processes have tokens of their own, which they keep for their lives. */
  let sharedFrom = 0;

  // The next token of a call that is refused must be a good one, or the call is refused twice, which is the caller's. So none is
  // revoked that is on its way, or that others may still find in the store beside their own.
  function revoke(): void {
    if (performance.now() < sharedFrom) return;
    for (const { id } of emulator.clients.list()) {
      if (!lab.isQuiet(id)) continue;
      emulator.revokeTokens({ clientId: id });
      log.revoked(id);
      injected.revocations += 1;
    }
  }

  let restarting = Promise.resolve();
  function restart(): void {
    sharedFrom = Number.POSITIVE_INFINITY;
    restarting = restarting.then(restartRedis).then(() => {
      sharedFrom = performance.now() + 4_000;
    });
    injected.redisRestarts += 1;
  }

  const timers = [setInterval(revoke, 7_000), setInterval(lab.killNext, 3_000), setInterval(restart, 17_000)];
  return {
    injected,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      emulator.faults.clear();
      await restarting;
    },
  };
}
