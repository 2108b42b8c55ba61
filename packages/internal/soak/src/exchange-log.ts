/** Why an identity got a token although it had one that was not yet due for renewal. */
export type Surplus = "answer lost" | "process killed" | "redis down" | "unexplained";

interface Issue {
  /** When its process asked for it, by `Date.now()`. */
  readonly askedAt: number;
  readonly worker: number;
  /** The answer was cut, or spoilt, by a fault. */
  isLost: boolean;
}

export interface ExchangeLog {
  /**
   * A token was issued, some time after it was asked for. An identity begins with its client id. What it gives back tells
   * that its answer was lost.
   */
  issued(identity: string, worker: number, askedAt: number): () => void;
  /** All tokens of an API client are dead. */
  revoked(clientId: string): void;
  killed(worker: number): void;
  redisStopped(): void;
  redisBack(): void;
  readonly issues: number;
  readonly surplus: Readonly<Record<Surplus, number>>;
}

/**
 * Judges each exchange, seen from the server: was the identity's last token due, and if not, what had happened to it?
 *
 * @param dueMs the age at which the first process may renew a token, in milliseconds
 */
export function createExchangeLog(dueMs: number): ExchangeLog {
  const last = new Map<string, Issue>();
  const killedAt = new Map<number, number>();
  const surplus = { "answer lost": 0, "process killed": 0, "redis down": 0, unexplained: 0 };
  const revokedAt = new Map<string, number>();
  let redisDownUntil = Number.NEGATIVE_INFINITY;
  let issues = 0;

  function reasonFor({ askedAt, worker, isLost }: Issue): Surplus {
    if (isLost) return "answer lost";
    if ((killedAt.get(worker) ?? Number.NEGATIVE_INFINITY) >= askedAt) return "process killed";
    return redisDownUntil >= askedAt ? "redis down" : "unexplained";
  }

  return {
    issued(identity, worker, askedAt) {
      const before = last.get(identity);
      issues += 1;
      const [clientId = ""] = identity.split(" ");
      const wasRevoked = (revokedAt.get(clientId) ?? Number.NEGATIVE_INFINITY) >= (before?.askedAt ?? 0);
      if (before && askedAt - before.askedAt < dueMs && !wasRevoked) surplus[reasonFor(before)] += 1;
      const issue = { askedAt, worker, isLost: false };
      last.set(identity, issue);
      return () => {
        issue.isLost = true;
      };
    },
    revoked: clientId => void revokedAt.set(clientId, Date.now()),
    killed: worker => void killedAt.set(worker, Date.now()),
    redisStopped() {
      redisDownUntil = Number.POSITIVE_INFINITY;
    },
    redisBack() {
      // Until all processes have found it again.
      redisDownUntil = Date.now() + 1000;
    },
    get issues() {
      return issues;
    },
    surplus,
  };
}
