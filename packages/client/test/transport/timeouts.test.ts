import { ReplayableRequest } from "@qbench-sdk/auth";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { QBenchTimeoutError } from "../../src/errors/timeout-error.js";
import { QBenchInputError, type Timeouts } from "../../src/index.js";
import type { FetchLike } from "../../src/transport/fetch-like.js";
import { readTimeouts } from "../../src/transport/timeouts.js";
import { countListeners } from "../support/listeners.js";
import { nextMacrotask } from "../support/runtime.js";
import { createTransportTestClient, transport, useFakeTimers } from "../support/transport.js";

const path = "/qbench/api/v2/teams";
const url = `https://lab.example${path}?name=Jane`;
const get = () => new ReplayableRequest(url);
const post = () => new ReplayableRequest(url, { method: "POST", body: "[1]" });

/** Creates a fetch that never responds, and records the signals of its calls. */
function silentFetch({ usesSignal = true } = {}) {
  const signals: AbortSignal[] = [];
  const fetch: FetchLike = (_request, init) =>
    new Promise((_, reject) => {
      const signal = init?.signal;
      if (!signal) throw new Error("no signal");
      signals.push(signal);
      if (usesSignal) signal.addEventListener("abort", () => reject(signal.reason));
    });
  return { fetch, signals };
}

/** Creates a body that starts and never ends. An abort breaks it, as fetch does. */
const halfBody = (signal: AbortSignal | null | undefined): ReadableStream =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"data":'));
      signal?.addEventListener("abort", () => controller.error(signal.reason));
    },
  });

const noRetry = { retry: false as const };

/** Advances the time. Returns what a promise has settled to by then, or "pending". */
async function outcomeAfter(ms: number, call: Promise<unknown>): Promise<unknown> {
  let outcome: unknown = "pending";
  call.then(
    value => {
      outcome = value;
    },
    error => {
      outcome = error;
    },
  );
  await vi.advanceTimersByTimeAsync(ms);
  return outcome;
}

