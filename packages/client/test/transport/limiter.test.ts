import { QBenchInputError } from "@qbench-sdk/auth/internal";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createLimiter, type Limiter, type Limits, type Slot } from "../../src/transport/limiter.ts";
import { sharedLimiter } from "../../src/transport/shared-limiter.ts";
import { countListeners } from "../support/listeners.ts";
import { isEdgeWorker } from "../support/runtime.ts";
import { type SimulatedRequest, simulateServer } from "../support/simulated-server.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const defaults = { concurrent: 10, requests: 300, windowMs: 60_000 };

/** Returns a free slot, and fails if a request would have to wait for one. */
function acquireNow(limiter: Limiter): Slot {
  const slot = limiter.acquire();
  if (slot instanceof Promise) throw new Error("all slots are taken");
  return slot;
}

/** Returns a free slot, or undefined if a request would have to wait for one. */
function tryToAcquire(limiter: Limiter): Slot | undefined {
  const controller = new AbortController();
  const slot = limiter.acquire(controller.signal);
  if (!(slot instanceof Promise)) return slot;
  slot.catch(() => {});
  controller.abort();
  return undefined;
}

describe("createLimiter", () => {
  it("the limiter has one listener on a signal with which many requests wait, and none after their slots came", async () => {
    const limiter = createLimiter({ concurrent: 1 });
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    const first = acquireNow(limiter);
    const waiting = Array.from({ length: 20 }, async () => (await limiter.acquire(signal)).release());
    expect(listeners()).toBe(1);
    first.release();
    await Promise.all(waiting);
    expect(listeners()).toBe(0);
  });

  it("the limiter has no listener on a signal that was aborted, and the next request gets the slot", async () => {
    const limiter = createLimiter({ concurrent: 1 });
    const controller = new AbortController();
    const listeners = countListeners(controller.signal);
    const first = acquireNow(limiter);
    const aborted = Array.from({ length: 3 }, () => limiter.acquire(controller.signal));
    const next = limiter.acquire();
    controller.abort(new Error("enough"));
    for (const each of aborted) await expect(each).rejects.toThrow("enough");
    expect(listeners()).toBe(0);
    first.release();
    (await next).release();
  });

  const latency = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 20_000 }));
  const request: fc.Arbitrary<SimulatedRequest> = fc.record({
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

  it("the limiter keeps both limits in any window, whenever the server counts a request, and admits every request", async () => {
    await fc.assert(
      fc.asyncProperty(limits, fc.array(request, { minLength: 1, maxLength: 120 }), async (limits, requests) => {
        const limiter = createLimiter(limits);
        const server = simulateServer(limits);
        const done = Promise.all(requests.map(each => server.send(limiter, each)));
        await vi.runAllTimersAsync();
        const sent = await done;
        expect(server.seen.rejected).toBe(0);
        expect(server.seen.maxInWindow).toBeLessThanOrEqual(limits.requests);
        expect(server.seen.maxConcurrent).toBeLessThanOrEqual(limits.concurrent);
        // Only aborted requests may be left unsent.
        expect(sent.every((at, i) => at !== undefined || requests[i]?.abortAt !== undefined)).toBe(true);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it("the limiter admits requests in the order of their arrival", async () => {
    await fc.assert(
      fc.asyncProperty(limits, fc.array(request, { minLength: 2, maxLength: 80 }), async (limits, requests) => {
        const limiter = createLimiter(limits);
        const server = simulateServer(limits);
        const inOrder = requests.toSorted((a, b) => a.at - b.at);
        const done = Promise.all(inOrder.map(each => server.send(limiter, each)));
        await vi.runAllTimersAsync();
        const sent = (await done).filter(at => at !== undefined);
        expect(sent).toEqual(sent.toSorted((a, b) => a - b));
      }),
      { numRuns: 100 },
    );
  });

  it("the limiter lets no request overtake the queue, even if the timer of the queue is late", async () => {
    let now = 0;
    const limiter = createLimiter({ requests: 1, windowMs: 1000 }, { now: () => now });
    acquireNow(limiter).release();
    const waiting = limiter.acquire();
    now = 1500;
    expect(tryToAcquire(limiter)).toBeUndefined();
    await waiting;
  });

  it("the limiter reaches 98% of the allowed rate with a backlog", async () => {
    const limiter = createLimiter();
    const server = simulateServer(defaults);
    const requests = Array.from({ length: 1500 }, () => server.send(limiter, { at: 0, up: 25, down: 25, body: 0 }));
    await vi.runAllTimersAsync();
    const sent = (await Promise.all(requests)).filter(at => at !== undefined);
    expect(server.seen).toEqual({ maxInWindow: 300, maxConcurrent: 10, rejected: 0 });
    const [first = 0, last = 0] = [sent[299], sent[1499]];
    expect(1200 / ((last - first) / 60_000) / 300).toBeGreaterThan(0.98);
  });

  it("the limiter adopts the lower limits of a server from its first 429s, and gets no further 429", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          concurrent: fc.constant(10),
          requests: fc.integer({ min: 5, max: 40 }),
          windowMs: fc.integer({ min: 10, max: 60 }).map(seconds => seconds * 1000),
        }),
        fc.array(request, { minLength: 100, maxLength: 200 }),
        async (limits, requests) => {
          const limiter = createLimiter();
          const server = simulateServer(limits);
          const done = Promise.all(
            requests.map(({ up, down }) => server.send(limiter, { at: 0, up: up % 200, down: down % 200, body: 0 })),
          );
          await vi.runAllTimersAsync();
          await done;
          // These requests were in flight when the first 429 arrived.
          expect(server.seen.rejected).toBeLessThanOrEqual(10);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("the limiter returns a free slot immediately, without a promise", () => {
    const limiter = createLimiter({ concurrent: 2 });
    acquireNow(limiter);
    acquireNow(limiter);
    expect(tryToAcquire(limiter)).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("the limiter counts a request until a window after the release of its slot, which counts once", async () => {
    const limiter = createLimiter({ requests: 1, windowMs: 1000 });
    const slot = acquireNow(limiter);
    vi.advanceTimersByTime(5000);
    expect(tryToAcquire(limiter)).toBeUndefined();
    slot.release();
    slot.release();
    vi.advanceTimersByTime(1000);
    expect(tryToAcquire(limiter)).toBeUndefined();
    vi.advanceTimersByTime(2);
    acquireNow(limiter).release();
  });

  it("the limiter keeps a timer only while a request waits", async () => {
    const limiter = createLimiter({ requests: 1, windowMs: 1000 });
    acquireNow(limiter).release();
    expect(vi.getTimerCount()).toBe(0);
    const controllers = [new AbortController(), new AbortController()];
    const slots = controllers.map(({ signal }) => limiter.acquire(signal));
    expect(vi.getTimerCount()).toBe(1);
    for (const controller of controllers) controller.abort(new Error("enough"));
    await expect(Promise.allSettled(slots)).resolves.toMatchObject([
      { reason: { message: "enough" } },
      { reason: { message: "enough" } },
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("the limiter rejects an aborted request with the reason of its signal, and leaves no listener on the signal", async () => {
    const limiter = createLimiter({ concurrent: 1 });
    const slot = acquireNow(limiter);
    const { signal } = new AbortController();
    const [add, remove] = [vi.spyOn(signal, "addEventListener"), vi.spyOn(signal, "removeEventListener")];
    const waiting = limiter.acquire(signal);
    const controller = new AbortController();
    const aborted = limiter.acquire(controller.signal);
    const reason = { its: "own" };
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    await expect(limiter.acquire(controller.signal)).rejects.toBe(reason);
    slot.release();
    await waiting;
    expect(add).toHaveBeenCalledTimes(1);
    expect(remove.mock.calls).toEqual(add.mock.calls.map(([type, listener]) => [type, listener]));
  });

  it("the limiter holds all requests for as long as a 429 asks, up to one window", async () => {
    const limiter = createLimiter({ windowMs: 10_000 });
    limiter.update({ kind: "rate", limit: 300, windowMs: 10_000, count: 350, retryAfterMs: 7000 });
    vi.advanceTimersByTime(6999);
    expect(tryToAcquire(limiter)).toBeUndefined();
    const waiting = limiter.acquire();
    vi.advanceTimersByTime(1);
    await waiting;
    limiter.update({ kind: "unknown", retryAfterMs: 86_400_000 });
    vi.advanceTimersByTime(10_000);
    acquireNow(limiter);
  });

  /** Counts how many requests fit into the window. */
  const countRoom = (limiter: Limiter): number => {
    for (let room = 0; ; room++) {
      const slot = tryToAcquire(limiter);
      if (!slot) return room;
      slot.release();
    }
  };

  it.each<[string, Limits, { limit: number; windowMs: number }, number]>([
    ["a lower rate", {}, { limit: 20, windowMs: 60_000 }, 20],
    ["a higher rate, if none was configured", {}, { limit: 500, windowMs: 60_000 }, 500],
    ["the configured rate, if that is lower", { requests: 30 }, { limit: 500, windowMs: 60_000 }, 30],
    ["a rate lower than the configured one", { requests: 30 }, { limit: 20, windowMs: 60_000 }, 20],
    ["the slower rate, whatever the window", { requests: 30 }, { limit: 100, windowMs: 3_600_000 }, 100],
  ])("the limiter adopts %s after a 429", (_, limits, rate, room) => {
    const limiter = createLimiter(limits);
    limiter.update({ kind: "rate", ...rate });
    expect(countRoom(limiter)).toBe(room);
  });

  /** Counts how many slots are free. */
  const countSlots = (limiter: Limiter): number => {
    const slots: Slot[] = [];
    for (let slot = tryToAcquire(limiter); slot; slot = tryToAcquire(limiter)) slots.push(slot);
    for (const slot of slots) slot.release();
    return slots.length;
  };

  it("the limiter adopts a lower concurrency, goes one lower with each further 429, and back up by one a window", () => {
    const limiter = createLimiter({ requests: 10_000 });
    limiter.update({ kind: "concurrency", limit: 20 });
    expect(countSlots(limiter)).toBe(9);
    vi.advanceTimersByTime(60_000);
    expect(countSlots(limiter)).toBe(10);
    limiter.update({ kind: "concurrency", limit: 3 });
    expect(countSlots(limiter)).toBe(3);
    for (let i = 0; i < 5; i++) limiter.update({ kind: "concurrency", limit: 3 });
    expect(countSlots(limiter)).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(countSlots(limiter)).toBe(2);
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(60_000);
      countSlots(limiter);
    }
    expect(countSlots(limiter)).toBe(3);
  });

  it.each<[string, Limits]>([
    ["limits.concurrent", { concurrent: 0 }],
    ["limits.requests", { requests: 1.5 }],
    ["limits.requests", { requests: Number.NaN }],
    ["limits.windowMs", { windowMs: 2 ** 31 }],
  ])("the limiter names the option %s if it is invalid", (setting, limits) => {
    expect(() => createLimiter(limits)).toThrow(QBenchInputError);
    expect(() => createLimiter(limits)).toThrow(setting);
  });

  it.skipIf(isEdgeWorker)("one limiter serves all clients of a tenant, with the lower of their limits", () => {
    const one = sharedLimiter("https://one.example");
    expect(sharedLimiter("https://one.example", { concurrent: 4, requests: 50 })).toBe(one);
    expect(sharedLimiter("https://one.example", { concurrent: 6, requests: 20 })).toBe(one);
    expect(countSlots(one)).toBe(4);
    expect(countRoom(one)).toBe(16);
    expect(sharedLimiter("https://two.example")).not.toBe(one);
    expect(() => sharedLimiter("https://one.example", { requests: -1 })).toThrow(QBenchInputError);
  });

  it("each client has its own limiter on edge workers, where one request cannot wait for another", () => {
    vi.stubGlobal("navigator", { userAgent: "Cloudflare-Workers" });
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(sharedLimiter("https://one.example")).not.toBe(sharedLimiter("https://one.example"));
  });

  it("the limiter admits 10,000 waiting requests in order while as many are aborted, in linear time", async () => {
    const limiter = createLimiter({ requests: 100_000, windowMs: 1000 });
    const order: number[] = [];
    const controllers: AbortController[] = [];
    const slots = Array.from({ length: 20_000 }, async (_, i) => {
      const controller = new AbortController();
      if (i % 2) controllers.push(controller);
      const slot = await limiter.acquire(controller.signal);
      order.push(i);
      slot.release();
    });
    for (const controller of controllers) controller.abort();
    await Promise.allSettled(slots);
    expect(order).toHaveLength(10_005);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });
});
