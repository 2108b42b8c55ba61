import { ReplayableRequest } from "@qbench-sdk/auth";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { QBenchTimeoutError } from "../../src/errors/timeout-error.js";
import { QBenchInputError, type Timeouts } from "../../src/index.js";
import type { FetchLike } from "../../src/transport/fetch-like.js";
import { readTimeouts } from "../../src/transport/timeouts.js";
import { countListeners } from "../support/listeners.js";
import { createTransportTestClient, transport, useFakeTimers } from "../support/transport.js";

const path = "/qbench/api/v2/teams";
const url = `https://lab.example${path}?name=Somebody`;
const get = () => new ReplayableRequest(url);
const post = () => new ReplayableRequest(url, { method: "POST", body: "[1]" });

/** A fetch that never answers, and says when it was called. */
function silence({ looksAtSignal = true } = {}) {
  const signals: AbortSignal[] = [];
  const fetch: FetchLike = (_request, init) =>
    new Promise((_, reject) => {
      const signal = init?.signal;
      if (!signal) throw new Error("no signal");
      signals.push(signal);
      if (looksAtSignal) signal.addEventListener("abort", () => reject(signal.reason));
    });
  return { fetch, signals };
}

/** A body that begins and never ends, as fetch makes it: its signal ends it. */
const halfBody = (signal: AbortSignal | null | undefined): ReadableStream =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"data":'));
      signal?.addEventListener("abort", () => controller.error(signal.reason));
    },
  });

const once = { retry: false as const };

