import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { QBenchInputError } from "../../src/errors/input-error.ts";
import { createLimiter, type Limiter, type Limits, type Slot } from "../../src/transport/limiter.ts";
import { sharedLimiter } from "../../src/transport/shared-limiter.ts";
import { isEdgeWorker } from "../support/runtime.ts";
import { type SimulatedCall, simulateServer } from "../support/simulated-server.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const vendor = { concurrent: 10, requests: 300, windowMs: 60_000 };

/** Enters, and fails unless there is a place at once. */
function enterNow(limiter: Limiter): Slot {
  const place = limiter.acquire();
  if (place instanceof Promise) throw new Error("there is no place");
  return place;
}

/** A place, or undefined where one would have to wait for it. */
function tryToEnter(limiter: Limiter): Slot | undefined {
  const controller = new AbortController();
  const place = limiter.acquire(controller.signal);
  if (!(place instanceof Promise)) return place;
  place.catch(() => {});
  controller.abort();
  return undefined;
}

const leaveAtOnce = (limiter: Limiter): void => {
  const place = enterNow(limiter);
  place.onResponse();
  place.release();
};

describe("a limiter", () => {
  const latency = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 20_000 }));
  const call: fc.Arbitrary<SimulatedCall> = fc.record({
    at: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100_000 })),
    up: latency,
    down: latency,
    body: latency,
    abortAt: fc.option(fc.integer({ min: 0, max: 50_000 }), { nil: undefined, freq: 4 }),
  });
  const limits = fc.record({
    concurrent: fc.integer({ min: 1, max: 12 }),
    requests: fc.integer({ min: 1, max: 40 }),
    windowMs: fc.integer({ min: 1000, max: 60_000 }),
  });

  it("never lets a server count more in any window, nor more at once, whenever it counts them; nobody starves", async () => {
    await fc.assert(
      fc.asyncProperty(limits, fc.array(call, { minLength: 1, maxLength: 120 }), async (limits, calls) => {
        const limiter = createLimiter(limits);
        const server = simulateServer(limits);
        const done = Promise.all(calls.map(each => server.call(limiter, each)));
        await vi.runAllTimersAsync();
        const sent = await done;
        expect(server.seen.refused).toBe(0);
        expect(server.seen.mostInWindow).toBeLessThanOrEqual(limits.requests);
        expect(server.seen.mostAtOnce).toBeLessThanOrEqual(limits.concurrent);
        // Only those who gave up were not sent.
        expect(sent.every((at, i) => at !== undefined || calls[i]?.abortAt !== undefined)).toBe(true);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it("sends in the order that the calls came", async () => {
    await fc.assert(
      fc.asyncProperty(limits, fc.array(call, { minLength: 2, maxLength: 80 }), async (limits, calls) => {
        const limiter = createLimiter(limits);
        const server = simulateServer(limits);
        const inOrder = calls.toSorted((a, b) => a.at - b.at);
        const done = Promise.all(inOrder.map(each => server.call(limiter, each)));
        await vi.runAllTimersAsync();
        const sent = (await done).filter(at => at !== undefined);
        expect(sent).toEqual(sent.toSorted((a, b) => a - b));
      }),
      { numRuns: 100 },
    );
  });

  it("lets nobody pass those who wait, though their turn has come and their timer is late", async () => {
    let now = 0;
    const limiter = createLimiter({ requests: 1, windowMs: 1000 }, { now: () => now });
    leaveAtOnce(limiter);
    const waiting = limiter.acquire();
    now = 1500;
    expect(tryToEnter(limiter)).toBeUndefined();
    await waiting;
  });

  it("reaches the allowed rate with a backlog", async () => {
    const limiter = createLimiter();
    const server = simulateServer(vendor);
    const calls = Array.from({ length: 1500 }, () => server.call(limiter, { at: 0, up: 25, down: 25, body: 0 }));
    await vi.runAllTimersAsync();
    const sent = (await Promise.all(calls)).filter(at => at !== undefined);
    expect(server.seen).toEqual({ mostInWindow: 300, mostAtOnce: 10, refused: 0 });
    const [first = 0, last = 0] = [sent[299], sent[1499]];
    expect(1200 / ((last - first) / 60_000) / 300).toBeGreaterThan(0.98);
  });

  it("learns a server's smaller limits from its first refusals, and is refused no more", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          concurrent: fc.constant(10),
          requests: fc.integer({ min: 5, max: 40 }),
          windowMs: fc.integer({ min: 10, max: 60 }).map(seconds => seconds * 1000),
        }),
        fc.array(call, { minLength: 100, maxLength: 200 }),
        async (limits, calls) => {
          const limiter = createLimiter();
          const server = simulateServer(limits);
          const done = Promise.all(
            calls.map(({ up, down }) => server.call(limiter, { at: 0, up: up % 200, down: down % 200, body: 0 })),
          );
          await vi.runAllTimersAsync();
          await done;
          // Those that were under way when the first came back.
          expect(server.seen.refused).toBeLessThanOrEqual(10);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("gives a place at once, without a promise, while there is one", () => {
    const limiter = createLimiter({ concurrent: 2 });
    enterNow(limiter);
    enterNow(limiter);
    expect(tryToEnter(limiter)).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("counts a call until a window after its answer, and its place until it leaves", async () => {
    const limiter = createLimiter({ requests: 1, windowMs: 1000 });
    const place = enterNow(limiter);
    vi.advanceTimersByTime(5000);
    expect(tryToEnter(limiter)).toBeUndefined();
    place.onResponse();
    place.onResponse();
    place.release();
    place.release();
    vi.advanceTimersByTime(1000);
    expect(tryToEnter(limiter)).toBeUndefined();
    vi.advanceTimersByTime(2);
    leaveAtOnce(limiter);
  });

  it("keeps a timer only while somebody waits", async () => {
    const limiter = createLimiter({ requests: 1, windowMs: 1000 });
    leaveAtOnce(limiter);
    expect(vi.getTimerCount()).toBe(0);
    const controllers = [new AbortController(), new AbortController()];
    const places = controllers.map(({ signal }) => limiter.acquire(signal));
    expect(vi.getTimerCount()).toBe(1);
    for (const controller of controllers) controller.abort(new Error("enough"));
    await expect(Promise.allSettled(places)).resolves.toMatchObject([
      { reason: { message: "enough" } },
      { reason: { message: "enough" } },
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("lets go of who gives up, with the signal's own reason, and leaves nothing on the signal", async () => {
    const limiter = createLimiter({ concurrent: 1 });
    const place = enterNow(limiter);
    const { signal } = new AbortController();
    const [add, remove] = [vi.spyOn(signal, "addEventListener"), vi.spyOn(signal, "removeEventListener")];
    const waiting = limiter.acquire(signal);
    const controller = new AbortController();
    const givingUp = limiter.acquire(controller.signal);
    const reason = { its: "own" };
    controller.abort(reason);
    await expect(givingUp).rejects.toBe(reason);
    await expect(limiter.acquire(controller.signal)).rejects.toBe(reason);
    place.onResponse();
    place.release();
    await waiting;
    expect(add).toHaveBeenCalledTimes(1);
    expect(remove.mock.calls).toEqual(add.mock.calls.map(([type, listener]) => [type, listener]));
  });

  it("holds all calls until the time that a refusal names, and no longer than a window", async () => {
    const limiter = createLimiter({ windowMs: 10_000 });
    limiter.update({ kind: "rate", limit: 300, windowMs: 10_000, count: 350, retryAfterMs: 7000 });
    vi.advanceTimersByTime(6999);
    expect(tryToEnter(limiter)).toBeUndefined();
    const waiting = limiter.acquire();
    vi.advanceTimersByTime(1);
    await waiting;
    limiter.update({ kind: "unknown", retryAfterMs: 86_400_000 });
    vi.advanceTimersByTime(10_000);
    enterNow(limiter);
  });

  const roomOf = (limiter: Limiter): number => {
    for (let room = 0; ; room++) {
      const place = tryToEnter(limiter);
      if (!place) return room;
      place.onResponse();
      place.release();
    }
  };

  it.each<[string, Limits, { limit: number; windowMs: number }, number]>([
    ["a smaller one", {}, { limit: 20, windowMs: 60_000 }, 20],
    ["a larger one, when none was given", {}, { limit: 500, windowMs: 60_000 }, 500],
    ["the given one, when that is smaller", { requests: 30 }, { limit: 500, windowMs: 60_000 }, 30],
    ["a smaller one than was given", { requests: 30 }, { limit: 20, windowMs: 60_000 }, 20],
    ["the slower one, whatever the window", { requests: 30 }, { limit: 100, windowMs: 3_600_000 }, 100],
  ])("adopts the rate that a refusal names: %s", (_, limits, refusal, room) => {
    const limiter = createLimiter(limits);
    limiter.update({ kind: "rate", ...refusal });
    expect(roomOf(limiter)).toBe(room);
  });

  const atOnce = (limiter: Limiter): number => {
    const places: Slot[] = [];
    for (let place = tryToEnter(limiter); place; place = tryToEnter(limiter)) places.push(place);
    for (const place of places) {
      place.onResponse();
      place.release();
    }
    return places.length;
  };

  it("adopts a smaller number at once; refused within it, it goes one lower, and back up by one a window", () => {
    const limiter = createLimiter({ requests: 10_000 });
    limiter.update({ kind: "concurrency", limit: 20 });
    expect(atOnce(limiter)).toBe(9);
    vi.advanceTimersByTime(60_000);
    expect(atOnce(limiter)).toBe(10);
    limiter.update({ kind: "concurrency", limit: 3 });
    expect(atOnce(limiter)).toBe(3);
    for (let i = 0; i < 5; i++) limiter.update({ kind: "concurrency", limit: 3 });
    expect(atOnce(limiter)).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(atOnce(limiter)).toBe(2);
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(60_000);
      atOnce(limiter);
    }
    expect(atOnce(limiter)).toBe(3);
  });

  it.each<[string, Limits]>([
    ["limits.concurrent", { concurrent: 0 }],
    ["limits.requests", { requests: 1.5 }],
    ["limits.requests", { requests: Number.NaN }],
    ["limits.windowMs", { windowMs: 2 ** 31 }],
  ])("names %s when it cannot be right", (setting, limits) => {
    expect(() => createLimiter(limits)).toThrow(QBenchInputError);
    expect(() => createLimiter(limits)).toThrow(setting);
  });

  it.skipIf(isEdgeWorker)("is one for all clients of a tenant, with the smaller of what they were given", () => {
    const one = sharedLimiter("https://one.example");
    expect(sharedLimiter("https://one.example", { concurrent: 4, requests: 50 })).toBe(one);
    expect(sharedLimiter("https://one.example", { concurrent: 6, requests: 20 })).toBe(one);
    expect(atOnce(one)).toBe(4);
    expect(roomOf(one)).toBe(16);
    expect(sharedLimiter("https://two.example")).not.toBe(one);
    expect(() => sharedLimiter("https://one.example", { requests: -1 })).toThrow(QBenchInputError);
  });

  it("is each client's own on edge workers, where one request cannot wait for another", () => {
    vi.stubGlobal("navigator", { userAgent: "Cloudflare-Workers" });
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(sharedLimiter("https://one.example")).not.toBe(sharedLimiter("https://one.example"));
  });

  it("serves ten thousand who wait, and as many who give up, in linear time", async () => {
    const limiter = createLimiter({ requests: 100_000, windowMs: 1000 });
    const order: number[] = [];
    const controllers: AbortController[] = [];
    const places = Array.from({ length: 20_000 }, async (_, i) => {
      const controller = new AbortController();
      if (i % 2) controllers.push(controller);
      const place = await limiter.acquire(controller.signal);
      order.push(i);
      place.onResponse();
      place.release();
    });
    for (const controller of controllers) controller.abort();
    await Promise.allSettled(places);
    expect(order).toHaveLength(10_005);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });
});
