import { createTokenSource } from "@qbench-sdk/auth";
import { createEmulator, type Emulator, startEmulator } from "@qbench-sdk/emulator";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type ClientOptions, createQBenchClient } from "../../src/index.ts";
import { createLimiter, type Limiter, type Limits, type Slot } from "../../src/transport/limiter.ts";
import type { QueuedEvent, RateLimitedEvent } from "../../src/transport/transport-events.ts";
import { limitCalls } from "../../src/transport/with-limits.ts";
import { credentials } from "../support/laboratory.ts";
import { isServer } from "../support/runtime.ts";

afterEach(() => void vi.useRealTimers());

const request = (init?: RequestInit) => new Request("https://lab.example/qbench/api/v2/teams", init);

/** A limiter whose places tell what becomes of them. */
function limiterOf() {
  const place = { onResponse: vi.fn(), release: vi.fn() } satisfies Slot;
  const limiter = { acquire: vi.fn((_signal?: AbortSignal) => place), update: vi.fn() } satisfies Limiter;
  return { place, limiter };
}

const refusal = {
  error_type: "RateLimitError",
  error_description: "ratelimit exceeded 300 per 60 seconds [current count: 350. Retry in 7 seconds]",
};
const throttle = { status: 429, headers: { "X-QBAPI-Throttle-TTL": "7" } };

