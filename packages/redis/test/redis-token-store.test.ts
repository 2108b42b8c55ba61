import type { EventEmitter } from "node:events";
import { inspect } from "node:util";
import { createTokenSource, type TokenEvent, type TokenSet, type TokenStore } from "@qbench-sdk/auth";
import { createEmulator } from "@qbench-sdk/emulator";
import { Redis } from "ioredis";
import { createClient, createClientPool, createCluster, createSentinel } from "redis";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { QBenchInputError, QBenchRedisError, type RedisTokenStoreOptions, redisTokenStore } from "../src/index.ts";
import { hasRedis, type RedisServer, startRedis } from "./support/redis-server.ts";

const tokens = (accessToken: string): TokenSet => ({
  accessToken,
  tokenType: "Bearer",
  expiresAt: Date.now() + 60_000,
  refreshExpiresAt: Date.now() + 120_000,
});
/** Waits for an event. Unlike Node's `once`, it does not reject if an error is emitted meanwhile. */
const nextEvent = (emitter: EventEmitter, event: string) =>
  new Promise<void>(resolve => emitter.once(event, () => resolve()));
const neverAborted = new AbortController().signal;

// CI skips nothing: without redis-server these tests fail there.
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

  /** Starts a server that the test may stop. It is stopped after the test in any case. */
  const startOwnRedis = async (port?: number): Promise<RedisServer> => {
    const redis = await startRedis(port);
    closing.push(() => redis.stop());
    return redis;
  };
  /** A long timeout, so that a slow machine does not look like a slow Redis. */
  const longTimeout = { commandTimeoutMs: 20_000 };

  const connectRedis = async (
    options: RedisTokenStoreOptions = longTimeout,
    url: string = server.url,
  ): Promise<TokenStore> => {
    const client = createClient({ url });
    client.on("error", () => {});
    await client.connect();
    closing.push(() => client.destroy());
    return redisTokenStore(client, options);
  };
  const connectPool = async (
    options: RedisTokenStoreOptions = longTimeout,
    url: string = server.url,
  ): Promise<TokenStore> => {
    const clients = createClientPool({ url });
    clients.on("error", () => {});
    await clients.connect();
    closing.push(() => clients.destroy());
    return redisTokenStore(clients, options);
  };
  const connectIoRedis = async (
    options: RedisTokenStoreOptions = longTimeout,
    url: string = server.url,
  ): Promise<TokenStore> => {
    const client = new Redis(url, { lazyConnect: true });
    client.on("error", () => {});
    closing.push(() => client.disconnect());
    await client.connect();
    return redisTokenStore(client, options);
  };
  const connectDirectly = async () => {
    const client = new Redis(server.url);
    closing.push(() => client.disconnect());
    return client;
  };

  describe.each([
    ["redis", connectRedis],
    ["redis, pooled", connectPool],
    ["ioredis", connectIoRedis],
  ] as const)("with %s", (library, connect) => {
    const key = `https://example.qbench.net ${library}`;

    test("a record stays until its refresh token has expired, too", async () => {
      const store = await connect();
      await expect(store.get(key)).resolves.toBeUndefined();
      const record = tokens("a");
      await store.set(key, record);
      await expect((await connect()).get(key)).resolves.toEqual(record);
      const end = await (await connectDirectly()).pexpiretime(`qbench-sdk:{${key}}:tokens`);
      expect(end).toBe(record.refreshExpiresAt);
    });

    test("exactly one of twenty callers deletes a record, and only if its access token matches", async () => {
      const [one, two] = [await connect(), await connect()];
      await one.set(key, tokens("a"));
      await expect(two.delete(key, "b")).resolves.toBe(false);
      const taken = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).delete(key, "a")));
      expect(taken.filter(Boolean)).toHaveLength(1);
      await expect(one.delete(key)).resolves.toBe(false);
    });

    test("an invalid record reads as no record, and is deleted only unconditionally", async () => {
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
        await (await connectDirectly()).set(`qbench-sdk:{${key}}:tokens`, text);
        await expect(store.get(key)).resolves.toBeUndefined();
        await expect(store.delete(key, "other")).resolves.toBe(false);
        await expect(store.delete(key, "")).resolves.toBe(false);
      }
      await expect(store.delete(key)).resolves.toBe(true);
    });

    test("the lock lets one holder in at a time, across connections", async () => {
      const stores = [await connect(), await connect()];
      let holders = 0;
      let maxHolders = 0;
      const work = async () => {
        holders += 1;
        maxHolders = Math.max(maxHolders, holders);
        await new Promise(resolve => setImmediate(resolve));
        holders -= 1;
      };
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => stores[i % 2]?.lock?.(key, work, { signal: neverAborted })),
      );
      expect(maxHolders).toBe(1);
    });

    test("an aborted wait for the lock rejects with the signal's reason", async () => {
      const [one, two] = [await connect(), await connect()];
      const controller = new AbortController();
      await one.lock?.(
        key,
        async () => {
          const waiting = two.lock?.(key, async () => "in", { signal: controller.signal });
          controller.abort(new Error("enough"));
          await expect(waiting).rejects.toThrow("enough");
        },
        { signal: neverAborted },
      );
    });

    test("a holder that lost its lock cannot write or delete the newer record", async () => {
      const [one, two] = [await connect(), await connect()];
      const redis = await connectDirectly();
      await one.lock?.(
        key,
        async () => {
          await one.set(key, tokens("old"));
          // Simulates a holder that was suspended until its lock expired.
          await redis.del(`qbench-sdk:{${key}}:lock`);
          await two.lock?.(key, () => two.set(key, tokens("newer")), { signal: neverAborted });
          for (const late of [
            () => one.set(key, tokens("older")),
            () => one.delete(key),
            () => one.delete(key, "newer"),
          ]) {
            await expect(late()).rejects.toThrow(
              new QBenchRedisError("The token lock was lost to another process, so the record was not changed"),
            );
          }
        },
        { signal: neverAborted },
      );
      await expect(two.get(key)).resolves.toMatchObject({ accessToken: "newer" });
      // Fencing numbers are compared under a lock only.
      await expect(one.delete(key, "newer")).resolves.toBe(true);
    });

    test("a holder cannot write after Redis lost its data and another process has the lock", async () => {
      const [one, two] = [await connect(), await connect()];
      const redis = await connectDirectly();
      const loseData = () => redis.del(["lock", "fence", "tokens"].map(part => `qbench-sdk:{${key}}:${part}`));
      await loseData();
      await one.lock?.(
        key,
        async () => {
          await loseData();
          await two.lock?.(key, () => two.set(key, tokens("newer")), { signal: neverAborted });
          await expect(one.set(key, tokens("older"))).rejects.toThrow(QBenchRedisError);
        },
        { signal: neverAborted },
      );
      await expect(two.get(key)).resolves.toMatchObject({ accessToken: "newer" });
    });

    test("a stopped Redis fails each command in time, and the work under the lock still succeeds", async () => {
      const stopped = await startOwnRedis();
      // Long enough to acquire the lock on a slow machine.
      const store = await connect({ commandTimeoutMs: 1_000 }, stopped.url);
      const work = async () => {
        await stopped.stop();
        await Promise.all([
          expect(store.set(key, tokens("sentinel"))).rejects.toThrow(QBenchRedisError),
          expect(store.get(key)).rejects.toThrow(QBenchRedisError),
          expect(store.lock?.("other", async () => "in", { signal: neverAborted })).rejects.toThrow(QBenchRedisError),
        ]);
        return "done";
      };
      await expect(store.lock?.(key, work, { signal: neverAborted })).resolves.toBe("done");
    });

    test("a hanging Redis fails each command in time, and an abort does not wait for it", async () => {
      const hanging = await startOwnRedis();
      const store = await connect({ commandTimeoutMs: 50, lockTtlMs: 20_000 }, hanging.url);
      const patientStore = await connect({ commandTimeoutMs: 20_000, lockTtlMs: 20_000 }, hanging.url);
      hanging.process.kill("SIGSTOP");
      const began = performance.now();
      await expect(store.get(key)).rejects.toThrow("Redis did not reply within 50 ms (commandTimeoutMs)");
      const timedOut = store.lock?.("timed out", async () => "in", { signal: neverAborted });
      await expect(timedOut).rejects.toThrow("Redis did not reply within 50 ms (commandTimeoutMs)");
      const controller = new AbortController();
      const waiting = patientStore.lock?.(key, async () => "in", { signal: controller.signal });
      setImmediate(() => controller.abort(new Error("enough")));
      await expect(waiting).rejects.toThrow("enough");
      expect(performance.now() - began).toBeLessThan(5_000);
      hanging.process.kill("SIGCONT");
      // The locks acquired after the timeout and after the abort have been released. They would have lasted 20 s.
      for (const late of ["timed out", key]) {
        await expect(patientStore.lock?.(late, async () => "in", { signal: neverAborted })).resolves.toBe("in");
      }
      expect(performance.now() - began).toBeLessThan(10_000);
    });

    test("neither the store nor its errors show a token", async () => {
      const redis = await startOwnRedis();
      const store = await connect(longTimeout, redis.url);
      await store.set(key, tokens("sentinel"));
      expect(inspect(store, { depth: 9, showHidden: true }) + JSON.stringify(store)).not.toContain("sentinel");
      const other = new Redis(redis.url);
      await other.config("SET", "min-replicas-to-write", "1");
      other.disconnect();
      const error = await store.set(key, tokens("sentinel")).catch(error => error);
      expect(error).toBeInstanceOf(QBenchRedisError);
      expect(error.message).toBe("Redis command failed: NOREPLICAS");
      expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain("sentinel");
    });
  });

  test("the lock of a live holder is extended", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    closing.push(() => vi.useRealTimers());
    const store = await connectRedis({ ...longTimeout, lockTtlMs: 60_000 });
    const redis = await connectDirectly();
    const lock = "qbench-sdk:{alive}:lock";
    await store.lock?.(
      "alive",
      async () => {
        await redis.pexpire(lock, 30_000);
        vi.advanceTimersByTime(20_000);
        // This command runs after the one that extends the lock.
        await store.get("alive");
        await expect(redis.pttl(lock)).resolves.toBeGreaterThan(30_000);
      },
      { signal: neverAborted },
    );
    await expect(redis.exists(lock)).resolves.toBe(0);
  });

  test("the lock of a holder whose connection is lost becomes free", async () => {
    const store = await connectRedis();
    const killed = createClient({ url: server.url });
    await killed.connect();
    void redisTokenStore(killed, { lockTtlMs: 60 })
      .lock?.("killed", () => new Promise(() => {}), { signal: neverAborted })
      ?.catch(() => {});
    await killed.ping();
    killed.destroy();
    await expect(store.lock?.("killed", async () => "in", { signal: neverAborted })).resolves.toBe("in");
  });

  test("a whole fleet makes one exchange per token lifetime", async () => {
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
          store: await connectRedis(),
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

  /** Creates a token source with this store, whose clock is set ahead by `advance`. */
  const startedAt = Date.now();

  function startSource(store: TokenStore, now = Date.now) {
    const emulator = createEmulator();
    const { id: clientId, secret: clientSecret } = emulator.clients.create();
    let aheadMs = 0;
    const source = createTokenSource({
      baseUrl: "https://fleet.example",
      clientId,
      clientSecret,
      fetch: request => emulator.fetch(request),
      clock: { now: () => now() + aheadMs },
      store,
    });
    const events: TokenEvent[] = [];
    source.on(event => void events.push(event));
    return {
      source,
      async renew() {
        source.reject(await source.getToken());
        return source.getToken();
      },
      advance(ms: number) {
        aheadMs += ms;
      },
      storeEvents: () =>
        events.flatMap(event => {
          if (event.type === "store-failed") return [`${event.operation}: ${event.reason}`];
          return event.type.startsWith("store") ? [event.type] : [];
        }),
    };
  }

  test("a stopped Redis fails no call of the token source", async () => {
    const stopped = await startOwnRedis();
    const store = await connectRedis({ commandTimeoutMs: 50 }, stopped.url);
    await stopped.stop();
    await expect(store.get("key")).rejects.toThrow();
    await expect(startSource(store).source.getToken()).resolves.toEqual(expect.any(String));
  });

  describe.each([
    ["redis", connectRedis],
    ["ioredis", connectIoRedis],
  ] as const)("a Redis that hangs, with %s", (_, connect) => {
    type Action = (redis: RedisServer, admin: Redis) => unknown;
    const hangs: [what: string, operation: string, hang: Action, recover: Action][] = [
      ["is frozen", "get", redis => redis.process.kill("SIGSTOP"), redis => redis.process.kill("SIGCONT")],
      [
        "pauses writes",
        "lock",
        (_, admin) => admin.call("CLIENT", "PAUSE", "60000", "WRITE"),
        (_, admin) => admin.call("CLIENT", "UNPAUSE"),
      ],
    ];

    test.each(hangs)(
      "a Redis that %s costs a renewal one timeout and is bypassed, until it works again",
      async (_, operation, hang, recover) => {
        const redis = await startOwnRedis();
        const admin = new Redis(redis.url);
        closing.push(() => admin.disconnect());
        await admin.ping();
        const { source, renew, advance, storeEvents } = startSource(
          await connect({ commandTimeoutMs: 200, lockTtlMs: 60_000 }, redis.url),
        );
        await hang(redis, admin);
        await source.getToken();
        await renew();
        await renew();
        const reason = "Redis did not reply within 200 ms (commandTimeoutMs)";
        const failed = [`${operation}: ${reason}`, "store-bypassed"];
        expect(storeEvents()).toEqual(failed);
        advance(30_000);
        await renew();
        // The command that hangs holds back all others of its connection.
        failed.push(`get: ${reason}`, "store-bypassed");
        expect(storeEvents()).toEqual(failed);
        await recover(redis, admin);
        // This command runs after those that were held back, such as the one that took the lock.
        await admin.ping();
        advance(30_000);
        const token = await renew();
        expect(storeEvents()).toEqual([...failed, "store-restored"]);
        const [key = ""] = await admin.keys("*:tokens");
        expect(await admin.get(key)).toContain(token);
      },
    );
  });

  describe.each([
    ["redis", connectRedis],
    ["ioredis", connectIoRedis],
  ] as const)("with %s", (library, connect) => {
    const acl = (...rules: string[]) => ["ACL", "SETUSER", "default", ...rules];
    const failures: [code: string, operations: string, ...commands: string[][]][] = [
      ["OOM", "lock set", ["CONFIG", "SET", "maxmemory", "1"]],
      ["READONLY", "lock set", ["REPLICAOF", "127.0.0.1", "1"]],
      [
        "MASTERDOWN",
        "get lock set",
        ["REPLICAOF", "127.0.0.1", "1"],
        ["CONFIG", "SET", "replica-serve-stale-data", "no"],
      ],
      ["NOREPLICAS", "lock set", ["CONFIG", "SET", "min-replicas-to-write", "1"]],
      ["NOPERM", "get lock set", acl("-@all")],
      ["NOPERM", "lock set", acl("-set")],
      ["NOPERM", "get lock set", acl("resetkeys", "~other")],
    ];

    test.each(failures)(
      `with ${library}, the event store-failed has Redis's code %s for the operations %s`,
      async (code, operations, ...commands) => {
        const redis = await startOwnRedis();
        const admin = new Redis(redis.url);
        closing.push(() => admin.disconnect());
        // No failure takes long by a clock that stands still, so none of them bypasses the store.
        const { source, storeEvents } = startSource(await connect(longTimeout, redis.url), () => startedAt);
        for (const [command = "", ...args] of commands) await admin.call(command, ...args);
        await source.getToken();
        const expected = operations.split(" ").map(operation => `${operation}: Redis command failed: ${code}`);
        expect(new Set(storeEvents())).toEqual(new Set(expected));
      },
    );
  });

  test("the event store-failed has Redis's code NOAUTH if the client does not send the password", async () => {
    const redis = await startOwnRedis();
    const admin = new Redis(redis.url);
    closing.push(() => admin.disconnect());
    const client = createClient({ url: redis.url });
    closing.push(() => client.destroy());
    await client.connect();
    await admin.config("SET", "requirepass", "sentinel");
    await client.sendCommand(["RESET"]);
    const { source, storeEvents } = startSource(redisTokenStore(client, longTimeout), () => startedAt);
    await source.getToken();
    expect(storeEvents()).toEqual(
      ["get", "lock", "set"].map(operation => `${operation}: Redis command failed: NOAUTH`),
    );
  });

  test("a command that timed out in the official client is not sent later", async () => {
    const first = await startOwnRedis();
    const client = createClient({ url: first.url });
    client.on("error", () => {});
    closing.push(() => client.destroy());
    await client.connect();
    const store = redisTokenStore(client, { commandTimeoutMs: 50 });
    const disconnected = nextEvent(client, "reconnecting");
    await first.stop();
    await disconnected;
    await expect(store.set("late", tokens("late"))).rejects.toThrow(
      "Redis did not reply within 50 ms (commandTimeoutMs)",
    );
    const ready = nextEvent(client, "ready");
    await startOwnRedis(first.port);
    await ready;
    await expect(client.dbSize()).resolves.toBe(0);
  });
});

