import { createTokenSource } from "@qbench-sdk/auth";
import { createEmulator, type Emulator, startEmulator } from "@qbench-sdk/emulator";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { QueuedEvent, RateLimitedEvent } from "../../src/events.ts";
import type { FetchLike } from "../../src/index.js";
import { createQBenchClient } from "../../src/index.ts";
import { createLimiter, type Limiter, type Limits, type Slot } from "../../src/transport/limiter.ts";
import { withLimits } from "../../src/transport/with-limits.ts";
import { credentials } from "../support/laboratory.ts";
import { isServer } from "../support/runtime.ts";

afterEach(() => void vi.useRealTimers());

const request = (init?: RequestInit) => new Request("https://lab.example/qbench/api/v2/teams", init);

/** Creates a limiter that records how its only slot is used. */
function stubLimiter() {
  const slot = { onResponse: vi.fn(), release: vi.fn() } satisfies Slot;
  const limiter = { acquire: vi.fn((_signal?: AbortSignal) => slot), update: vi.fn() } satisfies Limiter;
  return { slot, limiter };
}

const rateLimitBody = {
  error_type: "RateLimitError",
  error_description: "ratelimit exceeded 300 per 60 seconds [current count: 350. Retry in 7 seconds]",
};
const throttled = { status: 429, headers: { "X-QBAPI-Throttle-TTL": "7" } };

