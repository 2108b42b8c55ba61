import { ReplayableRequest } from "@qbench-sdk/auth";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { QBenchTimeoutError } from "../../src/errors/timeout-error.js";
import { QBenchInputError, type Timeouts } from "../../src/index.js";
import type { FetchLike } from "../../src/transport/fetch-like.js";
import { readTimeouts } from "../../src/transport/timeouts.js";
import { countListeners } from "../support/listeners.js";
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
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("the transport with headersMs", () => {
  it.each([true, false])(
    "headersMs ends an attempt without a response (fetch uses its signal: %s)",
    async usesSignal => {
      const { fetch, signals } = silentFetch({ usesSignal });
      const call = transport(fetch, noRetry)(get());
      expect(await outcomeAfter(29_999, call)).toBe("pending");
      const error = await outcomeAfter(1, call);
      expect(error).toBeInstanceOf(QBenchTimeoutError);
      expect(error).toMatchObject({
        name: "QBenchTimeoutError",
        phase: "headers",
        limitMs: 30_000,
        method: "GET",
        path,
      });
      expect(String(error)).toBe(
        `QBenchTimeoutError: GET ${path} failed: the response headers took more than 30000 ms (timeouts.headersMs). It is safe to send the request again.`,
      );
      expect(signals[0]?.reason).toBe(error);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it("headersMs ends each attempt of a read by itself, and the next attempt gets a signal that is not aborted", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { fetch, signals } = silentFetch();
    const onEvent = vi.fn();
    const call = transport(fetch, { timeouts: { headersMs: 1000 }, onEvent })(get());
    expect(await outcomeAfter(3999, call)).toBe("pending");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, false]);
    // Each wait takes a timer, which rounds up to 1 ms.
    expect(await outcomeAfter(10, call)).toMatchObject({ phase: "headers" });
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

  it("headersMs ends a write without a retry, because QBench may have executed it", async () => {
    const { fetch, signals } = silentFetch();
    expect(await outcomeAfter(30_000, transport(fetch)(post()))).toMatchObject({
      phase: "headers",
      method: "POST",
      message: expect.stringContaining("QBench may have executed the request: check before you send it again."),
    });
    expect(signals).toHaveLength(1);
  });

  it("headersMs does not limit the response body", async () => {
    const fetch: FetchLike = async (_, init) => new Response(halfBody(init?.signal));
    const response = await transport(fetch, { timeouts: { headersMs: 1000 } })(get());
    expect(await outcomeAfter(5000, response.text())).toBe("pending");
  });

  it("headersMs ends a request that the emulator delays", async () => {
    const { client, emulator, arrived } = createTransportTestClient({}, { ...noRetry, timeouts: { headersMs: 5000 } });
    await client.GET(path);
    emulator.faults.add({ on: "api", latencyMs: 6000 });
    const call = client.GET(path);
    call.catch(() => {});
    // The emulator sets its timer when the request has arrived.
    await vi.waitFor(() => expect(arrived).toHaveLength(2));
    expect(await outcomeAfter(5000, call)).toMatchObject({ phase: "headers" });
  });

  it("discards a response that arrives after the headers timeout", async () => {
    const cancel = vi.fn();
    const fetch: FetchLike = async () => {
      await new Promise(resolve => setTimeout(resolve, 40_000));
      return new Response(new ReadableStream({ cancel }));
    };
    expect(await outcomeAfter(30_000, transport(fetch, noRetry)(get()))).toBeInstanceOf(QBenchTimeoutError);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(cancel).toHaveBeenCalledOnce();
  });
});

describe("the transport with bodyMs", () => {
  const limits = { timeouts: { bodyMs: 2000 } };

  it("bodyMs rejects the read of a slow body, and aborts its request", async () => {
    let signal: AbortSignal | null | undefined;
    const fetch: FetchLike = async (_, init) => {
      signal = init?.signal;
      return new Response(halfBody(signal));
    };
    const response = await transport(fetch, limits)(get());
    const reading = response.json();
    expect(await outcomeAfter(1999, reading)).toBe("pending");
    const error = await outcomeAfter(1, reading);
    expect(error).toMatchObject({ phase: "body", limitMs: 2000, path });
    expect(String(error)).toContain("the response body took more than 2000 ms (timeouts.bodyMs)");
    expect(signal?.reason).toBe(error);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("bodyMs rejects the read of a slow body if fetch ignores its signal", async () => {
    const response = await transport(async () => new Response(halfBody(undefined)), limits)(get());
    expect(await outcomeAfter(2000, response.json())).toMatchObject({ phase: "body" });
  });

  it("bodyMs leaves no timer after a body was read or cancelled, or if a response has no body", async () => {
    const fetch = transport(async () => Response.json({}), limits);
    await (await fetch(get())).json();
    expect(vi.getTimerCount()).toBe(0);
    await (await fetch(get())).body?.cancel();
    expect(vi.getTimerCount()).toBe(0);
    await transport(async () => new Response(null, { status: 204 }), limits)(get());
    expect(vi.getTimerCount()).toBe(0);
  });

  it("bodyMs aborts the request of a body that is left unread", async () => {
    const signals: (AbortSignal | null | undefined)[] = [];
    const fetch: FetchLike = async (_, init) => {
      signals.push(init?.signal);
      return new Response(halfBody(init?.signal));
    };
    await transport(fetch, limits)(get());
    await vi.advanceTimersByTimeAsync(2000);
    expect(signals[0]?.reason).toMatchObject({ phase: "body" });
  });
});

describe("the transport with totalMs", () => {
  it("totalMs limits all attempts together, and ends the current one", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { fetch, signals } = silentFetch();
    const call = transport(fetch, { timeouts: { headersMs: 1000, totalMs: 2500 } })(get());
    expect(await outcomeAfter(2499, call)).toBe("pending");
    const error = await outcomeAfter(1, call);
    expect(error).toMatchObject({ phase: "total", limitMs: 2500 });
    expect(String(error)).toContain("the call with its retries took more than 2500 ms (timeouts.totalMs)");
    expect(signals).toHaveLength(3);
    expect(signals[2]?.reason).toBe(error);
  });

  it("totalMs limits the response body as well", async () => {
    const fetch: FetchLike = async (_, init) => {
      await new Promise(resolve => setTimeout(resolve, 1500));
      return new Response(halfBody(init?.signal));
    };
    const call = transport(fetch, { timeouts: { bodyMs: 1000, totalMs: 2000 } })(get());
    const text = call.then(response => response.text());
    expect(await outcomeAfter(1999, text)).toBe("pending");
    expect(await outcomeAfter(1, text)).toMatchObject({ phase: "total", limitMs: 2000 });
  });
});

describe("the transport with false as a timeout", () => {
  it("a response that arrives after the call has ended is discarded, and leaves no timer", async () => {
    const cancel = vi.fn();
    const fetch: FetchLike = async () => {
      await new Promise(resolve => setTimeout(resolve, 3000));
      return new Response(new ReadableStream({ cancel }));
    };
    const call = transport(fetch, { timeouts: { headersMs: false, totalMs: 2000 } })(get());
    expect(await outcomeAfter(2000, call)).toMatchObject({ phase: "total" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(cancel).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("a call and its body never end if all timeouts are false", async () => {
    const off: Timeouts = { headersMs: false, bodyMs: false, totalMs: false };
    const { fetch } = silentFetch();
    const call = transport(fetch, { timeouts: off })(get());
    expect(vi.getTimerCount()).toBe(0);
    expect(await outcomeAfter(2 ** 31, call)).toBe("pending");
    const response = await transport(async () => new Response(halfBody(undefined)), { timeouts: off })(get());
    expect(vi.getTimerCount()).toBe(0);
    expect(await outcomeAfter(2 ** 31, response.text())).toBe("pending");
  });

  it("a timeout still applies if the others are false", async () => {
    const response = await transport(async () => new Response(halfBody(undefined)), {
      timeouts: { headersMs: false, bodyMs: false, totalMs: 3000 },
    })(get());
    expect(await outcomeAfter(3000, response.text())).toMatchObject({ phase: "total" });
  });
});

describe("readTimeouts", () => {
  it("accepts whole milliseconds that a timer can be set for, and rejects other values", () => {
    expect(readTimeouts()).toEqual({ headersMs: 30_000, bodyMs: 60_000, totalMs: 600_000 });
    expect(readTimeouts({ bodyMs: false, headersMs: undefined })).toMatchObject({ headersMs: 30_000, bodyMs: false });
    for (const invalid of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 31, "1000" as never, true as never, null as never]) {
      expect(() => readTimeouts({ totalMs: invalid })).toThrow(QBenchInputError);
      expect(() => readTimeouts({ totalMs: invalid })).toThrow(/^timeouts\.totalMs must be a whole number/);
    }
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

  it("an abort ends the read of a body, with its reason", async () => {
    const abort = new AbortController();
    let signal: AbortSignal | null | undefined;
    const fetch: FetchLike = async (_, init) => {
      signal = init?.signal;
      return new Response(halfBody(signal));
    };
    const reading = (await transport(fetch)(new ReplayableRequest(url, { signal: abort.signal }))).text();
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
