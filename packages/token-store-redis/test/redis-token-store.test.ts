import { inspect } from "node:util";
import { createTokenSource, type TokenSet, type TokenStore } from "@qbench-sdk/auth";
import { createEmulator } from "@qbench-sdk/emulator";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type RedisTokenStoreOptions, redisTokenStore } from "../src/index.ts";
import { hasRedis, type RedisServer, startRedis } from "./redis-server.ts";

const tokens = (accessToken: string): TokenSet => ({
  accessToken,
  tokenType: "Bearer",
  expiresAt: Date.now() + 60_000,
  refreshExpiresAt: Date.now() + 120_000,
});
const never = new AbortController().signal;

// In CI nothing is skipped: without the server these tests fail there.
describe.runIf(hasRedis || process.env.CI)("a token store in Redis", () => {
  let server: RedisServer;
  const closing: (() => void)[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });
  afterAll(() => server.stop());

  const official = async (options?: RedisTokenStoreOptions, url = server.url): Promise<TokenStore> => {
    const client = createClient({ url });
    client.on("error", () => {});
    await client.connect();
    closing.push(() => client.destroy());
    return redisTokenStore(client, options);
  };
  const io = async (options?: RedisTokenStoreOptions): Promise<TokenStore> => {
    const client = new Redis(server.url);
    closing.push(() => client.disconnect());
    return redisTokenStore(client, options);
  };

  describe.each([
    ["redis", official],
    ["ioredis", io],
  ] as const)("by %s", (client, connect) => {
    const key = `https://example.qbench.net ${client}`;

    test("keeps a record, until its refresh token ends too", async () => {
      const store = await connect();
      await expect(store.get(key)).resolves.toBeUndefined();
      const record = tokens("a");
      await store.set(key, record);
      await expect((await connect()).get(key)).resolves.toEqual(record);
      const inspector = new Redis(server.url);
      const end = await inspector.pexpiretime(`qbench-sdk:{${key}}:tokens`);
      inspector.disconnect();
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
  });

  test("frees the lock of a holder that is gone, and keeps that of one that lives beyond its time", async () => {
    const [one, two] = [await official({ lockTtlMs: 60 }), await official({ lockTtlMs: 60 })];
    const order: string[] = [];
    let late: Promise<unknown> | undefined;
    await one.lock?.(
      "lives",
      async () => {
        late = two.lock?.("lives", async () => void order.push("second"), { signal: never });
        await new Promise(resolve => setTimeout(resolve, 240));
        order.push("first");
      },
      { signal: never },
    );
    await late;
    expect(order).toEqual(["first", "second"]);

    const gone = createClient({ url: server.url });
    await gone.connect();
    void redisTokenStore(gone, { lockTtlMs: 60 })
      .lock?.("gone", () => new Promise(() => {}), { signal: never })
      ?.catch(() => {});
    await gone.ping();
    gone.destroy();
    await expect(two.lock?.("gone", async () => "in", { signal: never })).resolves.toBe("in");
  });

  test("44. refuses what a holder writes after another has taken over", async () => {
    const [one, two] = [await official(), await official()];
    const inspector = new Redis(server.url);
    await one.lock?.(
      "stalled",
      async () => {
        // As if it had stood still until the lock ran out.
        await inspector.del("qbench-sdk:{stalled}:lock");
        await two.lock?.("stalled", () => two.set("stalled", tokens("newer")), { signal: never });
        await expect(one.set("stalled", tokens("older"))).rejects.toThrow("lost to another process");
      },
      { signal: never },
    );
    inspector.disconnect();
    await expect(one.get("stalled")).resolves.toMatchObject({ accessToken: "newer" });
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
    const doomed = await startRedis();
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

  test("65. shows no token", async () => {
    const store = await official();
    await store.set("shown", tokens("sentinel-token"));
    expect(inspect(store, { depth: 9 })).not.toContain("sentinel");
  });
});

test("another client is refused by name", () => {
  // @ts-expect-error a client of neither library
  expect(() => redisTokenStore({ get: () => {} })).toThrow("takes a client of `redis` (createClient) or of `ioredis`");
});