describe("limitCalls", () => {
  it("sends without waiting while there is a place, and holds it to the end of the body", async () => {
    const { place, limiter } = limiterOf();
    const fetch = vi.fn(async () => Response.json({ a: 1 }));
    const sending = limitCalls(fetch, limiter)(request());
    expect(fetch).toHaveBeenCalledOnce();
    expect(place.onResponse).not.toHaveBeenCalled();
    const response = await sending;
    expect(place.onResponse).toHaveBeenCalledOnce();
    expect(place.release).not.toHaveBeenCalled();
    await expect(response.json()).resolves.toEqual({ a: 1 });
    expect(place.release).toHaveBeenCalledOnce();
    expect(limiter.update).not.toHaveBeenCalled();
  });

  it.each([
    ["rejects", () => Promise.reject(new Error("refused"))],
    [
      "throws",
      () => {
        throw new Error("refused");
      },
    ],
  ])("gives the place back when fetch %s", async (_, fetch) => {
    const { place, limiter } = limiterOf();
    await expect(limitCalls(fetch, limiter)(request())).rejects.toThrow("refused");
    expect(place.onResponse).toHaveBeenCalledOnce();
    expect(place.release).toHaveBeenCalledOnce();
  });

  it.each([
    ["gives no response", async () => undefined as never],
    [
      "has read the refusal",
      async () => {
        const answer = Response.json(refusal, throttle);
        await answer.text();
        return answer;
      },
    ],
  ])("gives the place back when fetch %s", async (_, fetch) => {
    const { place, limiter } = limiterOf();
    await limitCalls(fetch, limiter)(request()).catch(() => {});
    expect(place.onResponse).toHaveBeenCalled();
    expect(place.release).toHaveBeenCalled();
  });

  it("does not wait for the body of a failure, which is often left unread", async () => {
    const { place, limiter } = limiterOf();
    const failure = new Response(new ReadableStream(), { status: 404 });
    expect(await limitCalls(async () => failure, limiter)(request())).toBe(failure);
    expect(place.release).toHaveBeenCalled();
  });

  it("does not wait long for the words of a refusal", async () => {
    vi.useFakeTimers();
    const { place, limiter } = limiterOf();
    const silent = new Response(new ReadableStream(), throttle);
    const sending = limitCalls(async () => silent, limiter)(request());
    await vi.advanceTimersByTimeAsync(1000);
    expect(await sending).toBe(silent);
    expect(limiter.update).toHaveBeenCalledExactlyOnceWith({ kind: "rate", retryAfterMs: 7000 });
    expect(place.release).toHaveBeenCalled();
  });

  it("hands on what goes beside the request, whose signal stands for the request's own", async () => {
    const { place, limiter } = limiterOf();
    const fetch = vi.fn(async () => new Response(new ReadableStream()));
    const controller = new AbortController();
    const [call, init] = [request(), { signal: controller.signal }];
    await limitCalls(fetch, limiter)(call, init);
    expect(limiter.acquire).toHaveBeenCalledExactlyOnceWith(controller.signal);
    expect(fetch).toHaveBeenCalledExactlyOnceWith(call, init);
    controller.abort();
    expect(place.release).toHaveBeenCalledOnce();
  });

  it("does not wait for a body of an answer to HEAD", async () => {
    const { place, limiter } = limiterOf();
    const open = new Response(new ReadableStream());
    await limitCalls(async () => open, limiter)(request({ method: "HEAD" }));
    expect(place.release).toHaveBeenCalled();
  });

  it("sends nothing for a call that gives up in the queue, and tells who waited how long", async () => {
    vi.useFakeTimers();
    const events: unknown[] = [];
    const fetch = vi.fn(async () => Response.json({}));
    const limited = limitCalls(fetch, createLimiter({ requests: 1, windowMs: 1000 }), event => events.push(event));
    await (await limited(request())).text();
    const controller = new AbortController();
    const givingUp = limited(request({ signal: controller.signal }));
    const waiting = limited(request());
    controller.abort(new Error("enough"));
    await expect(givingUp).rejects.toThrow("enough");
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
  ])("loses no place to a listener that %s", async (_, listener) => {
    const { place, limiter } = limiterOf();
    const later = { ...limiter, enter: async () => place };
    const fetch = async () => Response.json(refusal, throttle);
    const limited = limitCalls(fetch, later, listener);
    expect((await limited(request())).status).toBe(429);
    expect(place.release).toHaveBeenCalledOnce();
  });

  it("learns from a refusal, tells of it, and leaves the response to the caller", async () => {
    const { place, limiter } = limiterOf();
    const events: unknown[] = [];
    const answer = Response.json(refusal, throttle);
    const response = await limitCalls(
      async () => answer,
      limiter,
      event => events.push(event),
    )(request());
    expect(response).toBe(answer);
    expect(place.release).toHaveBeenCalledOnce();
    expect(place.release).toHaveBeenCalledAfter(limiter.update);
    const read = { kind: "rate", limit: 300, windowMs: 60_000, count: 350, retryAfterMs: 7000 };
    expect(limiter.update).toHaveBeenCalledExactlyOnceWith(read);
    expect(events).toEqual([{ type: "rate-limited", ...read }]);
    await expect(response.json()).resolves.toEqual(refusal);
  });

  it("reads no more than the beginning of a refusal", async () => {
    const { place, limiter } = limiterOf();
    const pull = vi.fn((controller: ReadableStreamDefaultController) =>
      controller.enqueue(new TextEncoder().encode(" ".repeat(1000))),
    );
    const endless = new Response(new ReadableStream({ pull }), { status: 429 });
    const response = await limitCalls(async () => endless, limiter)(request());
    expect(limiter.update).toHaveBeenCalledExactlyOnceWith({ kind: "unknown" });
    expect(pull.mock.calls.length).toBeLessThan(10);
    expect(place.release).toHaveBeenCalledOnce();
    await response.body?.cancel();
  });

  it("does not wait for a refusal's body when the call is given up", async () => {
    const { place, limiter } = limiterOf();
    const controller = new AbortController();
    const open = new Response(new ReadableStream(), throttle);
    const sending = limitCalls(async () => open, limiter)(request({ signal: controller.signal }));
    await vi.waitFor(() => expect(place.onResponse).toHaveBeenCalled());
    controller.abort();
    await sending;
    expect(limiter.update).toHaveBeenCalledOnce();
    expect(place.release).toHaveBeenCalledOnce();
  });

  it("learns from the headers when the body breaks off", async () => {
    const { place, limiter } = limiterOf();
    const broken = new ReadableStream({ pull: controller => controller.error(new Error("cut")) });
    const response = await limitCalls(async () => new Response(broken, throttle), limiter)(request());
    expect(limiter.update).toHaveBeenCalledExactlyOnceWith({ kind: "rate", retryAfterMs: 7000 });
    expect(place.release).toHaveBeenCalledOnce();
    await expect(response.text()).rejects.toThrow();
  });
});

type Send = (request: Request) => Promise<Response>;

/** Nothing of its own, as what is tested stands below. */
const bare: ClientOptions = {
  limits: false,
  retry: false,
  timeouts: { bodyMs: false, totalMs: false, headersMs: false },
};

