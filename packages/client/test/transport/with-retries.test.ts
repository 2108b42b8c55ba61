import { ReplayableRequest, replayableStream } from "@qbench-sdk/auth";
import type { Fault } from "@qbench-sdk/emulator";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextMacrotask } from "../support/runtime.js";
import { createTransportTestClient, transport, useFakeTimers } from "../support/transport.js";

const url = "https://lab.example/qbench/api/v2/teams?name=Jane";
const get = () => new ReplayableRequest(url);
const post = (body: BodyInit, init?: RequestInit) => new ReplayableRequest(url, { method: "POST", body, ...init });
const throttled = (seconds: number) => ({ "X-QBAPI-Throttle-TTL": String(seconds) });
const orders = [{ customer_account_id: 1 }];

beforeEach(useFakeTimers);
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("withRetries after a 429", () => {
  it("the client waits after a 429 as long as QBench asks, and sends a write again with its whole body", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { client, emulator, arrived, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 429, headers: throttled(7), times: 1 });
    const { data } = await client.POST("/qbench/api/v2/orders", { body: orders });
    expect(data?.data).toHaveLength(1);
    expect(arrived.map(({ method, body }) => [method, JSON.parse(body)])).toEqual([
      ["POST", orders],
      ["POST", orders],
    ]);
    expect((arrived[1]?.atMs ?? 0) - (arrived[0]?.atMs ?? 0)).toBe(7000);
    const path = "/qbench/api/v2/orders";
    expect(events).toEqual([{ type: "retry", method: "POST", path, attempt: 2, status: 429, waitMs: 7000 }]);
  });

  it.each([
    ["error", "ratelimit exceeded 300 per 60 seconds [current count: 301. Retry in 7 seconds]"],
    ["error_description", "ratelimit exceeded 300 per 60 seconds [current count: 350]. Retry in 7 seconds"],
  ])("the client waits after a 429 as long as its text under %s asks", async (key, text) => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { client, emulator, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 429, body: { [key]: text }, times: 1 });
    await client.PATCH("/qbench/api/v2/orders", { body: [{ id: 1 }] });
    expect(events).toMatchObject([{ waitMs: 7000 }]);
  });

  it("the client adds a random time to the delay that QBench asks for", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.4);
    const { client, emulator, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 429, headers: throttled(7), times: 1 });
    await client.GET("/qbench/api/v2/teams");
    expect(events).toMatchObject([{ waitMs: 7400 }]);
  });

  it("the client retries a 429 without a delay after growing pauses", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const { client, emulator, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 429, body: "exceeded concurrent request limit of 10", times: 3 });
    const { response } = await client.POST("/qbench/api/v2/orders", { body: orders });
    expect(response.ok).toBe(true);
    expect(events.map(({ waitMs }) => waitMs)).toEqual([250, 500, 1000]);
  });

  it("the client retries a 429 whose body never ends or breaks off", async () => {
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(100_000));
      },
    });
    const broken = new ReadableStream({ start: controller => controller.error(new TypeError("terminated")) });
    const bodies = [endless, broken, null];
    const fetch = transport(async () => new Response(bodies.shift(), { status: bodies.length ? 429 : 200 }), {
      onEvent: ({ waitMs }) => queueMicrotask(() => vi.advanceTimersByTime(waitMs)),
    });
    expect((await fetch(get())).status).toBe(200);
    expect(pulled).toBeLessThan(20);
  });

  it("the client spends no retry budget if QBench names the delay", async () => {
    const { client, emulator, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 429, headers: throttled(1), times: 120 });
    for (let call = 0; call < 30; call++) await client.GET("/qbench/api/v2/teams");
    expect(events).toHaveLength(90);
    emulator.faults.add({ on: "api", status: 503, times: 1 });
    expect((await client.GET("/qbench/api/v2/teams")).response.status).toBe(200);
  });
});

