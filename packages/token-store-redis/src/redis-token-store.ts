import { memoryTokenStore, type TokenSet, type TokenStore } from "@qbench-sdk/auth";
import { type IoRedisClient, type RedisClient, redisCommands } from "./redis-commands.js";
import { acquire, extend, release, take, write } from "./scripts.js";

export interface RedisTokenStoreOptions {
  /** What the names of its keys begin with; default `qbench-sdk:`. */
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
 * @param client a connected client of `redis` or `ioredis`; the store never closes it
 * @throws {TypeError} for another client
 */
export function redisTokenStore(
  client: RedisClient | IoRedisClient,
  { prefix = "qbench-sdk:", lockTtlMs = 10_000, commandTimeoutMs = 1_000 }: RedisTokenStoreOptions = {},
): TokenStore {
  const run = redisCommands(client, commandTimeoutMs);
  const evaluate = async (script: string, keys: string[], ...args: (string | number)[]) =>
    Number(await run("EVAL", script, String(keys.length), ...keys, ...args.map(String)));
  // In braces, so that the keys of an identity are in one slot of a cluster.
  const name = (key: string, part: string) => `${prefix}{${key}}:${part}`;
  const record = (key: string) => name(key, "tokens");
  const lock = (key: string) => name(key, "lock");
  const fence = (key: string) => name(key, "fence");

  /** By key, the number of the lock that is held here. */
  const held = new Map<string, number>();
  // Those who wait in one process queue here, and only the first of them asks Redis.
  const queue = memoryTokenStore();

  async function enter(key: string, signal: AbortSignal): Promise<number> {
    for (;;) {
      signal.throwIfAborted();
      const number = await evaluate(acquire, [lock(key), fence(key)], lockTtlMs);
      if (number > 0) return number;
      // Apart, so that those who wait do not all ask at once.
      await pause(25 + 75 * Math.random(), signal);
    }
  }

  return {
    async get(key) {
      return parse(await run("GET", record(key)));
    },

    async set(key, tokens) {
      const end = Math.max(tokens.expiresAt, tokens.refreshExpiresAt ?? 0);
      const number = held.get(key) ?? "";
      if (!(await evaluate(write, [record(key), fence(key)], JSON.stringify(tokens), Math.ceil(end), number))) {
        throw new Error("The lock of the token was lost to another process");
      }
    },

    async delete(key, ifAccessToken = "") {
      return (await evaluate(take, [record(key)], ifAccessToken)) === 1;
    },

    async lock(key, work, { signal }) {
      const inTurn = async () => {
        const number = await enter(key, signal);
        held.set(key, number);
        const keepAlive = setInterval(() => {
          evaluate(extend, [lock(key)], number, lockTtlMs).catch(() => {});
        }, lockTtlMs / 3);
        try {
          return await work();
        } finally {
          clearInterval(keepAlive);
          held.delete(key);
          // What cannot be given back now runs out by itself.
          await evaluate(release, [lock(key)], number).catch(() => {});
        }
      };
      return queue.lock ? queue.lock(key, inTurn, { signal }) : inTurn();
    },
  };
}

function parse(text: unknown): TokenSet | undefined {
  if (typeof text !== "string") return undefined;
  try {
    // The token source looks at what it is.
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
