import type { TokenSet, TokenStore } from "@qbench-sdk/auth";
import { abortable, delay } from "@qbench-sdk/auth/internal";
import { createQueue, type Queue } from "./queue.js";
import { type IoRedisClient, type RedisClient, redisCommands } from "./redis-commands.js";
import { QBenchRedisError } from "./redis-error.js";
import * as scripts from "./token-store-scripts.js";

/** Configures `redisTokenStore`. */
export interface RedisTokenStoreOptions {
  /** The prefix of all Redis keys; default `qbench-sdk:`. Stores share tokens if their prefixes are equal. */
  prefix?: string;
  /**
   * How long the lock of a killed process stays in place, in milliseconds; default 10 000. A live holder extends its
   * lock by itself.
   */
  lockTtlMs?: number;
  /**
   * How long Redis may take to reply, in milliseconds; default 1000. After a timeout of 100 ms or more, the token source
   * uses its token from memory and bypasses Redis for 30 s.
   */
  commandTimeoutMs?: number;
}

/**
 * Stores tokens in Redis, so that all processes that share the store make one exchange per token lifetime.
 *
 * Each holder of a lock gets a fencing number, which is larger than all earlier ones. If a holder is suspended, its
 * lock can expire and pass to another process. The first holder then cannot overwrite a newer token, because its number
 * is outdated.
 *
 * The methods reject with a {@link QBenchRedisError} if Redis fails or does not reply in time, or if a record is
 * changed under a lock that was lost.
 *
 * @example
 * ```ts
 * const redis = createClient({ url: "redis://localhost:6379" });
 * await redis.connect();
 * const client = createQBenchClient({ store: redisTokenStore(redis) });
 * ```
 *
 * @param client a connected client of `redis` or `ioredis`; the store never closes it
 * @throws {QBenchInputError} if the client is not supported
 */
export function redisTokenStore(
  client: RedisClient | IoRedisClient,
  { prefix = "qbench-sdk:", lockTtlMs = 10_000, commandTimeoutMs = 1_000 }: RedisTokenStoreOptions = {},
): TokenStore {
  const { run, evaluate, startEvaluation } = redisCommands(client, commandTimeoutMs, "redisTokenStore");
  // The braces keep all keys of an identity in one hash slot of a Redis cluster.
  const keyOf = (identity: string, part: string) => `${prefix}{${identity}}:${part}`;
  const recordKey = (identity: string) => keyOf(identity, "tokens");
  const lockKey = (identity: string) => keyOf(identity, "lock");
  const fenceKey = (identity: string) => keyOf(identity, "fence");

  /** The fencing number of each lock that this process holds, by identity. */
  const heldLocks = new Map<string, number>();
  // Only the first caller in a queue asks Redis. A queue takes a few hundred bytes per identity.
  const queues = new Map<string, Queue>();

  /** Runs a script that changes the record. Fails if this process has lost the lock to another one. */
  async function changeRecord(script: string, identity: string, ...args: string[]): Promise<boolean> {
    const keys = [recordKey(identity), fenceKey(identity)];
    const outcome = await evaluate(script, keys, heldLocks.get(identity) ?? "", ...args);
    if (outcome < 0) {
      throw new QBenchRedisError("The token lock was lost to another process, so the record was not changed");
    }
    return outcome === 1;
  }

  const releaseLock = (identity: string, fence: number) => evaluate(scripts.releaseLock, [lockKey(identity)], fence);

  async function acquireLock(identity: string, signal: AbortSignal): Promise<number> {
    for (;;) {
      signal.throwIfAborted();
      const keys = [lockKey(identity), fenceKey(identity)];
      const { result, completion } = startEvaluation(scripts.acquireLock, keys, lockTtlMs);
      const fence = await abortable(result, signal).catch(error => {
        // The lock can still be acquired after the timeout or the abort. It is then released.
        completion.then(late => releaseLock(identity, Number(late))).catch(() => {});
        throw error;
      });
      if (fence > 0) return fence;
      // Random pauses keep the waiting processes from asking all at the same time.
      await delay(25 + 75 * Math.random(), signal);
    }
  }

  return {
    async get(identity) {
      return parseRecord(await run("GET", recordKey(identity)));
    },

    async set(identity, tokens) {
      const expiresAt = Math.max(tokens.expiresAt, tokens.refreshExpiresAt ?? 0);
      await changeRecord(scripts.writeRecord, identity, JSON.stringify(tokens), String(Math.ceil(expiresAt)));
    },

    async delete(identity, ifAccessToken) {
      return changeRecord(scripts.deleteRecord, identity, ...(ifAccessToken === undefined ? [] : [ifAccessToken]));
    },

    async lock(identity, work, { signal }) {
      const runLocked = async () => {
        const fence = await acquireLock(identity, signal);
        heldLocks.set(identity, fence);
        const lockTimer = setInterval(() => {
          evaluate(scripts.extendLock, [lockKey(identity)], fence, lockTtlMs).catch(() => {});
        }, lockTtlMs / 3);
        // The timer must not keep the process alive. `unref` does not exist in runtimes whose timers are numbers.
        lockTimer.unref?.();
        try {
          return await work();
        } finally {
          clearInterval(lockTimer);
          heldLocks.delete(identity);
          // A lock that cannot be released now expires by itself.
          await releaseLock(identity, fence).catch(() => {});
        }
      };
      const queue = queues.get(identity) ?? createQueue();
      queues.set(identity, queue);
      return queue.run(runLocked, signal);
    },
  };
}

function parseRecord(text: unknown): TokenSet | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const record: unknown = JSON.parse(text);
    return isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Checks only what tells a record from other data. The token source checks the rest. */
function isRecord(value: unknown): value is TokenSet {
  if (typeof value !== "object" || value === null) return false;
  const { accessToken, expiresAt }: { accessToken?: unknown; expiresAt?: unknown } = value;
  return typeof accessToken === "string" && Number.isFinite(expiresAt);
}