describe("withRetries after a server error", () => {
  const transient = [408, 500, 502, 503, 504, 520, 521, 522, 523, 524];

  it.each(transient)("the client retries a read that fails with %i", async status => {
    const { client, emulator, arrived, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status, times: 3 });
    expect((await client.GET("/qbench/api/v2/teams")).response.status).toBe(200);
    expect(arrived).toHaveLength(4);
    expect(events.map(({ attempt }) => attempt)).toEqual([2, 3, 4]);
    expect(events[0]?.status).toBe(status);
  });

  it.each(transient)("the client does not retry a write that fails with %i, even with a Retry-After", async status => {
    const { client, emulator, arrived } = createTransportTestClient();
    emulator.faults.add({ on: "api", status, headers: { "Retry-After": "1" } });
    await client.POST("/qbench/api/v2/orders", { body: orders });
    await client.PATCH("/qbench/api/v2/orders", { body: [{ id: 1 }] });
    await client.DELETE("/qbench/api/v2/orders/{order_id}", { params: { path: { order_id: 1 } } });
    expect(arrived.map(({ method }) => method)).toEqual(["POST", "PATCH", "DELETE"]);
  });

  it.each(["HEAD", "OPTIONS"])("the client retries %s, which changes nothing, like a GET", async method => {
    const statuses = [408, 520, 503];
    const fetch = transport(async () => new Response(null, { status: statuses.shift() ?? 200 }), {
      onEvent: ({ waitMs }) => queueMicrotask(() => vi.advanceTimersByTime(waitMs)),
    });
    expect((await fetch(new ReplayableRequest(url, { method }))).status).toBe(200);
    expect(statuses).toEqual([]);
  });

  it.each([
    ["three hours behind", -3],
    ["three hours ahead", 3],
  ])("the client waits until the date in Retry-After by the server's clock if its own is %s", async (_, hours) => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { client, emulator, events } = createTransportTestClient();
    const served = Date.now() - hours * 3_600_000;
    const headers = { Date: new Date(served).toUTCString(), "Retry-After": new Date(served + 40_000).toUTCString() };
    emulator.faults.add({ on: "api", status: 503, headers, times: 1 });
    await client.GET("/qbench/api/v2/teams");
    expect(events).toMatchObject([{ waitMs: 40_000 }]);
  });

  it("the client waits once for a delay that a proxy repeated", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { client, emulator, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 429, headers: { "Retry-After": "3, 3" }, times: 1 });
    await client.POST("/qbench/api/v2/orders", { body: orders });
    expect(events).toMatchObject([{ waitMs: 3000 }]);
  });

  it("the client fails immediately with the delay if no timer can wait that long", async () => {
    const { client, emulator, arrived } = createTransportTestClient({}, { timeouts: { totalMs: false } });
    emulator.faults.add({ on: "api", status: 503, headers: { "Retry-After": "99999999999" } });
    await expect(client.teams.list().total()).rejects.toMatchObject({ status: 503, retryAfterMs: 2 ** 31 - 1 });
    expect(arrived).toHaveLength(1);
  });

  it.each([400, 403, 404, 409, 501, 505, 519, 525])(
    "the client returns a response with %i without a retry",
    async status => {
      const { client, emulator, arrived } = createTransportTestClient();
      emulator.faults.add({ on: "api", status });
      expect((await client.GET("/qbench/api/v2/teams")).response.status).toBe(status);
      expect(arrived).toHaveLength(1);
    },
  );

  it("the client returns the last error response with its body after four attempts", async () => {
    const { client, emulator, arrived } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 503, body: { error_type: "Maintenance" } });
    const { error, response } = await client.GET("/qbench/api/v2/teams");
    expect([response.status, error]).toMatchObject([503, { error_type: "Maintenance" }]);
    expect(arrived).toHaveLength(4);
  });

  it("the client sends a request as often as `retry` says, and once for false", async () => {
    for (const [retry, attempts] of [
      [{ attempts: 2 }, 2],
      [{ attempts: 1 }, 1],
      [false, 1],
      [{}, 4],
    ] as const) {
      const { client, emulator, arrived } = createTransportTestClient({}, { retry });
      emulator.faults.add({ on: "api", status: 503 });
      await client.GET("/qbench/api/v2/teams");
      expect(arrived).toHaveLength(attempts);
    }
  });

  it("the client waits a random part of a backoff that doubles up to 8 s", async () => {
    const random = vi.spyOn(Math, "random").mockReturnValue(1);
    const { client, emulator, events } = createTransportTestClient({}, { retry: { attempts: 8 } });
    emulator.faults.add({ on: "api", status: 503 });
    await client.GET("/qbench/api/v2/teams");
    expect(events.map(({ waitMs }) => waitMs)).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000]);
    random.mockReturnValue(0.1);
    events.length = 0;
    await client.GET("/qbench/api/v2/teams");
    expect(events.map(({ waitMs }) => waitMs)).toEqual([25, 50, 100, 200, 400, 800, 800]);
  });

  it("the client waits as long as Retry-After asks, in seconds or as a date", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    vi.setSystemTime("2026-01-01T00:00:00Z");
    const { client, emulator, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 503, headers: { "Retry-After": "20" }, times: 1 });
    await client.GET("/qbench/api/v2/teams");
    const date = new Date(Date.now() + 30_000).toUTCString();
    emulator.faults.add({ on: "api", status: 503, headers: { "Retry-After": date }, times: 1 });
    await client.GET("/qbench/api/v2/teams");
    expect(events.map(({ waitMs }) => waitMs)).toEqual([20_000, 30_000]);
  });

  it("the client spends a budget of 20 retries, of which ten successes give one back", async () => {
    const { client, emulator, arrived } = createTransportTestClient();
    const fault = emulator.faults.add({ on: "api", status: 503 });
    for (let call = 0; call < 10; call++) await client.GET("/qbench/api/v2/teams");
    // Six requests have four attempts, one has three, and three have no retry.
    expect(arrived).toHaveLength(10 + 20);
    fault();
    for (let call = 0; call < 10; call++) await client.GET("/qbench/api/v2/teams");
    emulator.faults.add({ on: "api", status: 503 });
    arrived.length = 0;
    await client.GET("/qbench/api/v2/teams");
    await client.GET("/qbench/api/v2/teams");
    expect(arrived).toHaveLength(2 + 1);
  });
});