/** A client whose API calls are limited; its token is there already. */
async function limited(emulator: Emulator, limits: Limits = {}, send: Send = request => emulator.fetch(request)) {
  const [apiClient] = emulator.clients.list();
  const tokenSource = createTokenSource({
    baseUrl: "https://lab.example",
    ...credentials(apiClient),
    fetch: send,
  });
  await tokenSource.getToken();
  return () => {
    const events: (QueuedEvent | RateLimitedEvent)[] = [];
    const fetch = limitCalls(send, createLimiter(limits), event => events.push(event));
    return { client: createQBenchClient({ tokenSource, fetch, ...bare }), events };
  };
}

const path = "/qbench/api/v2/teams";
const clock = { now: () => Date.now() };

/** Moves the clock on until all are done. Answers take their ticks meanwhile, as they are no timers. */
async function inFakeTime<T>(calls: Promise<T>[]): Promise<T[]> {
  let isDone = false;
  const all = Promise.all(calls).finally(() => {
    isDone = true;
  });
  while (!isDone) await vi.advanceTimersByTimeAsync(50);
  return all;
}

describe("a limited client", () => {
  it("makes 700 calls at once of a service that allows 300 a minute and ten at a time, and meets no 429", async () => {
    const emulator = createEmulator({ clock, limits: { concurrent: 10, requests: 300, windowMs: 60_000 } });
    const create = await limited(emulator);
    vi.useFakeTimers();
    const { client, events } = create();
    const answers = await inFakeTime(Array.from({ length: 700 }, () => client.GET(path)));
    expect(answers.every(({ data }) => data)).toBe(true);
    expect(emulator.stats).toMatchObject({ apiCalls: 700, throttledByRate: 0, throttledByConcurrency: 0 });
    expect(emulator.stats.maxConcurrent).toBe(10);
    expect(events.every(({ type }) => type === "queued")).toBe(true);
    // Those beyond the first window.
    expect(events.filter(event => event.type === "queued" && event.waitedMs > 30_000)).toHaveLength(400);
  });

  it.runIf(isServer)("meets no 429 over real connections either", async () => {
    const limits = { concurrent: 5, requests: 40, windowMs: 400 };
    const emulator = await startEmulator({ limits });
    try {
      const overHttp: Send = request =>
        fetch(new Request(request.url.replace("https://lab.example", emulator.url), request));
      const { client } = (await limited(emulator, limits, overHttp))();
      const answers = await Promise.all(Array.from({ length: 120 }, () => client.GET(path)));
      expect(answers.every(({ data }) => data)).toBe(true);
      expect(emulator.stats).toMatchObject({ apiCalls: 120, throttledByRate: 0, throttledByConcurrency: 0 });
    } finally {
      await emulator.close();
    }
  });

  it("adopts the smaller limits of a tenant, and is refused no more than what was under way", async () => {
    const emulator = createEmulator({ clock, limits: { concurrent: 3, requests: 50, windowMs: 30_000 } });
    const create = await limited(emulator);
    vi.useFakeTimers();
    const { client, events } = create();
    await inFakeTime(Array.from({ length: 150 }, () => client.GET(path)));
    expect(emulator.stats.throttledByConcurrency).toBeLessThanOrEqual(7);
    expect(emulator.stats.throttledByRate).toBeLessThanOrEqual(3);
    const throttled = events.filter(({ type }) => type === "rate-limited");
    expect(throttled).toHaveLength(emulator.stats.throttledByConcurrency + emulator.stats.throttledByRate);
  });

  it("gives every place back, however openapi-fetch and the middleware for tokens read an answer", async () => {
    const emulator = createEmulator();
    const { client } = (await limited(emulator, { concurrent: 1 }))();
    for (const parseAs of ["json", "text", "blob", "arrayBuffer"] as const) {
      expect((await client.GET(path, { parseAs })).data).toBeDefined();
    }
    const { data: stream } = await client.GET(path, { parseAs: "stream" });
    await new Response(stream).text();
    const { response } = await client.GET(path, { parseAs: "stream" });
    await response.body?.cancel();
    // The refusal of a token is looked into, then thrown away, and the call repeated.
    emulator.revokeTokens();
    expect((await client.GET(path)).data).toBeDefined();
    expect(
      (await client.GET("/qbench/api/v2/orders/{order_id}", { params: { path: { order_id: 99_999 } } })).error,
    ).toBeDefined();
    expect((await client.GET(path)).data).toBeDefined();
  });
});
