import type { TokenSet, TokenStore } from "@qbench-sdk/auth";
import { abortable } from "@qbench-sdk/auth/internal";
import { QBenchRedisError } from "./errors.js";
import { createQueue, type Queue } from "./queue.js";
import { type IoRedisClient, type RedisClient, redisCommands } from "./redis-commands.js";
import { acquire, extend, release, take, write } from "./scripts.js";

export interface RedisTokenStoreOptions {
  /** What the names of its keys begin with; default `qbench-sdk:`. Stores that share tokens have the same. */
  prefix?: string;
  /**
   * How long a lock outlives a process that was killed, in milliseconds; default 10 000. A holder that lives keeps it longer
   * by itself.
   */
  lockTtlMs?: number;
  /** How long Redis may take to answer, in milliseconds; default 1000. After that the token is used from memory. */
  commandTimeoutMs?: number;
}

/**
 * Keeps tokens in Redis, so that all processes that share it make one exchange for each life of a token.
 *
 * A lock carries a number that grows with each holder. A holder that stood still until its lock ran out, and another took
 * over, cannot write its older token over the newer one: its number is not the last.
 *
 * Its methods reject with a {@link QBenchRedisError} when Redis fails or is too late, and when a record is changed under a lock
 * that was lost.
 *
 * @param client a connected client of `redis` or `ioredis`; the store never closes it
 * @throws {TypeError} for another client
 */
export function redisTokenStore(
  client: RedisClient | IoRedisClient,
  { prefix = "qbench-sdk:", lockTtlMs = 10_000, commandTimeoutMs = 1_000 }: RedisTokenStoreOptions = {},
): TokenStore {
  const { run, evaluate, ask } = redisCommands(client, commandTimeoutMs, "redisTokenStore");
  // In braces, so that the keys of an identity are in one slot of a cluster.
  const name = (key: string, part: string) => `${prefix}{${key}}:${part}`;
  const record = (key: string) => name(key, "tokens");
  const lock = (key: string) => name(key, "lock");
  const fence = (key: string) => name(key, "fence");

  /** By key, the number of the lock that is held here. */
  const held = new Map<string, number>();
  // By key, those who wait in this process: only the first of them asks Redis. A few hundred bytes for each identity.
  const queues = new Map<string, Queue>();

  /** Changes the record, unless it is done under a lock that another has taken over. */
  async function change(script: string, key: string, ...args: (string | number)[]): Promise<boolean> {
    const done = await evaluate(script, [record(key), fence(key)], held.get(key) ?? "", ...args);
    if (done < 0) throw new QBenchRedisError("The lock of the token was lost to another process");
    return done === 1;
  }

  const leave = (key: string, number: number) => evaluate(release, [lock(key)], number);

  async function enter(key: string, signal: AbortSignal): Promise<number> {
    for (;;) {
      signal.throwIfAborted();
      const { inTime, ever } = ask(acquire, [lock(key), fence(key)], lockTtlMs);
      const number = await abortable(inTime, signal).catch(error => {
        // A lock that comes too late, or after the abort, is given back.
        ever.then(late => leave(key, Number(late))).catch(() => {});
        throw error;
      });
      if (number > 0) return number;
      // Apart, so that those who wait do not all ask at once.
      await abortable(new Promise(resolve => setTimeout(resolve, 25 + 75 * Math.random())), signal);
    }
  }

  return {
    async get(key) {
      return parse(await run("GET", record(key)));
    },

    async set(key, tokens) {
      const end = Math.max(tokens.expiresAt, tokens.refreshExpiresAt ?? 0);
      await change(write, key, JSON.stringify(tokens), Math.ceil(end));
    },

    async delete(key, ifAccessToken) {
      return change(take, key, ...(ifAccessToken === undefined ? [] : [ifAccessToken]));
    },

    async lock(key, work, { signal }) {
      const inTurn = async () => {
        const number = await enter(key, signal);
        held.set(key, number);
        const keepAlive = setInterval(() => {
          evaluate(extend, [lock(key)], number, lockTtlMs).catch(() => {});
        }, lockTtlMs / 3);
        // Other runtimes give a number. A process that has nothing else to do may end.
        keepAlive.unref?.();
        try {
          return await work();
        } finally {
          clearInterval(keepAlive);
          held.delete(key);
          // What cannot be given back now runs out by itself.
          await leave(key, number).catch(() => {});
        }
      };
      const queue = queues.get(key) ?? createQueue();
      queues.set(key, queue);
      return queue.run(inTurn, signal);
    },
  };
}

function parse(text: unknown): TokenSet | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const record: unknown = JSON.parse(text);
    return isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Enough to tell a record from anything else; the token source looks at the rest. */
function isRecord(value: unknown): value is TokenSet {
  if (typeof value !== "object" || value === null) return false;
  const { accessToken, expiresAt }: { accessToken?: unknown; expiresAt?: unknown } = value;
  return typeof accessToken === "string" && Number.isFinite(expiresAt);
}