describe("withRetries after the emulator cuts the connection", () => {
  const countOrders = async ({ client }: Pick<ReturnType<typeof createTransportTestClient>, "client">) =>
    (await client.GET("/qbench/api/v2/orders")).data?.total_count ?? 0;

  it.each(["before", "after"] as const)(
    "retries a read whose connection was cut %s the server executed it",
    async cut => {
      const { client, emulator, arrived } = createTransportTestClient();
      emulator.faults.add({ on: "api", cut, times: 2 });
      expect((await client.GET("/qbench/api/v2/teams")).response.status).toBe(200);
      expect(arrived).toHaveLength(3);
    },
  );

  it("the client does not repeat a write that was executed, and does not report it as unsent", async () => {
    const service = createTransportTestClient();
    const before = await countOrders(service);
    service.emulator.faults.add({ on: "api", method: "POST", cut: "after" });
    const error = await service.client
      .POST("/qbench/api/v2/orders", { body: orders })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "QBenchConnectionError", requestSent: true });
    expect(await countOrders(service)).toBe(before + 1);
  });

  it("the client never executes a write twice, whatever fails", async () => {
    const failure = fc.constantFrom<Fault>(
      { status: 429 },
      { status: 429, headers: throttled(3) },
      { status: 503 },
      { status: 503, headers: { "Retry-After": "1" } },
      { status: 500 },
      { cut: "before" },
      { cut: "after" },
      { cut: "during" },
      { revokeToken: true },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(failure, { maxLength: 5 }), async faults => {
        const service = createTransportTestClient();
        const before = await countOrders(service);
        // Each fault applies to one request, in this order.
        const next = [...faults];
        const add = () => {
          const fault = next.shift();
          if (fault) service.emulator.faults.add({ on: "api", times: 1, ...fault });
        };
        service.onArrival(add);
        const succeeded = await service.client.POST("/qbench/api/v2/orders", { body: orders }).then(
          ({ response }) => response.ok,
          () => undefined,
        );
        service.onArrival(() => {});
        service.emulator.faults.clear();
        const created = (await countOrders(service)) - before;
        expect(created).toBeLessThanOrEqual(1);
        if (succeeded !== undefined) expect(created).toBe(succeeded ? 1 : 0);
      }),
      { numRuns: 60 },
    );
  });
});

