import type { Limiter, Slot } from "@qbench-sdk/client";
import { Redis } from "ioredis";
import { createClient, createClientPool } from "redis";
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, test, vi } from "vitest";
import {
  QBenchInputError,
  QBenchRedisError,
  type RedisLimiterOptions,
  redisLimiter,
  redisTokenStore,
} from "../src/index.ts";
import { hasRedis, type RedisServer, startRedis } from "./support/redis-server.ts";

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** A fallback without limits. Tests check whether it was used. */
const createFallback = () => ({
  acquire: vi.fn((): Slot => ({ release() {} })),
  update: vi.fn(),
});

// CI skips nothing: without redis-server these tests fail there.
describe.runIf(hasRedis || process.env.CI)("a limiter in Redis", () => {
  let server: RedisServer;
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(() => server.stop());

  let tenantCount = 0;
  const newTenant = () => `https://lab-${tenantCount++}.example`;

  async function connect(url: string = server.url) {
    const client = createClient({ url });
    client.on("error", () => {});
    await client.connect();
    closing.push(() => client.destroy());
    return client;
  }

  async function connectWith(library: string, url: string) {
    if (library === "redis") return connect(url);
    if (library === "ioredis") {
      const client = new Redis(url, { lazyConnect: true });
      closing.push(() => client.disconnect());
      await client.connect();
      return client;
    }
    const pool = createClientPool({ url });
    pool.on("error", () => {});
    await pool.connect();
    closing.push(() => pool.destroy());
    return pool;
  }

  /**
   * Creates a limiter on a connection of its own, like that of another process. The long timeouts keep a slow machine
   * from looking like a slow Redis.
   */
  async function createTestLimiter(options: Partial<RedisLimiterOptions> & { origin: string }, url?: string) {
    const fallback = createFallback();
    const client = await connect(url);
    const limiter = redisLimiter(client, { fallback, commandTimeoutMs: 20_000, leaseMs: 20_000, ...options });
    return { limiter, fallback, client };
  }

  /** Waits until a command that the limiter runs in the background has reached Redis. */
  const waitForKey = (client: Awaited<ReturnType<typeof connect>>, origin: string, part: string, size = 1) =>
    vi.waitFor(
      async () => {
        const key = `qbench-sdk:{${origin}}:${part}`;
        expect(part === "waiting" ? await client.zCard(key) : await client.exists(key)).toBe(size);
      },
      { timeout: 20_000, interval: 5 },
    );

  /** Counts requests like a server that counts each at some moment between its start and its response. */
  function createServerCounter(windowMs: number) {
    const arrivals: number[] = [];
    let inFlight = 0;
    const seen = { maxInWindow: 0, maxConcurrent: 0 };
    return {
      seen,
      arrivals,
      async send(limiter: Limiter) {
        const slot = await limiter.acquire();
        await pause(Math.random() * 5);
        const now = performance.now();
        arrivals.push(now);
        seen.maxInWindow = Math.max(seen.maxInWindow, arrivals.filter(time => time > now - windowMs).length);
        inFlight++;
        seen.maxConcurrent = Math.max(seen.maxConcurrent, inFlight);
        await pause(Math.random() * 10);
        inFlight--;
        slot.release();
      },
    };
  }

  test("redisLimiter returns the Limiter type that a client accepts", () => {
    expectTypeOf<ReturnType<typeof redisLimiter>>().toExtend<Limiter>();
  });

  test("four processes together stay within the limits, at whatever moment the server counts a request", async () => {
    const limits = { origin: newTenant(), requests: 60, windowMs: 600 };
    const fleet = await Promise.all([1, 2, 3, 4].map(() => createTestLimiter(limits)));
    const { send, seen, arrivals } = createServerCounter(600);
    const began = performance.now();
    await Promise.all(fleet.flatMap(({ limiter }) => Array.from({ length: 45 }, () => send(limiter))));
    expect(seen.maxInWindow).toBeLessThanOrEqual(60);
    expect(seen.maxConcurrent).toBeLessThanOrEqual(10);
    expect(arrivals).toHaveLength(180);
    // 180 requests fill three windows, so the last ones cannot start before the third window.
    expect(performance.now() - began).toBeGreaterThan(1200);
    expect(fleet.every(({ fallback }) => fallback.acquire.mock.calls.length === 0)).toBe(true);
  });

  test("the limiter works with an ioredis client", async () => {
    const client = new Redis(server.url);
    closing.push(() => client.disconnect());
    const limiter = redisLimiter(client, { origin: newTenant(), fallback: createFallback(), commandTimeoutMs: 20_000 });
    const { send, seen } = createServerCounter(60_000);
    await Promise.all(Array.from({ length: 30 }, () => send(limiter)));
    expect(seen.maxConcurrent).toBeLessThanOrEqual(10);
    expect(seen.maxInWindow).toBe(30);
  });

  test("waiting processes take turns, and requests of one process start in order", async () => {
    const limits = { origin: newTenant(), concurrent: 1 };
    const [{ limiter: one, client }, { limiter: two }] = [
      await createTestLimiter(limits),
      await createTestLimiter(limits),
    ];
    const first = await one.acquire();
    const order: string[] = [];
    const acquireAndRecord = async (limiter: Limiter, name: string) => {
      const slot = await limiter.acquire();
      order.push(name);
      slot.release();
    };
    const calls = [0, 1, 2, 3].map(n => acquireAndRecord(one, `one ${n}`));
    calls.push(acquireAndRecord(two, "two 0"));
    await waitForKey(client, limits.origin, "waiting", 2);
    first.release();
    await Promise.all(calls);
    expect(order.filter(name => name.startsWith("one"))).toEqual(["one 0", "one 1", "one 2", "one 3"]);
    expect(order.indexOf("two 0")).toBeLessThanOrEqual(1);
  });

  test("the slots of a killed process become free", async () => {
    const limits = { origin: newTenant(), concurrent: 2, leaseMs: 400 };
    const { limiter: killed, client } = await createTestLimiter(limits);
    await killed.acquire();
    await killed.acquire();
    const { limiter } = await createTestLimiter(limits);
    const waiting = limiter.acquire();
    client.destroy();
    closing.shift();
    (await waiting).release();
  });

  test("a request that takes longer than a lease keeps its slot", async () => {
    const limits = { origin: newTenant(), concurrent: 1, leaseMs: 1500 };
    const { limiter } = await createTestLimiter(limits);
    const { limiter: other } = await createTestLimiter(limits);
    const slot = await limiter.acquire();
    const entered = vi.fn();
    const waiting = Promise.resolve(other.acquire()).then(slot => {
      entered();
      return slot;
    });
    await pause(2500);
    expect(entered).not.toHaveBeenCalled();
    slot.release();
    (await waiting).release();
  });

  test("an aborted caller rejects immediately, with the signal's own reason", async () => {
    const { limiter } = await createTestLimiter({ origin: newTenant(), concurrent: 1 });
    const slot = await limiter.acquire();
    const controllers = [new AbortController(), new AbortController()];
    const calls = controllers.map(({ signal }) => limiter.acquire(signal));
    const next = limiter.acquire();
    await pause(50);
    for (const controller of controllers) controller.abort(new Error("enough"));
    for (const call of calls) await expect(call).rejects.toThrow("enough");
    await expect(limiter.acquire(AbortSignal.abort(new Error("before")))).rejects.toThrow("before");
    slot.release();
    (await next).release();
  });

  /**
   * Returns the waiting processes in their order. On a limiter's own connection, this runs after all commands that the
   * limiter has sent.
   */
  async function waitingLine(client: Awaited<ReturnType<typeof connect>>, origin: string) {
    await client.ping();
    await new Promise(setImmediate);
    return client.zRangeWithScores(`qbench-sdk:{${origin}}:waiting`, 0, -1);
  }

  test("a process leaves the line when its last waiting caller aborts", async () => {
    const limits = { origin: newTenant(), concurrent: 1 };
    const [{ limiter, client }, { limiter: other }] = [
      await createTestLimiter(limits),
      await createTestLimiter(limits),
    ];
    const slot = await other.acquire();
    const [one, rest] = [new AbortController(), new AbortController()];
    const first = limiter.acquire(one.signal);
    const others = [limiter.acquire(rest.signal), limiter.acquire(rest.signal)];
    await waitForKey(client, limits.origin, "waiting");
    const before = await waitingLine(client, limits.origin);
    one.abort(new Error("enough"));
    await expect(first).rejects.toThrow("enough");
    await expect(waitingLine(client, limits.origin)).resolves.toEqual(before);
    rest.abort(new Error("enough"));
    for (const call of others) await expect(call).rejects.toThrow("enough");
    await expect(waitingLine(client, limits.origin)).resolves.toEqual([]);
    slot.release();
  });

  test("a process leaves the line when it uses its fallback instead", async () => {
    const ownServer = await startRedis();
    closing.push(() => ownServer.stop());
    const limits = { origin: newTenant(), concurrent: 1 };
    const { limiter: other } = await createTestLimiter(limits, ownServer.url);
    const { limiter, fallback, client } = await createTestLimiter({ ...limits, commandTimeoutMs: 200 }, ownServer.url);
    const slot = await other.acquire();
    ownServer.process.kill("SIGSTOP");
    (await limiter.acquire()).release();
    expect(fallback.acquire).toHaveBeenCalledTimes(1);
    ownServer.process.kill("SIGCONT");
    await expect(waitingLine(client, limits.origin)).resolves.toEqual([]);
    slot.release();
  });

  test("a request that is aborted while Redis is asked does not count", async () => {
    const { limiter } = await createTestLimiter({ origin: newTenant(), requests: 1 });
    const controller = new AbortController();
    const call = limiter.acquire(controller.signal);
    await Promise.resolve();
    await Promise.resolve();
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    (await limiter.acquire()).release();
  });

  test("a 429 for one process pauses the whole fleet, and that process adopts the lower rate", async () => {
    const origin = newTenant();
    const { limiter: one, fallback, client } = await createTestLimiter({ origin });
    const { limiter: two } = await createTestLimiter({ origin });
    const began = performance.now();
    const info = { kind: "rate", limit: 2, windowMs: 2000, retryAfterMs: 1500 } as const;
    one.update(info);
    expect(fallback.update).toHaveBeenCalledWith(info);
    await waitForKey(client, origin, "paused");
    (await two.acquire()).release();
    expect(performance.now() - began).toBeGreaterThan(1490);
    (await one.acquire()).release();
    const second = performance.now();
    (await one.acquire()).release();
    expect(performance.now() - second).toBeGreaterThan(1900);
  });

  test("a 429 below the concurrency limit takes one slot from the fleet for a window", async () => {
    const limits = { origin: newTenant(), concurrent: 2, windowMs: 2000 };
    const [{ limiter: one, client }, { limiter: two }] = [
      await createTestLimiter(limits),
      await createTestLimiter(limits),
    ];
    const began = performance.now();
    one.update({ kind: "concurrency", limit: 10 });
    await waitForKey(client, limits.origin, "penalty");
    const [first, second] = await Promise.all([two.acquire(), two.acquire()]);
    expect(performance.now() - began).toBeGreaterThan(1900);
    first.release();
    second.release();
  });

  test("all keys in Redis expire", async () => {
    const origin = newTenant();
    const { limiter, client } = await createTestLimiter({ origin, concurrent: 1, windowMs: 100, leaseMs: 100 });
    const slot = await limiter.acquire();
    const waiting = limiter.acquire();
    limiter.update({ kind: "concurrency", limit: 10, retryAfterMs: 50 });
    await pause(20);
    slot.release();
    (await waiting).release();
    await vi.waitFor(async () => expect(await client.keys(`*${origin}*`)).toEqual([]), { timeout: 10_000 });
  });

  test("the limiter uses its fallback while Redis hangs, reports that, and returns to Redis", async () => {
    const ownServer = await startRedis();
    closing.push(() => ownServer.stop());
    const errors: QBenchRedisError[] = [];
    const onError = (error: QBenchRedisError) => {
      errors.push(error);
      throw new Error("an error in the callback");
    };
    const options = { origin: newTenant(), commandTimeoutMs: 200, onError };
    const { limiter, fallback } = await createTestLimiter(options, ownServer.url);
    ownServer.process.kill("SIGSTOP");
    (await limiter.acquire()).release();
    (await limiter.acquire()).release();
    expect(fallback.acquire).toHaveBeenCalledTimes(2);
    expect(errors[0]).toBeInstanceOf(QBenchRedisError);
    expect(errors[0]?.message).toBe("Redis did not reply within 200 ms (commandTimeoutMs)");
    ownServer.process.kill("SIGCONT");
    await vi.waitFor(
      async () => {
        const fallbackCalls = fallback.acquire.mock.calls.length;
        (await limiter.acquire()).release();
        expect(fallback.acquire).toHaveBeenCalledTimes(fallbackCalls);
      },
      { timeout: 10_000 },
    );
  });

  test.each(["redis", "redis, pooled", "ioredis"])(
    "a slot that is acquired after the timeout is released, with %s",
    async library => {
      const ownServer = await startRedis();
      closing.push(() => ownServer.stop());
      const options = { origin: newTenant(), fallback: createFallback(), commandTimeoutMs: 200 };
      const observer = await connect(ownServer.url);
      const limiter = redisLimiter(await connectWith(library, ownServer.url), options);
      ownServer.process.kill("SIGSTOP");
      (await limiter.acquire()).release();
      expect(options.fallback.acquire).toHaveBeenCalledTimes(1);
      // Once this times out, an undo that the limiter sent with its own timeout would be too late, too.
      await expect(redisTokenStore(observer, { commandTimeoutMs: 300 }).get("key")).rejects.toThrow(QBenchRedisError);
      ownServer.process.kill("SIGCONT");
      const longTimeout = { timeout: 5000, interval: 5 };
      await vi.waitFor(async () => expect(await observer.info("commandstats")).toContain("cmdstat_eval:"), longTimeout);
      const keys = ["requests", "slots", "waiting", "heartbeats"].map(part => `qbench-sdk:{${options.origin}}:${part}`);
      await vi.waitFor(async () => expect(await observer.exists(keys)).toBe(0), longTimeout);
    },
  );

  test.each([
    ["requests", { requests: 0 }],
    ["concurrent", { concurrent: 1.5 }],
    ["windowMs", { windowMs: Number.NaN }],
    ["leaseMs", { leaseMs: -1 }],
    ["the Redis client", {}],
  ])("an invalid option throws a QBenchInputError that names %s", async (setting, options) => {
    const client = setting.includes("client") ? ({} as Redis) : await connect();
    const create = () => redisLimiter(client, { origin: newTenant(), fallback: createFallback(), ...options });
    expect(create).toThrow(TypeError);
    expect(create).toThrow(QBenchInputError);
    expect(create).toThrow(setting);
  });
});