describe("withLimits", () => {
  it("withLimits sends a request immediately if a slot is free, and holds the slot to the end of the body", async () => {
    const { slot, limiter } = stubLimiter();
    const fetch = vi.fn(async () => Response.json({ a: 1 }));
    const sending = withLimits(fetch, limiter)(request());
    expect(fetch).toHaveBeenCalledOnce();
    expect(slot.onResponse).not.toHaveBeenCalled();
    const response = await sending;
    expect(slot.onResponse).toHaveBeenCalledOnce();
    expect(slot.release).not.toHaveBeenCalled();
    await expect(response.json()).resolves.toEqual({ a: 1 });
    expect(slot.release).toHaveBeenCalledOnce();
    expect(limiter.update).not.toHaveBeenCalled();
  });

  it.each([
    ["rejects", () => Promise.reject(new Error("no network"))],
    [
      "throws",
      () => {
        throw new Error("no network");
      },
    ],
  ])("withLimits releases the slot if fetch %s", async (_, fetch) => {
    const { slot, limiter } = stubLimiter();
    await expect(withLimits(fetch, limiter)(request())).rejects.toThrow("no network");
    expect(slot.onResponse).toHaveBeenCalledOnce();
    expect(slot.release).toHaveBeenCalledOnce();
  });

  it.each([
    ["returns no response", async () => undefined as never],
    [
      "has read the body of a 429",
      async () => {
        const response = Response.json(rateLimitBody, throttled);
        await response.text();
        return response;
      },
    ],
  ])("withLimits releases the slot if fetch %s", async (_, fetch) => {
    const { slot, limiter } = stubLimiter();
    await withLimits(fetch, limiter)(request()).catch(() => {});
    expect(slot.onResponse).toHaveBeenCalled();
    expect(slot.release).toHaveBeenCalled();
  });

  it("withLimits releases the slot at the headers of an error response, whose body is often left unread", async () => {
    const { slot, limiter } = stubLimiter();
    const failure = new Response(new ReadableStream(), { status: 404 });
    expect(await withLimits(async () => failure, limiter)(request())).toBe(failure);
    expect(slot.release).toHaveBeenCalled();
  });

  it("withLimits waits at most 1 s for the body of a 429", async () => {
    vi.useFakeTimers();
    const { slot, limiter } = stubLimiter();
    const silent = new Response(new ReadableStream(), throttled);
    const sending = withLimits(async () => silent, limiter)(request());
    await vi.advanceTimersByTimeAsync(1000);
    expect(await sending).toBe(silent);
    expect(limiter.update).toHaveBeenCalledExactlyOnceWith({ kind: "rate", retryAfterMs: 7000 });
    expect(slot.release).toHaveBeenCalled();
  });

  it("withLimits passes init on to fetch, and uses its signal instead of the signal of the request", async () => {
    const { slot, limiter } = stubLimiter();
    const fetch = vi.fn(async () => new Response(new ReadableStream()));
    const controller = new AbortController();
    const [call, init] = [request(), { signal: controller.signal }];
    await withLimits(fetch, limiter)(call, init);
    expect(limiter.acquire).toHaveBeenCalledExactlyOnceWith(controller.signal);
    expect(fetch).toHaveBeenCalledExactlyOnceWith(call, init);
    controller.abort();
    expect(slot.release).toHaveBeenCalledOnce();
  });

  it("withLimits releases the slot at the headers of a response to HEAD", async () => {
    const { slot, limiter } = stubLimiter();
    const open = new Response(new ReadableStream());
    await withLimits(async () => open, limiter)(request({ method: "HEAD" }));
    expect(slot.release).toHaveBeenCalled();
  });

  it("withLimits sends nothing for a request that is aborted in the queue, and reports how long others waited", async () => {
    vi.useFakeTimers();
    const events: unknown[] = [];
    const fetch = vi.fn(async () => Response.json({}));
    const limited = withLimits(fetch, createLimiter({ requests: 1, windowMs: 1000 }), event => events.push(event));
    await (await limited(request())).text();
    const controller = new AbortController();
    const aborted = limited(request({ signal: controller.signal }));
    const waiting = limited(request());
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    expect(fetch).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(1001);
    await waiting;
    expect(fetch).toHaveBeenCalledTimes(2);
    expect(events).toEqual([{ type: "queued", waitedMs: 1001 }]);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("a mistake");
      },
    ],
    ["rejects", () => Promise.reject(new Error("a mistake"))],
  ])("withLimits releases the slot if a listener %s", async (_, listener) => {
    const { slot, limiter } = stubLimiter();
    const asyncLimiter = { ...limiter, acquire: async () => slot };
    const fetch = async () => Response.json(rateLimitBody, throttled);
    const limited = withLimits(fetch, asyncLimiter, listener);
    expect((await limited(request())).status).toBe(429);
    expect(slot.release).toHaveBeenCalledOnce();
  });

  it("withLimits updates the limiter from a 429, reports it, and returns an unread response", async () => {
    const { slot, limiter } = stubLimiter();
    const events: unknown[] = [];
    const received = Response.json(rateLimitBody, throttled);
    const response = await withLimits(
      async () => received,
      limiter,
      event => events.push(event),
    )(request());
    expect(response).toBe(received);
    expect(slot.release).toHaveBeenCalledOnce();
    expect(slot.release).toHaveBeenCalledAfter(limiter.update);
    const read = { kind: "rate", limit: 300, windowMs: 60_000, count: 350, retryAfterMs: 7000 };
    expect(limiter.update).toHaveBeenCalledExactlyOnceWith(read);
    expect(events).toEqual([{ type: "rate-limited", ...read }]);
    await expect(response.json()).resolves.toEqual(rateLimitBody);
  });

  it("withLimits reads only the beginning of a 429", async () => {
    const { slot, limiter } = stubLimiter();
    const pull = vi.fn((controller: ReadableStreamDefaultController) =>
      controller.enqueue(new TextEncoder().encode(" ".repeat(1000))),
    );
    const endless = new Response(new ReadableStream({ pull }), { status: 429 });
    const response = await withLimits(async () => endless, limiter)(request());
    expect(limiter.update).toHaveBeenCalledExactlyOnceWith({ kind: "unknown" });
    expect(pull.mock.calls.length).toBeLessThan(10);
    expect(slot.release).toHaveBeenCalledOnce();
    await response.body?.cancel();
  });

  it("withLimits releases the slot if the request is aborted while the body of a 429 is read", async () => {
    const { slot, limiter } = stubLimiter();
    const controller = new AbortController();
    const open = new Response(new ReadableStream(), throttled);
    const sending = withLimits(async () => open, limiter)(request({ signal: controller.signal }));
    await vi.waitFor(() => expect(slot.onResponse).toHaveBeenCalled());
    controller.abort();
    await sending;
    expect(limiter.update).toHaveBeenCalledOnce();
    expect(slot.release).toHaveBeenCalledOnce();
  });

  it("withLimits updates the limiter from the headers of a 429 whose body breaks off", async () => {
    const { slot, limiter } = stubLimiter();
    const broken = new ReadableStream({ pull: controller => controller.error(new Error("cut")) });
    const response = await withLimits(async () => new Response(broken, throttled), limiter)(request());
    expect(limiter.update).toHaveBeenCalledExactlyOnceWith({ kind: "rate", retryAfterMs: 7000 });
    expect(slot.release).toHaveBeenCalledOnce();
    await expect(response.text()).rejects.toThrow();
  });
});

/**
 * Prepares a client with limits, which has a token already. Call the returned function after installing fake timers,
 * because the limiter reads the clock.
 */
