/** Why an identity got a token although its last one was not yet due for renewal. */
export type SurplusReason = "response lost" | "process killed" | "redis down" | "unexplained";

interface Exchange {
  /** The time at which the worker sent the token request, by `Date.now()`. */
  readonly requestedAt: number;
  readonly worker: number;
  /** True if a fault cut off or replaced the response. */
  isLost: boolean;
}

export interface ExchangeLog {
  /**
   * Records that a token was issued. `identity` begins with the client id. Returns a function that records the loss of the
   * response.
   */
  recordExchange(identity: string, worker: number, requestedAt: number): () => void;
  /** Records that all tokens of an API client were revoked. */
  recordRevocation(clientId: string): void;
  recordKill(worker: number): void;
  recordRedisStop(): void;
  recordRedisStart(): void;
  readonly exchanges: number;
  readonly surplus: Readonly<Record<SurplusReason, number>>;
}

/**
 * Creates a log that classifies each exchange as the server sees it. If the identity's last token was not yet due for renewal,
 * the log finds the reason.
 *
 * @param dueMs the age from which a process may renew a token, in milliseconds
 */
export function createExchangeLog(dueMs: number): ExchangeLog {
  const last = new Map<string, Exchange>();
  const killedAt = new Map<number, number>();
  const surplus = { "response lost": 0, "process killed": 0, "redis down": 0, unexplained: 0 };
  const revokedAt = new Map<string, number>();
  let redisDownUntil = Number.NEGATIVE_INFINITY;
  let exchanges = 0;

  function reasonFor({ requestedAt, worker, isLost }: Exchange): SurplusReason {
    if (isLost) return "response lost";
    if ((killedAt.get(worker) ?? Number.NEGATIVE_INFINITY) >= requestedAt) return "process killed";
    return redisDownUntil >= requestedAt ? "redis down" : "unexplained";
  }

  return {
    recordExchange(identity, worker, requestedAt) {
      const before = last.get(identity);
      exchanges += 1;
      const [clientId = ""] = identity.split(" ");
      const wasRevoked = (revokedAt.get(clientId) ?? Number.NEGATIVE_INFINITY) >= (before?.requestedAt ?? 0);
      if (before && requestedAt - before.requestedAt < dueMs && !wasRevoked) surplus[reasonFor(before)] += 1;
      const exchange = { requestedAt, worker, isLost: false };
      last.set(identity, exchange);
      return () => {
        exchange.isLost = true;
      };
    },
    recordRevocation: clientId => void revokedAt.set(clientId, Date.now()),
    recordKill: worker => void killedAt.set(worker, Date.now()),
    recordRedisStop() {
      redisDownUntil = Number.POSITIVE_INFINITY;
    },
    recordRedisStart() {
      // Processes need up to a second to reconnect.
      redisDownUntil = Date.now() + 1000;
    },
    get exchanges() {
      return exchanges;
    },
    surplus,
  };
}
