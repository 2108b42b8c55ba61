import { createTokenSource } from "@qbench-sdk/auth";
import { createEmulator, type Emulator, startEmulator } from "@qbench-sdk/emulator";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { QueuedEvent, RateLimitedEvent, TransportEvent } from "../../src/events.ts";
import type { FetchLike } from "../../src/index.js";
import { createQBenchClient } from "../../src/index.ts";
import { createTransport } from "../../src/transport/create-transport.ts";
import { createLimiter, type Limiter, type Limits, type Slot } from "../../src/transport/limiter.ts";
import { brokenBody, openBody } from "../support/bodies.ts";
import { credentials } from "../support/laboratory.ts";
import { isServer, nextMacrotask } from "../support/runtime.ts";

afterEach(() => void vi.useRealTimers());

const request = (init?: RequestInit) => new Request("https://lab.example/qbench/api/v2/teams", init);

/** Creates a limiter that records how its only slot is used. */
function stubLimiter() {
  const slot = { release: vi.fn() } satisfies Slot;
  const limiter = { acquire: vi.fn((_signal?: AbortSignal) => slot), update: vi.fn() } satisfies Limiter;
  return { slot, limiter };
}

/** Creates a transport that sends each request once. */
const transport = (fetch: FetchLike, limiter: Limiter | Limits | false, onEvent?: (event: TransportEvent) => unknown) =>
  createTransport("https://lab.example", { fetch, limits: limiter, retry: false, onEvent });

const rateLimitBody = {
  error_type: "RateLimitError",
  error_description: "ratelimit exceeded 300 per 60 seconds [current count: 350. Retry in 7 seconds]",
};
const throttled = { status: 429, headers: { "X-QBAPI-Throttle-TTL": "7" } };