/** What a call comes to when so much time passes. */
async function after(ms: number, call: Promise<unknown>): Promise<unknown> {
  let outcome: unknown = "nothing yet";
  call.then(
    answer => {
      outcome = answer;
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

describe("the time to the headers", () => {
  it.each([true, false])("ends an attempt that is not answered (a fetch that looks at its signal: %s)", async looks => {
    const { fetch, signals } = silence({ looksAtSignal: looks });
    const call = transport(fetch, once)(get());
    expect(await after(29_999, call)).toBe("nothing yet");
    const error = await after(1, call);
    expect(error).toBeInstanceOf(QBenchTimeoutError);
    expect(error).toMatchObject({ name: "QBenchTimeoutError", phase: "headers", limitMs: 30_000, method: "GET", path });
    expect(String(error)).toBe(`QBenchTimeoutError: GET ${path} was not answered within 30000 ms (timeouts.headersMs)`);
    expect(signals[0]?.reason).toBe(error);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is each attempt's own: a read is sent again, with a signal that is not aborted", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { fetch, signals } = silence();
    const onEvent = vi.fn();
    const call = transport(fetch, { timeouts: { headersMs: 1000 }, onEvent })(get());
    expect(await after(3999, call)).toBe("nothing yet");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, false]);
    // And a little for the waits, of which a timer makes a millisecond.
    expect(await after(10, call)).toMatchObject({ phase: "headers" });
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

  it("ends a write for good, which may have been done", async () => {
    const { fetch, signals } = silence();
    expect(await after(30_000, transport(fetch)(post()))).toMatchObject({ phase: "headers", method: "POST" });
    expect(signals).toHaveLength(1);
  });

  it("is over with the headers", async () => {
    const fetch: FetchLike = async (_, init) => new Response(halfBody(init?.signal));
    const response = await transport(fetch, { timeouts: { headersMs: 1000 } })(get());
    expect(await after(5000, response.text())).toBe("nothing yet");
  });

  it("holds for an answer of the emulator that is late", async () => {
    const { client, emulator, arrived } = createTransportTestClient({}, { ...once, timeouts: { headersMs: 5000 } });
    await client.GET(path);
    emulator.faults.add({ on: "api", latencyMs: 6000 });
    const call = client.GET(path);
    call.catch(() => {});
    // Its timers are set when it has arrived.
    await vi.waitFor(() => expect(arrived).toHaveLength(2));
    expect(await after(5000, call)).toMatchObject({ phase: "headers" });
  });

  it("frees the connection of an answer that comes too late", async () => {
    const cancel = vi.fn();
    const fetch: FetchLike = async () => {
      await new Promise(resolve => setTimeout(resolve, 40_000));
      return new Response(new ReadableStream({ cancel }));
    };
    expect(await after(30_000, transport(fetch, once)(get()))).toBeInstanceOf(QBenchTimeoutError);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(cancel).toHaveBeenCalledOnce();
  });
});

describe("the time of a body", () => {
  const limits = { timeouts: { bodyMs: 2000 } };

  it("makes reading fail when it is over, and ends the connection", async () => {
    let signal: AbortSignal | null | undefined;
    const fetch: FetchLike = async (_, init) => {
      signal = init?.signal;
      return new Response(halfBody(signal));
    };
    const response = await transport(fetch, limits)(get());
    const reading = response.json();
    expect(await after(1999, reading)).toBe("nothing yet");
    const error = await after(1, reading);
    expect(error).toMatchObject({ phase: "body", limitMs: 2000, path });
    expect(String(error)).toContain("was not answered to the end within 2000 ms (timeouts.bodyMs)");
    expect(signal?.reason).toBe(error);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("makes reading fail also where fetch does not look at its signal", async () => {
    const response = await transport(async () => new Response(halfBody(undefined)), limits)(get());
    expect(await after(2000, response.json())).toMatchObject({ phase: "body" });
  });

  it("leaves no timer that would keep a process alive when the body was read, cancelled, or isn't there", async () => {
    const fetch = transport(async () => Response.json({}), limits);
    await (await fetch(get())).json();
    expect(vi.getTimerCount()).toBe(0);
    await (await fetch(get())).body?.cancel();
    expect(vi.getTimerCount()).toBe(0);
    await transport(async () => new Response(null, { status: 204 }), limits)(get());
    expect(vi.getTimerCount()).toBe(0);
  });

  it("passes while nobody reads, and frees the connection", async () => {
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

describe("the time of a call", () => {
  it("is for all attempts, and ends the one under way", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { fetch, signals } = silence();
    const call = transport(fetch, { timeouts: { headersMs: 1000, totalMs: 2500 } })(get());
    expect(await after(2499, call)).toBe("nothing yet");
    const error = await after(1, call);
    expect(error).toMatchObject({ phase: "total", limitMs: 2500 });
    expect(String(error)).toContain("was not done within 2500 ms (timeouts.totalMs)");
    expect(signals).toHaveLength(3);
    expect(signals[2]?.reason).toBe(error);
  });

  it("is for the body, too", async () => {
    const fetch: FetchLike = async (_, init) => {
      await new Promise(resolve => setTimeout(resolve, 1500));
      return new Response(halfBody(init?.signal));
    };
    const call = transport(fetch, { timeouts: { bodyMs: 1000, totalMs: 2000 } })(get());
    const text = call.then(response => response.text());
    expect(await after(1999, text)).toBe("nothing yet");
    expect(await after(1, text)).toMatchObject({ phase: "total", limitMs: 2000 });
  });
});

describe("a limit that is false", () => {
  it("leaves an answer that comes after the end of the call without a connection and timers", async () => {
    const cancel = vi.fn();
    const fetch: FetchLike = async () => {
      await new Promise(resolve => setTimeout(resolve, 3000));
      return new Response(new ReadableStream({ cancel }));
    };
    const call = transport(fetch, { timeouts: { headersMs: false, totalMs: 2000 } })(get());
    expect(await after(2000, call)).toMatchObject({ phase: "total" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(cancel).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is none", async () => {
    const none: Timeouts = { headersMs: false, bodyMs: false, totalMs: false };
    const { fetch } = silence();
    const call = transport(fetch, { timeouts: none })(get());
    expect(vi.getTimerCount()).toBe(0);
    expect(await after(2 ** 31, call)).toBe("nothing yet");
    const response = await transport(async () => new Response(halfBody(undefined)), { timeouts: none })(get());
    expect(vi.getTimerCount()).toBe(0);
    expect(await after(2 ** 31, response.text())).toBe("nothing yet");
  });

  it("leaves the others", async () => {
    const response = await transport(async () => new Response(halfBody(undefined)), {
      timeouts: { headersMs: false, bodyMs: false, totalMs: 3000 },
    })(get());
    expect(await after(3000, response.text())).toMatchObject({ phase: "total" });
  });
});

describe("limits", () => {
  it("are whole milliseconds that a timer can be set for", () => {
    expect(readTimeouts()).toEqual({ headersMs: 30_000, bodyMs: 60_000, totalMs: 600_000 });
    expect(readTimeouts({ bodyMs: false, headersMs: undefined })).toMatchObject({ headersMs: 30_000, bodyMs: false });
    for (const wrong of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 31, "1000" as never, true as never, null as never]) {
      expect(() => readTimeouts({ totalMs: wrong })).toThrow(QBenchInputError);
      expect(() => readTimeouts({ totalMs: wrong })).toThrow(/^timeouts\.totalMs: must be a whole number/);
    }
  });
});

describe("a caller's abort", () => {
  const reason = { my: "reason" };

  it.each([true, false])("ends a call at once, with its reason (a fetch that looks at its signal: %s)", async looks => {
    const { fetch, signals } = silence({ looksAtSignal: looks });
    const abort = new AbortController();
    const call = transport(fetch)(new ReplayableRequest(url, { signal: abort.signal }));
    abort.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(signals[0]?.reason).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends the reading of a body, with its reason", async () => {
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

  it("by a signal of a thousand calls costs it one listener, and none when they are done", async () => {
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    const answers: (() => void)[] = [];
    const fetch = transport(() => new Promise(resolve => answers.push(() => resolve(Response.json({})))));
    const calls = Array.from({ length: 1000 }, () => fetch(get(), { signal }));
    expect(listeners()).toBe(1);
    for (const answer of answers) answer();
    for (const response of await Promise.all(calls)) await response.json();
    expect(listeners()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("by a signal of calls that fail and are sent again leaves no listener either", async () => {
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
