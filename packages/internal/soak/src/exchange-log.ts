/** Why an identity got a token although its last one was not yet due for renewal. */
export type SurplusReason = "response lost" | "process killed" | "redis restarted" | "store failed" | "unexplained";

/** A token request as its worker describes it. */
export interface TokenRequest {
  /** The owner of the token. It begins with the client id. */
  readonly identity: string;
  readonly worker: number;
  /** When the token source started the exchange, by `Date.now()`. The source counts the life of the token from here. */
  readonly startedAt: number;
  /** True if an operation of the token store failed during this renewal, so that it did not see another token. */
  readonly storeFailed: boolean;
}

interface Exchange extends TokenRequest {
  /** True if a fault cut off or replaced the response. */
  isLost: boolean;
  /** True if the token could not be written to the store, so that other processes did not see it. */
  isUnsaved: boolean;
}

export interface ExchangeLog {
  /** Records that a token was issued. Returns a function that records the loss of the response. */
  recordExchange(request: TokenRequest): () => void;
  /** Records that a worker could not write its last token of this identity to the store. */
  recordUnsavedToken(identity: string, worker: number): void;
  /** Records that all tokens of an API client were revoked. */
  recordRevocation(clientId: string): void;
  recordKill(worker: number): void;
  recordRedisStop(): void;
  readonly exchanges: number;
  /** Counts the exchanges whose token was not due. Their reasons are only complete after all reports of the workers. */
  surplus(): Record<SurplusReason, number>;
}

/**
 * Creates a log that classifies each exchange as the server sees it. If the identity's last token was not yet due for
 * renewal, the log finds the reason.
 *
 * @param dueMs the age from which a process may renew a token, in milliseconds
 */
export function createExchangeLog(dueMs: number): ExchangeLog {
  const last = new Map<string, Exchange>();
  const lastOfWorker = new Map<string, Exchange>();
  const early: { exchange: Exchange; before: Exchange }[] = [];
  const killedAt = new Map<number, number>();
  const revokedAt = new Map<string, number>();
  const redisStops: number[] = [];
  let exchanges = 0;

  function reasonFor(before: Exchange, exchange: Exchange): SurplusReason {
    if (before.isLost) return "response lost";
    const isBetween = (time: number): boolean => time >= before.startedAt && time <= exchange.startedAt;
    if (isBetween(killedAt.get(before.worker) ?? Number.NEGATIVE_INFINITY)) return "process killed";
    if (redisStops.some(isBetween)) return "redis restarted";
    return before.isUnsaved || exchange.storeFailed ? "store failed" : "unexplained";
  }

  return {
    recordExchange(request) {
      const { identity, worker, startedAt } = request;
      const before = last.get(identity);
      const exchange = { ...request, isLost: false, isUnsaved: false };
      last.set(identity, exchange);
      lastOfWorker.set(`${identity} ${worker}`, exchange);
      exchanges += 1;
      const [clientId = ""] = identity.split(" ");
      const wasRevoked = (revokedAt.get(clientId) ?? Number.NEGATIVE_INFINITY) >= (before?.startedAt ?? 0);
      if (before && startedAt - before.startedAt < dueMs && !wasRevoked) early.push({ exchange, before });
      return () => {
        exchange.isLost = true;
      };
    },
    recordUnsavedToken(identity, worker) {
      const exchange = lastOfWorker.get(`${identity} ${worker}`);
      if (exchange) exchange.isUnsaved = true;
    },
    recordRevocation: clientId => void revokedAt.set(clientId, Date.now()),
    recordKill: worker => void killedAt.set(worker, Date.now()),
    recordRedisStop: () => void redisStops.push(Date.now()),
    get exchanges() {
      return exchanges;
    },
    surplus() {
      const counts = {
        "response lost": 0,
        "process killed": 0,
        "redis restarted": 0,
        "store failed": 0,
        unexplained: 0,
      };
      for (const { before, exchange } of early) counts[reasonFor(before, exchange)] += 1;
      return counts;
    },
  };
}