describe("the transport with a limiter", () => {
  it("sends a request immediately if a slot is free, and holds the slot to the end of the response body", async () => {
    const { slot, limiter } = stubLimiter();
    const body = openBody();
    const fetch = vi.fn(async () => new Response(body.stream));
    const sending = transport(fetch, limiter)(request());
    expect(fetch).toHaveBeenCalledOnce();
    body.send('{"a":');
    await nextMacrotask();
    expect(slot.release).not.toHaveBeenCalled();
    body.send("1}");
    body.end();
    const response = await sending;
    expect(slot.release).toHaveBeenCalledOnce();
    expect(limiter.update).not.toHaveBeenCalled();
    await expect(response.json()).resolves.toEqual({ a: 1 });
  });

  it.each<[string, FetchLike]>([
    ["rejects", () => Promise.reject(new Error("no network"))],
    [
      "throws",
      () => {
        throw new Error("no network");
      },
    ],
    ["responds with a body that breaks off", async () => new Response(brokenBody(new Error("no network")))],
  ])("releases the slot once if fetch %s", async (_, fetch) => {
    const { slot, limiter } = stubLimiter();
    await expect(transport(fetch, limiter)(request())).rejects.toThrow("no network");
    expect(slot.release).toHaveBeenCalledOnce();
  });

  it.each<[string, FetchLike]>([
    ["returns no response", async () => undefined as never],
    [
      "has read the body of a 429",
      async () => {
        const response = Response.json(rateLimitBody, throttled);
        await response.text();
        return response;
      },
    ],
  ])("releases the slot if a custom fetch %s", async (_, fetch) => {
    const { slot, limiter } = stubLimiter();
    await transport(fetch, limiter)(request()).catch(() => {});
    expect(slot.release).toHaveBeenCalledOnce();
  });

  it("releases the slot at the headers of a response to HEAD, whose stream is never read in some browsers", async () => {
    const { slot, limiter } = stubLimiter();
    const open = new Response(new ReadableStream());
    expect(await transport(async () => open, limiter)(request({ method: "HEAD" }))).toBe(open);
    expect(slot.release).toHaveBeenCalledOnce();
  });

  it.each([204, 304])("returns the response of fetch itself if it has no body: %i", async status => {
    const { slot, limiter } = stubLimiter();
    const response = new Response(null, { status });
    expect(await transport(async () => response, limiter)(request())).toBe(response);
    expect(slot.release).toHaveBeenCalledOnce();
  });

  it("returns the response of a custom fetch itself if its body is not a web stream", async () => {
    const response = Response.json({});
    Object.defineProperty(response, "body", { value: { pipe() {} } });
    expect(await transport(async () => response, false)(request())).toBe(response);
  });

  it("sends nothing for a request that is aborted in the queue, and reports how long others waited", async () => {
    vi.useFakeTimers();
    const events: unknown[] = [];
    const fetch = vi.fn(async () => Response.json({}));
    const limited = transport(fetch, createLimiter({ requests: 1, windowMs: 1000 }), event => events.push(event));
    await limited(request());
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

  it("releases a slot that a custom limiter gives to a request that was aborted before", async () => {
    const { slot, limiter } = stubLimiter();
    let give = () => {};
    const acquire = () => new Promise<Slot>(resolve => (give = () => resolve(slot)));
    const fetch = vi.fn(async () => Response.json({}));
    const controller = new AbortController();
    const aborted = transport(fetch, { ...limiter, acquire })(request({ signal: controller.signal }));
    controller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    give();
    await nextMacrotask();
    expect(slot.release).toHaveBeenCalled();
    expect(fetch).not.toHaveBeenCalled();
  });

  it("passes on the errors of a custom limiter, and sends nothing", async () => {
    const refused = Object.assign(new Error("redis is down"), { code: "ECONNREFUSED" });
    const fetch = vi.fn(async () => Response.json({}));
    const limiters: Limiter[] = [
      { ...stubLimiter().limiter, acquire: () => Promise.reject(refused) },
      {
        ...stubLimiter().limiter,
        acquire: () => {
          throw refused;
        },
      },
    ];
    for (const limits of limiters) {
      await expect(createTransport("https://lab.example", { fetch, limits })(request())).rejects.toBe(refused);
    }
    expect(fetch).not.toHaveBeenCalled();
  });

  it("sends nothing if the listener aborts the call when it leaves the queue", async () => {
    vi.useFakeTimers();
    const { slot, limiter } = stubLimiter();
    const acquire = () => new Promise<Slot>(resolve => setTimeout(() => resolve(slot), 10));
    const fetch = vi.fn(async () => Response.json({}));
    const controller = new AbortController();
    const limited = transport(fetch, { ...limiter, acquire }, () => controller.abort("enough"));
    const aborted = limited(request({ signal: controller.signal })).catch(error => error);
    await vi.advanceTimersByTimeAsync(10);
    expect(await aborted).toBe("enough");
    expect(fetch).not.toHaveBeenCalled();
    expect(slot.release).toHaveBeenCalledOnce();
  });

  it("limits the time in the queue by totalMs, and then sends nothing", async () => {
    vi.useFakeTimers();
    const fetch = vi.fn(async () => Response.json({}));
    const limiter = createLimiter({ requests: 1, windowMs: 60_000 });
    const sending = createTransport("https://lab.example", { fetch, limits: limiter, timeouts: { totalMs: 5000 } });
    await sending(request());
    const late = sending(request()).catch(error => error);
    await vi.advanceTimersByTimeAsync(5000);
    const error = await late;
    expect(error).toMatchObject({ name: "QBenchTimeoutError", phase: "total", limitMs: 5000, requestSent: false });
    expect(String(error)).toMatch(/\. Nothing was sent\.$/);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(fetch).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("a mistake");
      },
    ],
    ["rejects", () => Promise.reject(new Error("a mistake"))],
  ])("releases the slot if a listener %s", async (_, listener) => {
    const { slot, limiter } = stubLimiter();
    const asyncLimiter = { ...limiter, acquire: async () => slot };
    const limited = transport(async () => Response.json(rateLimitBody, throttled), asyncLimiter, listener);
    expect((await limited(request())).status).toBe(429);
    expect(slot.release).toHaveBeenCalledOnce();
  });
});