test("an unsupported client throws a QBenchInputError that names the supported ones", () => {
  const unsupported = new QBenchInputError(
    "redisTokenStore: the Redis client is not supported. " +
      "Pass a client of `redis` (createClient or createClientPool) or of `ioredis` (Redis or Cluster).",
  );
  // @ts-expect-error a client of neither library
  expect(() => redisTokenStore({ get: () => {} })).toThrow(unsupported);
  // @ts-expect-error its sendCommand has other parameters
  expect(() => redisTokenStore(createCluster({ rootNodes: [{ url: "redis://127.0.0.1:1" }] }))).toThrow(unsupported);
  const sentinel = createSentinel({ name: "main", sentinelRootNodes: [{ host: "127.0.0.1", port: 1 }] });
  // @ts-expect-error its sendCommand has other parameters
  expect(() => redisTokenStore(sentinel)).toThrow(unsupported);
});

test.each([
  ["NOAUTH Authentication required.", "NOAUTH"],
  ["LOADING Redis is loading the dataset in memory", "LOADING"],
  // The same errors within a script, by Redis 7 and by Redis 6.
  ["OOM command not allowed when used memory > 'maxmemory'. script: 897afd4d, on @user_script:4.", "OOM"],
  [
    "ERR Error running script (call to f_897afd4d): @user_script:4: -READONLY You can't write against a read only replica.",
    "READONLY",
  ],
  [
    "ERR The user executing the script can't run this command or subcommand script: 897afd4d, on @user_script:4.",
    "NOPERM",
  ],
  ["ERR unknown command 'EVAL'", "ERR"],
])("the error of a command that failed with %j has the code %s", async (message, code) => {
  const error = await redisTokenStore({ call: async () => Promise.reject(new Error(message)) })
    .get("key")
    .catch(error => error);
  expect(error).toBeInstanceOf(QBenchRedisError);
  expect(error).toMatchObject({ message: `Redis command failed: ${code}`, code });
});

test.each([
  ["the code of the system", Object.assign(new Error("connect sentinel"), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
  ["the name of the error", new RangeError("sentinel NOAUTH text"), "RangeError"],
  ["an error of another realm by its name", { name: "AbortError", message: "sentinel" }, "AbortError"],
  ["nothing of a name that is not a word", { name: "sentinel 5", message: "sentinel" }, "Error"],
  ["nothing of a code that is not a code", { name: "Error", message: "", code: "AUTH sentinel" }, "Error"],
  ["nothing of a text", "sentinel", "Error"],
  ["nothing of undefined", undefined, "Error"],
])("the error of a failed command shows %s", async (_, thrown, shown) => {
  const error = await redisTokenStore({ call: async () => Promise.reject(thrown) })
    .get("key")
    .catch(error => error);
  expect(error.message).toBe(`Redis command failed: ${shown}`);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("sentinel");
});