describe("withRetries within timeouts.totalMs", () => {
  it("the client returns the response immediately if the delay exceeds the time left", async () => {
    const { client, emulator, arrived, events } = createTransportTestClient({}, { timeouts: { totalMs: 60_000 } });
    emulator.faults.add({ on: "api", status: 429, headers: throttled(61) });
    const { response } = await client.GET("/qbench/api/v2/teams");
    expect(response.status).toBe(429);
    expect(response.headers.get("X-QBAPI-Throttle-TTL")).toBe("61");
    expect([arrived.length, events.length]).toEqual([1, 0]);
  });

  it("the client counts earlier waits against totalMs", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { client, emulator, events } = createTransportTestClient({}, { timeouts: { totalMs: 60_000 } });
    emulator.faults.add({ on: "api", status: 429, headers: throttled(25) });
    expect((await client.GET("/qbench/api/v2/teams")).response.status).toBe(429);
    expect(events.map(({ waitMs }) => waitMs)).toEqual([25_000, 25_000]);
  });

  it("the client never sets a timer that is too long and would fire immediately", async () => {
    const { client, emulator, arrived } = createTransportTestClient({}, { timeouts: { totalMs: false } });
    emulator.faults.add({ on: "api", status: 429, headers: throttled(3_000_000) });
    expect((await client.GET("/qbench/api/v2/teams")).response.status).toBe(429);
    expect(arrived).toHaveLength(1);
  });
});

describe("withRetries", () => {
  /** Creates a fetch that responds with 429 once, and records its requests. */
  function rejectingOnce() {
    const requests: Request[] = [];
    const bodies: string[] = [];
    const fetch = transport(
      async request => {
        requests.push(request);
        bodies.push(await request.text());
        return requests.length > 1 ? Response.json({}) : Response.json({}, { status: 429 });
      },
      { onEvent: ({ waitMs }) => queueMicrotask(() => vi.advanceTimersByTime(waitMs)) },
    );
    return { fetch, requests, bodies };
  }

  it("the client sends the same request object again if it has no body", async () => {
    const { fetch, requests } = rejectingOnce();
    const request = get();
    const clone = vi.spyOn(request, "clone");
    await fetch(request);
    expect(requests).toEqual([request, request]);
    expect(requests[1]).toBe(request);
    expect(clone).not.toHaveBeenCalled();
  });

  it("the client sends again the headers, and the properties that openapi-fetch put on the request", async () => {
    const { fetch, requests } = rejectingOnce();
    const request = Object.assign(post("[1]", { headers: { Authorization: "Bearer abc" } }), { dispatcher: "mine" });
    await fetch(request);
    expect(requests[1]).not.toBe(request);
    expect(requests[1]).toMatchObject({ method: "POST", url, dispatcher: "mine" });
    expect([...(requests[1]?.headers ?? [])]).toEqual([...request.headers]);
  });

  it("the client sends a form again with a new boundary", async () => {
    const { fetch, requests, bodies } = rejectingOnce();
    const form = new FormData();
    form.set("name", "value");
    await fetch(post(form, { headers: { Authorization: "Bearer abc" } }));
    for (const [index, body] of bodies.entries()) {
      const boundary = /boundary=(.*)$/.exec(requests[index]?.headers.get("Content-Type") ?? "")?.[1];
      expect(body.startsWith(`--${boundary}\r\n`)).toBe(true);
    }
    expect(bodies).toHaveLength(2);
  });

  it("the client does not retry a request whose body is a stream", async () => {
    const { fetch, bodies } = rejectingOnce();
    const body = new Blob(["[1]"]).stream();
    expect((await fetch(post(body, { duplex: "half" } as RequestInit))).status).toBe(429);
    expect(bodies).toEqual(["[1]"]);
  });

  it("the client opens a replayable stream again for the retry", async () => {
    const { fetch, bodies } = rejectingOnce();
    const open = vi.fn(() => new Blob(["[1]"]).stream());
    const { openBody, duplex } = replayableStream(open);
    const request = Object.assign(post(open(), { duplex } as RequestInit), { openBody });
    expect((await fetch(request)).status).toBe(200);
    expect(bodies).toEqual(["[1]", "[1]"]);
    expect(open).toHaveBeenCalledTimes(2);
  });

  it("the client does not retry a plain Request with a body, because its source is unknown", async () => {
    const { fetch, bodies } = rejectingOnce();
    expect((await fetch(new Request(url, { method: "POST", body: "[1]" }))).status).toBe(429);
    expect(bodies).toEqual(["[1]"]);
  });

  it("the client sends the body again for a request whose token was rejected in between", async () => {
    const { client, emulator, arrived } = createTransportTestClient();
    await client.GET("/qbench/api/v2/teams");
    arrived.length = 0;
    const fault = emulator.faults.add({ on: "api", revokeToken: true });
    const call = client.POST("/qbench/api/v2/orders", {
      body: orders,
      // Called with the first response, before the token is renewed.
      middleware: [
        {
          onResponse() {
            fault();
            emulator.faults.add({ on: "api", status: 429, times: 1 });
          },
        },
      ],
    });
    expect((await call).response.status).toBe(201);
    expect(arrived.map(({ body }) => JSON.parse(body))).toEqual([orders, orders, orders]);
  });
});

