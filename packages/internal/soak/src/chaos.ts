import type { Fault } from "@qbench-sdk/emulator";
import type { Harness, TokenFaultPlan } from "./harness.ts";
import { injectedHeaders as headers } from "./messages.ts";

/** Faults of API requests, injected throughout. Callers see these failures, because they belong to the request itself. */
const callFaults: readonly Fault[] = [
  { on: "api", cut: "before", probability: 0.002 },
  { on: "api", cut: "during", probability: 0.002 },
  { on: "api", cut: "after", probability: 0.002 },
  { on: "api", status: 500, headers, probability: 0.003 },
  { on: "api", status: 503, headers, probability: 0.003 },
  { on: "api", status: 429, headers: { ...headers, "Retry-After": "1" }, probability: 0.003 },
  { on: "api", status: 403, headers, probability: 0.001 },
  // Marked as injected too: a token of two seconds can expire during the delay, and so can the token of the replay.
  { on: "api", latencyMs: 60, headers, probability: 0.02 },
];

/**
 * Bursts of faults for the token requests of an API client, request by request. Each burst is shorter than the number of
 * attempts in a renewal, so callers must not see any of them.
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

/** Injects one burst after the other into the token requests of each process and API client. */
function tokenFaultPlan(onFault: () => void): TokenFaultPlan {
  const pending = new Map<string, Fault[]>();
  return {
    next(key) {
      const fault = pending.get(key)?.shift();
      if (fault) onFault();
      return fault;
    },
    succeeded(key) {
      if (pending.get(key)?.length || Math.random() > 0.25) return;
      pending.set(key, [...(tokenFaults[Math.floor(Math.random() * tokenFaults.length)] ?? [])]);
    },
  };
}

const MIN_TOKENS_BETWEEN_KILLS = 40;

export interface Injected {
  tokenFaults: number;
  revocations: number;
  redisRestarts: number;
}

/** Starts injecting faults, revocations, kills and Redis restarts, until `stop` is called. */
export function startChaos(
  harness: Harness,
  restartRedis: () => Promise<void>,
): { injected: Injected; stop(): Promise<void> } {
  const injected: Injected = { tokenFaults: 0, revocations: 0, redisRestarts: 0 };
  const { emulator } = harness;
  for (const fault of callFaults) emulator.faults.add(fault);

  harness.injectTokenFaults(
    tokenFaultPlan(() => {
      injected.tokenFaults += 1;
    }),
  );

  /** While Redis is down, each process gets its own token and uses it until it expires. */
  let sharedFrom = 0;

  // A rejected request is replayed once, and a second rejection reaches the caller. So the token of the replay must be valid:
  // no token is revoked that is in flight, or that processes may still read from the store.
  function revoke(): void {
    if (performance.now() < sharedFrom) return;
    for (const { id } of emulator.clients.list()) {
      if (!harness.isQuiet(id)) continue;
      harness.revokeTokens(id);
      injected.revocations += 1;
    }
  }

  let tokensAtKill = 0;
  function kill(): void {
    const { exchanges, refreshes } = emulator.stats;
    // On a busy machine, a process takes seconds to start. Without this, each would be killed with its first request.
    if (exchanges + refreshes < tokensAtKill + MIN_TOKENS_BETWEEN_KILLS) return;
    tokensAtKill = exchanges + refreshes;
    harness.killNext();
  }

  let restarting = Promise.resolve();
  function restart(): void {
    sharedFrom = Number.POSITIVE_INFINITY;
    restarting = restarting.then(restartRedis).then(() => {
      sharedFrom = performance.now() + 4_000;
    });
    injected.redisRestarts += 1;
  }

  const timers = [setInterval(revoke, 7_000), setInterval(kill, 3_000), setInterval(restart, 17_000)];
  return {
    injected,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      emulator.faults.clear();
      await restarting;
    },
  };
}
