import type { Limiter, Slot } from "@qbench-sdk/client";
import { Redis } from "ioredis";
import { createClient, createClientPool } from "redis";
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, test, vi } from "vitest";
import { QBenchRedisError, type RedisLimiterOptions, redisLimiter, redisTokenStore } from "../src/index.ts";
import { hasRedis, type RedisServer, startRedis } from "./support/redis-server.ts";

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** A limiter that lets all in and is not expected to be asked. */
const unlimited = () => ({
  acquire: vi.fn((): Slot => ({ onResponse() {}, release() {} })),
  update: vi.fn(),
});

// In CI nothing is skipped: without the server these tests fail there.
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

  let tenants = 0;
  const tenant = () => `https://lab-${tenants++}.example`;

  async function connection(url: string = server.url) {
    const client = createClient({ url });
    client.on("error", () => {});
    await client.connect();
    closing.push(() => client.destroy());
    return client;
  }

  async function clientOf(by: string, url: string) {
    if (by === "redis") return connection(url);
    if (by === "ioredis") {
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

  /** On a connection of its own, as another process would. A Redis on a busy machine is not one that is late. */
  async function limiterOf(options: Partial<RedisLimiterOptions> & { origin: string }, url?: string) {
    const fallback = unlimited();
    const client = await connection(url);
    const limiter = redisLimiter(client, { fallback, commandTimeoutMs: 20_000, leaseMs: 20_000, ...options });
    return { limiter, fallback, client };
  }

  /** What is not waited for has come to Redis. */
  const arrived = (client: Awaited<ReturnType<typeof connection>>, origin: string, part: string, size = 1) =>
    vi.waitFor(
      async () => {
        const key = `qbench-sdk:{${origin}}:${part}`;
        expect(part === "waiting" ? await client.zCard(key) : await client.exists(key)).toBe(size);
      },
      { timeout: 20_000, interval: 5 },
    );

  const leaveAtOnce = (place: Slot) => {
    place.onResponse();
    place.release();
  };

  /** What a server sees that counts calls at some moment between their start and their answer. */
  function observer(windowMs: number) {
    const arrivals: number[] = [];
    let running = 0;
    const seen = { mostInWindow: 0, mostAtOnce: 0 };
    return {
      seen,
      arrivals,
      async call(limiter: Limiter) {
        const place = await limiter.acquire();
        await pause(Math.random() * 5);
        const now = performance.now();
        arrivals.push(now);
        seen.mostInWindow = Math.max(seen.mostInWindow, arrivals.filter(time => time > now - windowMs).length);
        running++;
        seen.mostAtOnce = Math.max(seen.mostAtOnce, running);
        await pause(Math.random() * 5);
        place.onResponse();
        await pause(Math.random() * 5);
        running--;
        place.release();
      },
    };
  }

  test("is what a client takes as its limiter, and takes a client's as its fallback", () => {
    expectTypeOf<ReturnType<typeof redisLimiter>>().toExtend<Limiter>();
  });

  test("keeps the limits for a fleet of four, whenever the server counts its calls", async () => {
    const limits = { origin: tenant(), requests: 60, windowMs: 600 };
    const fleet = await Promise.all([1, 2, 3, 4].map(() => limiterOf(limits)));
    const { call, seen, arrivals } = observer(600);
    const began = performance.now();
    await Promise.all(fleet.flatMap(({ limiter }) => Array.from({ length: 45 }, () => call(limiter))));
    expect(seen.mostInWindow).toBeLessThanOrEqual(60);
    expect(seen.mostAtOnce).toBeLessThanOrEqual(10);
    expect(arrivals).toHaveLength(180);
    // Three windows' calls cannot have been made before the third has begun.
    expect(performance.now() - began).toBeGreaterThan(1200);
    expect(fleet.every(({ fallback }) => fallback.acquire.mock.calls.length === 0)).toBe(true);
  });

  test("works with ioredis", async () => {
    const client = new Redis(server.url);
    closing.push(() => client.disconnect());
    const limiter = redisLimiter(client, { origin: tenant(), fallback: unlimited(), commandTimeoutMs: 20_000 });
    const { call, seen } = observer(60_000);
    await Promise.all(Array.from({ length: 30 }, () => call(limiter)));
    expect(seen.mostAtOnce).toBeLessThanOrEqual(10);
    expect(seen.mostInWindow).toBe(30);
  });

  test("lets in by turns those who wait, and by order those of one process", async () => {
    const limits = { origin: tenant(), concurrent: 1 };
    const [{ limiter: one, client }, { limiter: two }] = [await limiterOf(limits), await limiterOf(limits)];
    const first = await one.acquire();
    const order: string[] = [];
    const enter = async (limiter: Limiter, name: string) => {
      const place = await limiter.acquire();
      order.push(name);
      leaveAtOnce(place);
    };
    const calls = [0, 1, 2, 3].map(n => enter(one, `one ${n}`));
    calls.push(enter(two, "two 0"));
    await arrived(client, limits.origin, "waiting", 2);
    leaveAtOnce(first);
    await Promise.all(calls);
    expect(order.filter(name => name.startsWith("one"))).toEqual(["one 0", "one 1", "one 2", "one 3"]);
    expect(order.indexOf("two 0")).toBeLessThanOrEqual(1);
  });

  test("gets the places of a killed process back", async () => {
    const limits = { origin: tenant(), concurrent: 2, leaseMs: 400 };
    const { limiter: killed, client } = await limiterOf(limits);
    await killed.acquire();
    await killed.acquire();
    const { limiter } = await limiterOf(limits);
    const waiting = limiter.acquire();
    client.destroy();
    closing.shift();
    leaveAtOnce(await waiting);
  });

  test("keeps the place of a call that takes longer than a lease", async () => {
    const limits = { origin: tenant(), concurrent: 1, leaseMs: 1500 };
    const { limiter } = await limiterOf(limits);
    const { limiter: other } = await limiterOf(limits);
    const place = await limiter.acquire();
    const entered = vi.fn();
    const waiting = Promise.resolve(other.acquire()).then(place => {
      entered();
      return place;
    });
    await pause(2500);
    expect(entered).not.toHaveBeenCalled();
    leaveAtOnce(place);
    leaveAtOnce(await waiting);
  });

  test("lets go of who gives up, at once and with the signal's own reason", async () => {
    const { limiter } = await limiterOf({ origin: tenant(), concurrent: 1 });
    const place = await limiter.acquire();
    const controllers = [new AbortController(), new AbortController()];
    const calls = controllers.map(({ signal }) => limiter.acquire(signal));
    const next = limiter.acquire();
    await pause(50);
    for (const controller of controllers) controller.abort(new Error("enough"));
    for (const call of calls) await expect(call).rejects.toThrow("enough");
    await expect(limiter.acquire(AbortSignal.abort(new Error("before")))).rejects.toThrow("before");
    leaveAtOnce(place);
    leaveAtOnce(await next);
  });

  /** The processes that wait, by their order. On a limiter's own connection: after all that it has asked, and what followed. */
  async function line(client: Awaited<ReturnType<typeof connection>>, origin: string) {
    await client.ping();
    await new Promise(setImmediate);
    return client.zRangeWithScores(`qbench-sdk:{${origin}}:waiting`, 0, -1);
  }

  test("takes a process out of the line when the last who waited there gives up", async () => {
    const limits = { origin: tenant(), concurrent: 1 };
    const [{ limiter, client }, { limiter: other }] = [await limiterOf(limits), await limiterOf(limits)];
    const place = await other.acquire();
    const [one, rest] = [new AbortController(), new AbortController()];
    const first = limiter.acquire(one.signal);
    const others = [limiter.acquire(rest.signal), limiter.acquire(rest.signal)];
    await arrived(client, limits.origin, "waiting");
    const before = await line(client, limits.origin);
    one.abort(new Error("enough"));
    await expect(first).rejects.toThrow("enough");
    await expect(line(client, limits.origin)).resolves.toEqual(before);
    rest.abort(new Error("enough"));
    for (const call of others) await expect(call).rejects.toThrow("enough");
    await expect(line(client, limits.origin)).resolves.toEqual([]);
    leaveAtOnce(place);
  });

  test("takes a process out of the line when it asks its fallback instead", async () => {
    const another = await startRedis();
    closing.push(() => another.stop());
    const limits = { origin: tenant(), concurrent: 1 };
    const { limiter: other } = await limiterOf(limits, another.url);
    const { limiter, fallback, client } = await limiterOf({ ...limits, commandTimeoutMs: 200 }, another.url);
    const place = await other.acquire();
    another.process.kill("SIGSTOP");
    leaveAtOnce(await limiter.acquire());
    expect(fallback.acquire).toHaveBeenCalledTimes(1);
    another.process.kill("SIGCONT");
    await expect(line(client, limits.origin)).resolves.toEqual([]);
    leaveAtOnce(place);
  });

  test("counts no call that was given up while Redis was asked", async () => {
    const { limiter } = await limiterOf({ origin: tenant(), requests: 1 });
    const controller = new AbortController();
    const call = limiter.acquire(controller.signal);
    await Promise.resolve();
    await Promise.resolve();
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    leaveAtOnce(await limiter.acquire());
  });

  test("holds the whole fleet when one of it was refused, and adopts the smaller rate", async () => {
    const origin = tenant();
    const { limiter: one, fallback, client } = await limiterOf({ origin });
    const { limiter: two } = await limiterOf({ origin });
    const began = performance.now();
    const refusal = { kind: "rate", limit: 2, windowMs: 2000, retryAfterMs: 1500 } as const;
    one.update(refusal);
    expect(fallback.update).toHaveBeenCalledWith(refusal);
    await arrived(client, origin, "paused");
    leaveAtOnce(await two.acquire());
    expect(performance.now() - began).toBeGreaterThan(1490);
    leaveAtOnce(await one.acquire());
    const second = performance.now();
    leaveAtOnce(await one.acquire());
    expect(performance.now() - second).toBeGreaterThan(1900);
  });

  test("lends a place of the fleet to others when it is refused within its limit", async () => {
    const limits = { origin: tenant(), concurrent: 2, windowMs: 2000 };
    const [{ limiter: one, client }, { limiter: two }] = [await limiterOf(limits), await limiterOf(limits)];
    const began = performance.now();
    one.update({ kind: "concurrency", limit: 10 });
    await arrived(client, limits.origin, "lent");
    const [first, second] = await Promise.all([two.acquire(), two.acquire()]);
    expect(performance.now() - began).toBeGreaterThan(1900);
    leaveAtOnce(first);
    leaveAtOnce(second);
  });

  test("leaves nothing in Redis for ever", async () => {
    const origin = tenant();
    const { limiter, client } = await limiterOf({ origin, concurrent: 1, windowMs: 100, leaseMs: 100 });
    const place = await limiter.acquire();
    const waiting = limiter.acquire();
    limiter.update({ kind: "concurrency", limit: 10, retryAfterMs: 50 });
    await pause(20);
    leaveAtOnce(place);
    leaveAtOnce(await waiting);
    await vi.waitFor(async () => expect(await client.keys(`*${origin}*`)).toEqual([]), { timeout: 10_000 });
  });

  test("asks the fallback while Redis is away, says so, and comes back", async () => {
    const another = await startRedis();
    closing.push(() => another.stop());
    const errors: QBenchRedisError[] = [];
    const onError = (error: QBenchRedisError) => {
      errors.push(error);
      throw new Error("a mistake");
    };
    const options = { origin: tenant(), commandTimeoutMs: 200, onError };
    const { limiter, fallback } = await limiterOf(options, another.url);
    another.process.kill("SIGSTOP");
    leaveAtOnce(await limiter.acquire());
    leaveAtOnce(await limiter.acquire());
    expect(fallback.acquire).toHaveBeenCalledTimes(2);
    expect(errors[0]).toBeInstanceOf(QBenchRedisError);
    expect(errors[0]?.message).toBe("Redis did not answer within 200 ms");
    another.process.kill("SIGCONT");
    await vi.waitFor(
      async () => {
        const asked = fallback.acquire.mock.calls.length;
        leaveAtOnce(await limiter.acquire());
        expect(fallback.acquire).toHaveBeenCalledTimes(asked);
      },
      { timeout: 10_000 },
    );
  });

  test.each(["redis", "redis, pooled", "ioredis"])("holds no place that came too late, by %s", async by => {
    const another = await startRedis();
    closing.push(() => another.stop());
    const options = { origin: tenant(), fallback: unlimited(), commandTimeoutMs: 200 };
    const observer = await connection(another.url);
    const limiter = redisLimiter(await clientOf(by, another.url), options);
    another.process.kill("SIGSTOP");
    leaveAtOnce(await limiter.acquire());
    expect(options.fallback.acquire).toHaveBeenCalledTimes(1);
    // By then it is too late for what was sent to undo it, too.
    await expect(redisTokenStore(observer, { commandTimeoutMs: 300 }).get("key")).rejects.toThrow(QBenchRedisError);
    another.process.kill("SIGCONT");
    const patience = { timeout: 5000, interval: 5 };
    await vi.waitFor(async () => expect(await observer.info("commandstats")).toContain("cmdstat_eval:"), patience);
    const kept = ["calls", "leases", "waiting", "seen"].map(part => `qbench-sdk:{${options.origin}}:${part}`);
    await vi.waitFor(async () => expect(await observer.exists(kept)).toBe(0), patience);
  });

  test.each([
    ["requests", { requests: 0 }],
    ["concurrent", { concurrent: 1.5 }],
    ["windowMs", { windowMs: Number.NaN }],
    ["leaseMs", { leaseMs: -1 }],
    ["a client of `redis`", {}],
  ])("names %s when it cannot be right", async (setting, options) => {
    const client = setting.includes("redis") ? ({} as Redis) : await connection();
    const create = () => redisLimiter(client, { origin: tenant(), fallback: unlimited(), ...options });
    expect(create).toThrow(TypeError);
    expect(create).toThrow(setting);
  });
});