describe("withRetries on an abort", () => {
  it("an abort ends a wait immediately, with the reason of the caller", async () => {
    const reason = { my: "reason" };
    const abort = new AbortController();
    let sent = 0;
    const fetch = transport(
      async () => {
        sent++;
        return new Response(null, { status: 503, headers: { "Retry-After": "60" } });
      },
      { onEvent: () => queueMicrotask(() => abort.abort(reason)) },
    );
    // The timers are stopped, so only the abort can end this.
    await expect(fetch(new ReplayableRequest(url, { signal: abort.signal }))).rejects.toBe(reason);
    expect(sent).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("an abort never causes another attempt", async () => {
    const abort = new AbortController();
    const reason = new TypeError("fetch failed");
    const onEvent = vi.fn();
    let sent = 0;
    const fetch = transport(
      async request => {
        sent++;
        abort.abort(reason);
        request.signal.throwIfAborted();
        return new Response();
      },
      { onEvent },
    );
    await expect(fetch(new ReplayableRequest(url, { signal: abort.signal }))).rejects.toBe(reason);
    // By then, all pending work has ended.
    await nextMacrotask();
    expect([sent, onEvent.mock.calls]).toEqual([1, []]);
  });

  it("the client sends nothing if the signal is aborted before the call", async () => {
    const send = vi.fn(async () => new Response());
    const reason = { my: "reason" };
    const call = transport(send)(new ReplayableRequest(url, { signal: AbortSignal.abort(reason) }));
    await expect(call).rejects.toBe(reason);
    expect(send).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("withRetries with a listener", () => {
  it("a listener that throws does not fail the request", async () => {
    const { client, emulator } = createTransportTestClient(
      {},
      {
        onEvent() {
          throw new Error("a mistake");
        },
      },
    );
    emulator.faults.add({ on: "api", status: 503, times: 1 });
    expect((await client.GET("/qbench/api/v2/teams")).response.status).toBe(200);
  });

  it("a retry event contains neither the query nor the body nor the token", async () => {
    const { client, emulator, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 503, times: 1 });
    await client.GET("/qbench/api/v2/customers", { params: { query: { name_keyword: "Jane" } } });
    expect(Object.keys(events[0] ?? {}).sort()).toEqual(["attempt", "method", "path", "status", "type", "waitMs"]);
    expect(events[0]?.path).toBe("/qbench/api/v2/customers");
  });
});

describe("withRetries with a custom fetch", () => {
  it("the client rethrows the error of a custom fetch that throws synchronously, and leaves no timer", async () => {
    const error = new RangeError("mine");
    const call = transport(() => {
      throw error;
    })(get());
    await expect(call).rejects.toBe(error);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("the client rethrows the error of a custom fetch without a retry", async () => {
    const error = new RangeError("mine");
    const send = vi.fn(async () => {
      throw error;
    });
    await expect(transport(send)(get())).rejects.toBe(error);
    expect(send).toHaveBeenCalledOnce();
  });
});