describe("the transport after a 429", () => {
  it("updates the limiter before it releases the slot, reports the limit, and returns an unread response", async () => {
    const { slot, limiter } = stubLimiter();
    const events: unknown[] = [];
    const fetch = async () => Response.json(rateLimitBody, throttled);
    const response = await transport(fetch, limiter, event => events.push(event))(request());
    expect(slot.release).toHaveBeenCalledOnce();
    expect(slot.release).toHaveBeenCalledAfter(limiter.update);
    const read = { kind: "rate", limit: 300, windowMs: 60_000, count: 350, retryAfterMs: 7000 };
    expect(limiter.update).toHaveBeenCalledExactlyOnceWith(read);
    expect(events).toEqual([{ type: "rate-limited", ...read }]);
    await expect(response.json()).resolves.toEqual(rateLimitBody);
  });

  it("reports the limit without a limiter as well", async () => {
    const onEvent = vi.fn();
    await transport(async () => Response.json(rateLimitBody, throttled), false, onEvent)(request());
    expect(onEvent).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ type: "rate-limited", limit: 300 }));
  });

  it("uses the headers of a 429 whose body breaks off, and returns it with an empty body", async () => {
    const { slot, limiter } = stubLimiter();
    const fetch = async () => new Response(brokenBody(new TypeError("terminated")), throttled);
    const response = await transport(fetch, limiter)(request());
    expect(limiter.update).toHaveBeenCalledExactlyOnceWith({ kind: "rate", retryAfterMs: 7000 });
    expect(slot.release).toHaveBeenCalledOnce();
    expect([response.status, await response.text()]).toEqual([429, ""]);
  });
});

describe("the transport after an error response", () => {
  it.each([true, false])(
    "waits at most 5 s for the body, and returns the response without it (fetch uses its signal: %s)",
    async usesSignal => {
      vi.useFakeTimers();
      const { slot, limiter } = stubLimiter();
      const fetch: FetchLike = async (_, init) => {
        const body = openBody();
        if (usesSignal) init?.signal?.addEventListener("abort", () => body.fail(init.signal?.reason));
        return new Response(body.stream, { status: 503, headers: { "X-Trace": "7" } });
      };
      const sending = transport(fetch, limiter)(request());
      await vi.advanceTimersByTimeAsync(4999);
      expect(slot.release).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      const response = await sending;
      expect([response.status, response.headers.get("X-Trace"), await response.text()]).toEqual([503, "7", ""]);
      expect(slot.release).toHaveBeenCalledOnce();
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it("waits no longer for the body than attemptMs, from the time of sending", async () => {
    vi.useFakeTimers();
    const fetch: FetchLike = async () => {
      await new Promise(resolve => setTimeout(resolve, 1500));
      return new Response(openBody().stream, { status: 503 });
    };
    const options = { fetch, limits: false, retry: false, timeouts: { attemptMs: 2000 } } as const;
    const settled = vi.fn();
    createTransport("https://lab.example", options)(request()).then(({ status }) => settled(status));
    await vi.advanceTimersByTimeAsync(1999);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toHaveBeenCalledExactlyOnceWith(503);
  });

  it.each([200, 503])("cancels a body that ignores an abort: %i", async status => {
    const { slot, limiter } = stubLimiter();
    const { stream, cancel } = openBody();
    const controller = new AbortController();
    const fetch = async () => new Response(stream, { status });
    const sending = transport(fetch, limiter)(request({ signal: controller.signal }));
    await nextMacrotask();
    controller.abort("enough");
    await expect(sending).rejects.toBe("enough");
    expect(cancel).toHaveBeenCalledOnce();
    expect(slot.release).toHaveBeenCalledOnce();
  });

  it("reads at most 1 MB of a body that never ends, and cancels the rest", async () => {
    const { slot, limiter } = stubLimiter();
    const chunk = new TextEncoder().encode(" ".repeat(100_000));
    const pull = vi.fn((controller: ReadableStreamDefaultController) => controller.enqueue(chunk));
    const cancel = vi.fn();
    const endless = new Response(new ReadableStream({ pull, cancel }), { status: 429 });
    const response = await transport(async () => endless, limiter)(request());
    expect(limiter.update).toHaveBeenCalledExactlyOnceWith({ kind: "unknown" });
    expect(await response.text()).toHaveLength(1_000_000);
    expect(pull.mock.calls.length).toBeLessThan(15);
    expect(cancel).toHaveBeenCalledOnce();
    expect(slot.release).toHaveBeenCalledOnce();
  });

  it("rejects with the reason of an abort while it reads the body", async () => {
    const { slot, limiter } = stubLimiter();
    const controller = new AbortController();
    const fetch = vi.fn(async () => new Response(openBody().stream, throttled));
    const sending = transport(fetch, limiter)(request({ signal: controller.signal }));
    await nextMacrotask();
    controller.abort("enough");
    await expect(sending).rejects.toBe("enough");
    expect(limiter.update).not.toHaveBeenCalled();
    expect(slot.release).toHaveBeenCalledOnce();
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
      timeouts: { attemptMs: false, totalMs: false },
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
