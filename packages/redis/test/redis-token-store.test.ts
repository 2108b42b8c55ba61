import type { EventEmitter } from "node:events";
import { inspect } from "node:util";
import { createTokenSource, type TokenSet, type TokenStore } from "@qbench-sdk/auth";
import { createEmulator } from "@qbench-sdk/emulator";
import { Redis } from "ioredis";
import { createClient, createClientPool, createCluster, createSentinel } from "redis";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { QBenchRedisError, type RedisTokenStoreOptions, redisTokenStore } from "../src/index.ts";
import { hasRedis, type RedisServer, startRedis } from "./support/redis-server.ts";

const tokens = (accessToken: string): TokenSet => ({
  accessToken,
  tokenType: "Bearer",
  expiresAt: Date.now() + 60_000,
  refreshExpiresAt: Date.now() + 120_000,
});
/** Unlike `once` of Node, it goes on when an error is emitted meanwhile. */
const heard = (emitter: EventEmitter, event: string) =>
  new Promise<void>(resolve => emitter.once(event, () => resolve()));
const never = new AbortController().signal;

// In CI nothing is skipped: without the server these tests fail there.
describe.runIf(hasRedis || process.env.CI)("a token store in Redis", () => {
  let server: RedisServer;
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(() => server.stop());

  /** A server that the test may stop, and that never outlives it. */
  const anotherRedis = async (port?: number): Promise<RedisServer> => {
    const another = await startRedis(port);
    closing.push(() => another.stop());
    return another;
  };
  /** A Redis on a busy machine is not one that is late. */
  const patience = { commandTimeoutMs: 20_000 };

  const official = async (
    options: RedisTokenStoreOptions = patience,
    url: string = server.url,
  ): Promise<TokenStore> => {
    const client = createClient({ url });
    client.on("error", () => {});
    await client.connect();
    closing.push(() => client.destroy());
    return redisTokenStore(client, options);
  };
  const pool = async (options: RedisTokenStoreOptions = patience, url: string = server.url): Promise<TokenStore> => {
    const clients = createClientPool({ url });
    clients.on("error", () => {});
    await clients.connect();
    closing.push(() => clients.destroy());
    return redisTokenStore(clients, options);
  };
  const io = async (options: RedisTokenStoreOptions = patience, url: string = server.url): Promise<TokenStore> => {
    const client = new Redis(url, { lazyConnect: true });
    client.on("error", () => {});
    closing.push(() => client.disconnect());
    await client.connect();
    return redisTokenStore(client, options);
  };
  const inspector = async () => {
    const client = new Redis(server.url);
    closing.push(() => client.disconnect());
    return client;
  };

  describe.each([
    ["redis", official],
    ["redis, pooled", pool],
    ["ioredis", io],
  ] as const)("by %s", (client, connect) => {
    const key = `https://example.qbench.net ${client}`;

    test("keeps a record, until its refresh token ends too", async () => {
      const store = await connect();
      await expect(store.get(key)).resolves.toBeUndefined();
      const record = tokens("a");
      await store.set(key, record);
      await expect((await connect()).get(key)).resolves.toEqual(record);
      const end = await (await inspector()).pexpiretime(`qbench-sdk:{${key}}:tokens`);
      expect(end).toBe(record.refreshExpiresAt);
    });

    test("42. takes a record out for one of twenty, and only the one meant", async () => {
      const [one, two] = [await connect(), await connect()];
      await one.set(key, tokens("a"));
      await expect(two.delete(key, "b")).resolves.toBe(false);
      const taken = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).delete(key, "a")));
      expect(taken.filter(Boolean)).toHaveLength(1);
      await expect(one.delete(key)).resolves.toBe(false);
    });

    test("42. takes what is no record for none, and compares an empty access token, too", async () => {
      const store = await connect();
      for (const text of [
        "",
        "{",
        "null",
        "5",
        '"a"',
        "[]",
        '{"accessToken":"a"}',
        '{"accessToken":5,"expiresAt":1}',
      ]) {
        await (await inspector()).set(`qbench-sdk:{${key}}:tokens`, text);
        await expect(store.get(key)).resolves.toBeUndefined();
        await expect(store.delete(key, "other")).resolves.toBe(false);
        await expect(store.delete(key, "")).resolves.toBe(false);
      }
      await expect(store.delete(key)).resolves.toBe(true);
    });

    test("45. lets one in at a time, of several connections", async () => {
      const stores = [await connect(), await connect()];
      let inside = 0;
      let most = 0;
      const work = async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise(resolve => setImmediate(resolve));
        inside -= 1;
      };
      await Promise.all(Array.from({ length: 20 }, (_, i) => stores[i % 2]?.lock?.(key, work, { signal: never })));
      expect(most).toBe(1);
    });

    test("ends the wait for the lock with the signal's reason", async () => {
      const [one, two] = [await connect(), await connect()];
      const controller = new AbortController();
      await one.lock?.(
        key,
        async () => {
          const waiting = two.lock?.(key, async () => "in", { signal: controller.signal });
          controller.abort(new Error("enough"));
          await expect(waiting).rejects.toThrow("enough");
        },
        { signal: never },
      );
    });

    test("44. refuses what a holder writes or takes after another has taken over", async () => {
      const [one, two] = [await connect(), await connect()];
      const redis = await inspector();
      await one.lock?.(
        key,
        async () => {
          await one.set(key, tokens("old"));
          // As if it had stood still until the lock ran out.
          await redis.del(`qbench-sdk:{${key}}:lock`);
          await two.lock?.(key, () => two.set(key, tokens("newer")), { signal: never });
          for (const late of [
            () => one.set(key, tokens("older")),
            () => one.delete(key),
            () => one.delete(key, "newer"),
          ]) {
            await expect(late()).rejects.toThrow(
              new QBenchRedisError("The lock of the token was lost to another process"),
            );
          }
        },
        { signal: never },
      );
      await expect(two.get(key)).resolves.toMatchObject({ accessToken: "newer" });
      // Outside of a lock it is like any other.
      await expect(one.delete(key, "newer")).resolves.toBe(true);
    });

    test("44. and what a holder writes after Redis has come back empty and another has the lock", async () => {
      const [one, two] = [await connect(), await connect()];
      const redis = await inspector();
      const empty = () => redis.del(["lock", "fence", "tokens"].map(part => `qbench-sdk:{${key}}:${part}`));
      await empty();
      await one.lock?.(
        key,
        async () => {
          await empty();
          await two.lock?.(key, () => two.set(key, tokens("newer")), { signal: never });
          await expect(one.set(key, tokens("older"))).rejects.toThrow(QBenchRedisError);
        },
        { signal: never },
      );
      await expect(two.get(key)).resolves.toMatchObject({ accessToken: "newer" });
    });

    test("43. a Redis that is gone is an error in time, and takes nothing from what was done under the lock", async () => {
      const doomed = await anotherRedis();
      // Enough for the lock to be had on a busy machine.
      const store = await connect({ commandTimeoutMs: 1_000 }, doomed.url);
      const work = async () => {
        await doomed.stop();
        await Promise.all([
          expect(store.set(key, tokens("sentinel"))).rejects.toThrow(QBenchRedisError),
          expect(store.get(key)).rejects.toThrow(QBenchRedisError),
          expect(store.lock?.("other", async () => "in", { signal: never })).rejects.toThrow(QBenchRedisError),
        ]);
        return "done";
      };
      await expect(store.lock?.(key, work, { signal: never })).resolves.toBe("done");
    });

    test("43. a Redis that hangs is an error in time, and an abort does not wait for it", async () => {
      const hanging = await anotherRedis();
      const store = await connect({ commandTimeoutMs: 50, lockTtlMs: 20_000 }, hanging.url);
      const patient = await connect({ commandTimeoutMs: 20_000, lockTtlMs: 20_000 }, hanging.url);
      hanging.process.kill("SIGSTOP");
      const began = performance.now();
      await expect(store.get(key)).rejects.toThrow("Redis did not answer within 50 ms");
      const tooLate = store.lock?.("too late", async () => "in", { signal: never });
      await expect(tooLate).rejects.toThrow("Redis did not answer within 50 ms");
      const controller = new AbortController();
      const waiting = patient.lock?.(key, async () => "in", { signal: controller.signal });
      setImmediate(() => controller.abort(new Error("enough")));
      await expect(waiting).rejects.toThrow("enough");
      expect(performance.now() - began).toBeLessThan(5_000);
      hanging.process.kill("SIGCONT");
      // The locks that came too late, and after the abort, were given back: they would have stood for 20 s.
      for (const late of ["too late", key]) {
        await expect(patient.lock?.(late, async () => "in", { signal: never })).resolves.toBe("in");
      }
      expect(performance.now() - began).toBeLessThan(10_000);
    });

    test("65. shows no token, nor do its errors", async () => {
      const redis = await anotherRedis();
      const store = await connect(patience, redis.url);
      await store.set(key, tokens("sentinel"));
      expect(inspect(store, { depth: 9, showHidden: true }) + JSON.stringify(store)).not.toContain("sentinel");
      const other = new Redis(redis.url);
      await other.config("SET", "min-replicas-to-write", "1");
      other.disconnect();
      const error = await store.set(key, tokens("sentinel")).catch(error => error);
      expect(error).toBeInstanceOf(QBenchRedisError);
      expect(error.message).toBe("Redis could not be asked: NOREPLICAS");
      expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain("sentinel");
    });
  });

  test("keeps the lock of a holder that lives beyond its time", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    closing.push(() => vi.useRealTimers());
    const store = await official({ ...patience, lockTtlMs: 60_000 });
    const redis = await inspector();
    const lock = "qbench-sdk:{lives}:lock";
    await store.lock?.(
      "lives",
      async () => {
        await redis.pexpire(lock, 30_000);
        vi.advanceTimersByTime(20_000);
        // Behind the command that makes it longer.
        await store.get("lives");
        await expect(redis.pttl(lock)).resolves.toBeGreaterThan(30_000);
      },
      { signal: never },
    );
    await expect(redis.exists(lock)).resolves.toBe(0);
  });

  test("frees the lock of a holder that is gone", async () => {
    const store = await official();
    const gone = createClient({ url: server.url });
    await gone.connect();
    void redisTokenStore(gone, { lockTtlMs: 60 })
      .lock?.("gone", () => new Promise(() => {}), { signal: never })
      ?.catch(() => {});
    await gone.ping();
    gone.destroy();
    await expect(store.lock?.("gone", async () => "in", { signal: never })).resolves.toBe("in");
  });

  test("45. one exchange for each life of a token, for a whole fleet", async () => {
    const emulator = createEmulator();
    const { id: clientId, secret: clientSecret } = emulator.clients.create();
    const sources = await Promise.all(
      Array.from({ length: 10 }, async () =>
        createTokenSource({
          baseUrl: "https://fleet.example",
          clientId,
          clientSecret,
          fetch: request => emulator.fetch(request),
          renewal: "refresh-token",
          store: await official(),
        }),
      ),
    );
    const first = await Promise.all(sources.map(source => source.getToken()));
    expect(new Set(first).size).toBe(1);
    for (const source of sources) source.reject(first[0] ?? "");
    const second = await Promise.all(sources.map(source => source.getToken()));
    expect(new Set(second).size).toBe(1);
    expect(emulator.stats).toMatchObject({ exchanges: 1, refreshes: 1, refreshReuses: 0 });
  });

  test("43. a Redis that is gone is an error in time, and fails no call", async () => {
    const doomed = await anotherRedis();
    const store = await official({ commandTimeoutMs: 50 }, doomed.url);
    await doomed.stop();
    await expect(store.get("key")).rejects.toThrow();
    const emulator = createEmulator();
    const { id: clientId, secret: clientSecret } = emulator.clients.create();
    const source = createTokenSource({
      baseUrl: "https://fleet.example",
      clientId,
      clientSecret,
      fetch: request => emulator.fetch(request),
      store,
    });
    await expect(source.getToken()).resolves.toEqual(expect.any(String));
  });

  test("what came too late for the official client is not done later", async () => {
    const first = await anotherRedis();
    const client = createClient({ url: first.url });
    client.on("error", () => {});
    closing.push(() => client.destroy());
    await client.connect();
    const store = redisTokenStore(client, { commandTimeoutMs: 50 });
    const lost = heard(client, "reconnecting");
    await first.stop();
    await lost;
    await expect(store.set("late", tokens("late"))).rejects.toThrow("Redis did not answer within 50 ms");
    const ready = heard(client, "ready");
    await anotherRedis(first.port);
    await ready;
    await expect(client.dbSize()).resolves.toBe(0);
  });
});

test("another client is refused by name", () => {
  const refusal = new TypeError(
    "redisTokenStore: takes a client of `redis` (createClient or createClientPool) or of `ioredis` (Redis or Cluster)",
  );
  // @ts-expect-error a client of neither library
  expect(() => redisTokenStore({ get: () => {} })).toThrow(refusal);
  // @ts-expect-error its raw commands are another's
  expect(() => redisTokenStore(createCluster({ rootNodes: [{ url: "redis://127.0.0.1:1" }] }))).toThrow(refusal);
  const sentinel = createSentinel({ name: "main", sentinelRootNodes: [{ host: "127.0.0.1", port: 1 }] });
  // @ts-expect-error its raw commands are another's
  expect(() => redisTokenStore(sentinel)).toThrow(refusal);
});
