/** Why an identity got a token although its last one was not yet due for renewal. */
export type SurplusReason = "response lost" | "process killed" | "redis restarted" | "store failed" | "unexplained";

/** A token request as its worker describes it. */
interface TokenRequest {
  /** The owner of the token. It begins with the client id. */
  readonly identity: string;
  readonly worker: number;
  /** When the token source started the exchange, by `Date.now()`. The source counts the life of the token from here. */
  readonly startedAt: number;
  /** When the first exchange of the same renewal started. The process has held the store's lock since then. */
  readonly renewalStartedAt: number;
  /** True if an operation of the token store failed during this renewal, so that it did not see another token. */
  readonly storeFailed: boolean;
}

interface Exchange extends TokenRequest {
  /** True if a fault cut off or replaced the response. */
  isLost: boolean;
  /** When the worker got the token. Undefined if it has not. */
  receivedAt: number | undefined;
  /** True if the token could not be written to the store, for example because another process had taken the lock. */
  isUnsaved: boolean;
}

export interface ExchangeLog {
  /** Records that a token was issued. Returns a function that records the loss of the response. */
  recordExchange(request: TokenRequest): () => void;
  /** Records that a worker has got its last token of this identity. */
  recordReceivedToken(identity: string, worker: number): void;
  /** Records that a worker could not write its last token of this identity to the store. */
  recordUnsavedToken(identity: string, worker: number): void;
  /** Records that all tokens of an API client were revoked. */
  recordRevocation(clientId: string): void;
  recordKill(worker: number): void;
  recordRedisStop(): void;
  readonly exchanges: number;
  /** Counts the exchanges whose token was not due. Their reasons are only complete after all reports of the workers. */
  surplus(): Record<SurplusReason, number>;
  /** Describes the exchanges that have no reason. */
  unexplained(): string[];
}

/** The time limit of the token source for writing a token to the store, in milliseconds. */
const WRITE_MS = 2000;

/**
 * Creates a log that classifies each exchange as the server sees it. If the identity's last token was not yet due for
 * renewal, the log finds the reason.
 *
 * @param dueMs the age from which a process may renew a token, in milliseconds
 */
export function createExchangeLog(dueMs: number): ExchangeLog {
  /** For each identity, the exchange that started last. */
  const last = new Map<string, Exchange>();
  /** For each identity, all exchanges, in the order in which they arrived. */
  const arrived = new Map<string, Exchange[]>();
  const early: { first: Exchange; second: Exchange }[] = [];
  const killedAt = new Map<number, number>();
  const revokedAt = new Map<string, number>();
  const redisStops: number[] = [];
  let exchanges = 0;

  /** Returns why the process of the second exchange did not use the token of the first. */
  function reasonFor(first: Exchange, second: Exchange): SurplusReason {
    const isBetween = (time: number, from = first.startedAt): boolean => time >= from && time <= second.startedAt;
    const killed = killedAt.get(first.worker);
    if (first.isLost) return "response lost";
    if (killed !== undefined && (isBetween(killed) || first.receivedAt === undefined)) return "process killed";
    // A restart also loses the lock of a process whose renewal goes on, as during the pause after a 429.
    const renewedFrom = Math.min(first.renewalStartedAt, second.renewalStartedAt);
    if (redisStops.some(time => isBetween(time, renewedFrom))) return "redis restarted";
    // An exchange without a lock, or that lost it while its process was suspended, runs concurrently with others. It can
    // also replace the first token in the store by its own, older one.
    const ranConcurrently = ({ startedAt, receivedAt = startedAt }: Exchange): boolean =>
      startedAt <= second.startedAt && receivedAt + WRITE_MS >= first.startedAt;
    const isReason = (exchange: Exchange): boolean =>
      (exchange.storeFailed || exchange.isUnsaved) && ranConcurrently(exchange);
    return arrived.get(first.identity)?.some(isReason) ? "store failed" : "unexplained";
  }

  const lastOf = (identity: string, worker: number): Exchange | undefined =>
    arrived.get(identity)?.findLast(exchange => exchange.worker === worker);

  return {
    recordExchange(request) {
      const { identity, startedAt } = request;
      const before = last.get(identity);
      const exchange: Exchange = { ...request, isLost: false, receivedAt: undefined, isUnsaved: false };
      // Concurrent requests can arrive in another order than they were sent.
      const isLater = !before || startedAt >= before.startedAt;
      if (isLater) last.set(identity, exchange);
      const all = arrived.get(identity) ?? [];
      arrived.set(identity, all);
      all.push(exchange);
      exchanges += 1;
      if (before) {
        const [first, second] = isLater ? [before, exchange] : [exchange, before];
        const [clientId = ""] = identity.split(" ");
        const wasRevoked = (revokedAt.get(clientId) ?? Number.NEGATIVE_INFINITY) >= first.startedAt;
        if (second.startedAt - first.startedAt < dueMs && !wasRevoked) early.push({ first, second });
      }
      return () => {
        exchange.isLost = true;
      };
    },
    recordReceivedToken(identity, worker) {
      const exchange = lastOf(identity, worker);
      if (exchange) exchange.receivedAt = Date.now();
    },
    recordUnsavedToken(identity, worker) {
      const exchange = lastOf(identity, worker);
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
      for (const { first, second } of early) counts[reasonFor(first, second)] += 1;
      return counts;
    },
    unexplained: () =>
      early
        .filter(({ first, second }) => reasonFor(first, second) === "unexplained")
        .map(
          ({ first, second }) =>
            `process ${second.worker} got a token of "${second.identity}" ` +
            `${second.startedAt - first.startedAt} ms after process ${first.worker}, without a reason`,
        ),
  };
}