beforeEach(useFakeTimers);
afterEach(() => {
  // First, because a test spies on a faked timer.
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("the transport with attemptMs", () => {
  it.each([true, false])("ends an attempt without a response (fetch uses its signal: %s)", async usesSignal => {
    const { fetch, signals } = silentFetch({ usesSignal });
    const call = transport(fetch, noRetry)(get());
    expect(await outcomeAfter(89_999, call)).toBe("pending");
    const error = await outcomeAfter(1, call);
    expect(error).toBeInstanceOf(QBenchTimeoutError);
    expect(error).toMatchObject({ name: "QBenchTimeoutError", phase: "attempt", limitMs: 90_000, method: "GET", path });
    expect(String(error)).toBe(
      `QBenchTimeoutError: GET ${path} failed: the response took more than 90000 ms (timeouts.attemptMs). It is safe to send the request again.`,
    );
    expect(signals[0]?.reason).toBe(error);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([true, false])("ends an attempt whose body takes too long (fetch uses its signal: %s)", async usesSignal => {
    let signal: AbortSignal | null | undefined;
    const fetch: FetchLike = async (_, init) => {
      signal = init?.signal;
      await new Promise(resolve => setTimeout(resolve, 1500));
      return new Response(halfBody(usesSignal ? signal : undefined));
    };
    const call = transport(fetch, { ...noRetry, timeouts: { attemptMs: 2000 } })(get());
    expect(await outcomeAfter(1999, call)).toBe("pending");
    const error = await outcomeAfter(1, call);
    expect(error).toMatchObject({ phase: "attempt", limitMs: 2000, path });
    expect(signal?.reason).toBe(error);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends each attempt of a read by itself, and the next attempt gets a signal that is not aborted", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { fetch, signals } = silentFetch();
    const onEvent = vi.fn();
    const call = transport(fetch, { timeouts: { attemptMs: 1000 }, onEvent })(get());
    expect(await outcomeAfter(3999, call)).toBe("pending");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, false]);
    // Each wait takes a timer, which rounds up to 1 ms.
    expect(await outcomeAfter(10, call)).toMatchObject({ phase: "attempt" });
    expect(signals).toHaveLength(4);
    expect(onEvent).toHaveBeenNthCalledWith(1, {
      type: "retry",
      method: "GET",
      path,
      attempt: 2,
      code: "timeout",
      waitMs: 0,
    });
  });

  it("ends a write without a retry, because QBench may have executed it", async () => {
    const { fetch, signals } = silentFetch();
    expect(await outcomeAfter(90_000, transport(fetch)(post()))).toMatchObject({
      phase: "attempt",
      method: "POST",
      message: expect.stringContaining("QBench may have executed the request: check before you send it again."),
    });
    expect(signals).toHaveLength(1);
  });

  it("ends a request that the emulator delays", async () => {
    const { client, emulator, arrived } = createTransportTestClient({}, { ...noRetry, timeouts: { attemptMs: 5000 } });
    await client.GET(path);
    emulator.faults.add({ on: "api", latencyMs: 6000 });
    const call = client.GET(path);
    call.catch(() => {});
    // The emulator sets its timer when the request has arrived.
    await vi.waitFor(() => expect(arrived).toHaveLength(2));
    expect(await outcomeAfter(5000, call)).toMatchObject({ phase: "attempt" });
  });

  it("discards a response that arrives after the timeout", async () => {
    const cancel = vi.fn();
    const fetch: FetchLike = async () => {
      await new Promise(resolve => setTimeout(resolve, 100_000));
      return new Response(new ReadableStream({ cancel }));
    };
    expect(await outcomeAfter(90_000, transport(fetch, noRetry)(get()))).toBeInstanceOf(QBenchTimeoutError);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(cancel).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the transport with totalMs", () => {
  it("limits all attempts together, and ends the current one", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { fetch, signals } = silentFetch();
    const call = transport(fetch, { timeouts: { attemptMs: 1000, totalMs: 2500 } })(get());
    expect(await outcomeAfter(2499, call)).toBe("pending");
    const error = await outcomeAfter(1, call);
    expect(error).toMatchObject({ phase: "total", limitMs: 2500, requestSent: true });
    expect(String(error)).toContain("the call with its retries took more than 2500 ms (timeouts.totalMs)");
    expect(signals).toHaveLength(3);
    expect(signals[2]?.reason).toBe(error);
  });

  it("limits the response body as well", async () => {
    const fetch: FetchLike = async (_, init) => {
      await new Promise(resolve => setTimeout(resolve, 1500));
      return new Response(halfBody(init?.signal));
    };
    const call = transport(fetch, { timeouts: { totalMs: 2000 } })(get());
    expect(await outcomeAfter(1999, call)).toBe("pending");
    expect(await outcomeAfter(1, call)).toMatchObject({ phase: "total", limitMs: 2000 });
  });
});

describe("the transport with false as a timeout", () => {
  it("never ends a call if both timeouts are false", async () => {
    const off: Timeouts = { attemptMs: false, totalMs: false };
    for (const fetch of [silentFetch().fetch, async () => new Response(halfBody(undefined))]) {
      const call = transport(fetch, { timeouts: off })(get());
      await vi.advanceTimersByTimeAsync(0);
      expect(vi.getTimerCount()).toBe(0);
      expect(await outcomeAfter(2 ** 31, call)).toBe("pending");
    }
  });

  it.each([
    ["total", { attemptMs: false, totalMs: 3000 }],
    ["attempt", { attemptMs: 3000, totalMs: false }],
  ] as const)("applies the other timeout: %s", async (phase, timeouts) => {
    const fetch = async () => new Response(halfBody(undefined));
    const call = transport(fetch, { ...noRetry, timeouts })(get());
    expect(await outcomeAfter(2999, call)).toBe("pending");
    expect(await outcomeAfter(1, call)).toMatchObject({ phase });
  });
});

describe("readTimeouts", () => {
  it("accepts whole milliseconds that a timer can be set for, and rejects other values", () => {
    expect(readTimeouts()).toEqual({ attemptMs: 90_000, totalMs: 600_000 });
    expect(readTimeouts({ totalMs: false, attemptMs: undefined })).toEqual({ attemptMs: 90_000, totalMs: Infinity });
    for (const invalid of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 31, "1000" as never, true as never, null as never]) {
      expect(() => readTimeouts({ totalMs: invalid })).toThrow(QBenchInputError);
      expect(() => readTimeouts({ totalMs: invalid })).toThrow(/^timeouts\.totalMs must be a whole number/);
    }
  });
});

describe("the cost of a call", () => {
  it("a call sets one timer and clears it, and adds no listener to a signal, if the caller passed no signal", async () => {
    const setTimer = vi.spyOn(globalThis, "setTimeout");
    const request = get();
    const addListener = vi.spyOn(EventTarget.prototype, "addEventListener");
    const response = await transport(async () => Response.json({ a: 1 }))(request);
    expect(setTimer).toHaveBeenCalledOnce();
    expect(addListener).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
    expect(await response.json()).toEqual({ a: 1 });
  });

  it("a call has one timer at a time, over all its attempts and waits", async () => {
    const timers: number[] = [];
    const statuses = [503, 429, 200];
    const fetch = transport(
      async () => {
        timers.push(vi.getTimerCount());
        return new Response("{}", { status: statuses.shift() ?? 0 });
      },
      {
        onEvent({ waitMs }) {
          timers.push(vi.getTimerCount());
          queueMicrotask(() => vi.advanceTimersByTime(waitMs));
        },
      },
    );
    expect((await fetch(get())).status).toBe(200);
    expect(timers).toEqual([1, 0, 1, 0, 1]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the transport on an abort", () => {
  const reason = { my: "reason" };

  it.each([true, false])(
    "an abort ends a call immediately, with its reason (fetch uses its signal: %s)",
    async usesSignal => {
      const { fetch, signals } = silentFetch({ usesSignal });
      const abort = new AbortController();
      const call = transport(fetch)(new ReplayableRequest(url, { signal: abort.signal }));
      abort.abort(reason);
      await expect(call).rejects.toBe(reason);
      expect(signals[0]?.reason).toBe(reason);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it("an abort ends a call whose body is being read, with its reason", async () => {
    const abort = new AbortController();
    let signal: AbortSignal | null | undefined;
    const fetch: FetchLike = async (_, init) => {
      signal = init?.signal;
      return new Response(halfBody(signal));
    };
    const reading = transport(fetch)(new ReplayableRequest(url, { signal: abort.signal }));
    await nextMacrotask();
    abort.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(signal?.reason).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("a signal shared by 1000 calls has one listener, and none when the calls have ended", async () => {
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    const respond: (() => void)[] = [];
    const fetch = transport(() => new Promise(resolve => respond.push(() => resolve(Response.json({})))));
    const calls = Array.from({ length: 1000 }, () => fetch(get(), { signal }));
    expect(listeners()).toBe(1);
    for (const each of respond) each();
    for (const response of await Promise.all(calls)) await response.json();
    expect(listeners()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("a signal has no listener left after a call that was retried and a call that failed", async () => {
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    const statuses = [503, 503, 200];
    const fetch = transport(async () => new Response("{}", { status: statuses.shift() ?? 404 }), {
      onEvent: ({ waitMs }) => queueMicrotask(() => vi.advanceTimersByTime(waitMs)),
    });
    await (await fetch(get(), { signal })).text();
    expect(statuses).toEqual([]);
    const failing = transport(() => Promise.reject(new TypeError("fetch failed")));
    await expect(failing(post(), { signal })).rejects.toThrow("the connection broke");
    expect(listeners()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