async function prepareClient(
  emulator: Emulator,
  limits: Limits = {},
  send: FetchLike = request => emulator.fetch(request),
) {
  const [apiClient] = emulator.clients.list();
  const tokenSource = createTokenSource({
    baseUrl: "https://lab.example",
    ...credentials(apiClient),
    fetch: send,
  });
  await tokenSource.getToken();
  return () => {
    const events: (QueuedEvent | RateLimitedEvent)[] = [];
    const client = createQBenchClient({
      tokenSource,
      fetch: send,
      limits: createLimiter(limits),
      retry: false,
      timeouts: { headersMs: false, bodyMs: false, totalMs: false },
      onEvent(event) {
        if (event.type === "queued" || event.type === "rate-limited") events.push(event);
      },
    });
    return { client, events };
  };
}

const path = "/qbench/api/v2/teams";
const clock = { now: () => Date.now() };

/** Advances the fake timers until all calls are done. */
async function advanceUntilDone<T>(calls: Promise<T>[]): Promise<T[]> {
  let isDone = false;
  const all = Promise.all(calls).finally(() => {
    isDone = true;
  });
  while (!isDone) await vi.advanceTimersByTimeAsync(50);
  return all;
}

describe("createQBenchClient with limits", () => {
  it("the client sends 700 requests to a server that allows 300 a minute and 10 concurrently, without a 429", async () => {
    const emulator = createEmulator({ clock, limits: { concurrent: 10, requests: 300, windowMs: 60_000 } });
    const create = await prepareClient(emulator);
    vi.useFakeTimers();
    const { client, events } = create();
    const results = await advanceUntilDone(Array.from({ length: 700 }, () => client.GET(path)));
    expect(results.every(({ data }) => data)).toBe(true);
    expect(emulator.stats).toMatchObject({ apiCalls: 700, throttledByRate: 0, throttledByConcurrency: 0 });
    expect(emulator.stats.maxConcurrent).toBe(10);
    expect(events.every(({ type }) => type === "queued")).toBe(true);
    // These are the requests beyond the first window.
    expect(events.filter(event => event.type === "queued" && event.waitedMs > 30_000)).toHaveLength(400);
  });

  it.runIf(isServer)("the client gets no 429 over real connections either", async () => {
    const limits = { concurrent: 5, requests: 40, windowMs: 400 };
    const emulator = await startEmulator({ limits });
    try {
      const overHttp: FetchLike = request =>
        fetch(new Request(request.url.replace("https://lab.example", emulator.url), request));
      const { client } = (await prepareClient(emulator, limits, overHttp))();
      const results = await Promise.all(Array.from({ length: 120 }, () => client.GET(path)));
      expect(results.every(({ data }) => data)).toBe(true);
      expect(emulator.stats).toMatchObject({ apiCalls: 120, throttledByRate: 0, throttledByConcurrency: 0 });
    } finally {
      await emulator.close();
    }
  });

  it("the client adopts the lower limits of a tenant, after at most the 429s of the requests in flight", async () => {
    const emulator = createEmulator({ clock, limits: { concurrent: 3, requests: 50, windowMs: 30_000 } });
    const create = await prepareClient(emulator);
    vi.useFakeTimers();
    const { client, events } = create();
    await advanceUntilDone(Array.from({ length: 150 }, () => client.GET(path)));
    expect(emulator.stats.throttledByConcurrency).toBeLessThanOrEqual(7);
    expect(emulator.stats.throttledByRate).toBeLessThanOrEqual(3);
    const rateLimited = events.filter(({ type }) => type === "rate-limited");
    expect(rateLimited).toHaveLength(emulator.stats.throttledByConcurrency + emulator.stats.throttledByRate);
  });

  it("the client releases every slot, however openapi-fetch and the auth middleware read a response", async () => {
    const emulator = createEmulator();
    const { client } = (await prepareClient(emulator, { concurrent: 1 }))();
    for (const parseAs of ["json", "text", "blob", "arrayBuffer"] as const) {
      expect((await client.GET(path, { parseAs })).data).toBeDefined();
    }
    const { data: stream } = await client.GET(path, { parseAs: "stream" });
    await new Response(stream).text();
    const { response } = await client.GET(path, { parseAs: "stream" });
    await response.body?.cancel();
    // The auth middleware reads the rejection of a token, discards it and replays the request.
    emulator.revokeTokens();
    expect((await client.GET(path)).data).toBeDefined();
    expect(
      (await client.GET("/qbench/api/v2/orders/{order_id}", { params: { path: { order_id: 99_999 } } })).error,
    ).toBeDefined();
    expect((await client.GET(path)).data).toBeDefined();
  });
});
