import { ReplayableRequest, replayableStream } from "@qbench-sdk/auth";
import type { Fault } from "@qbench-sdk/emulator";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withCallTimeout } from "../../src/transport/with-call-timeout.js";
import { withRetries } from "../../src/transport/with-retries.js";
import { nextMacrotask } from "../support/runtime.js";
import { createTransportTestClient, transport, useFakeTimers } from "../support/transport.js";

const url = "https://lab.example/qbench/api/v2/teams?name=Somebody";
const get = () => new ReplayableRequest(url);
const post = (body: BodyInit, init?: RequestInit) => new ReplayableRequest(url, { method: "POST", body, ...init });
const told = (seconds: number) => ({ "X-QBAPI-Throttle-TTL": String(seconds) });
const orders = [{ customer_account_id: 1 }];

beforeEach(useFakeTimers);
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a 429", () => {
  it("is waited for as long as QBench says, and the call sent again, a write with its whole body", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { client, emulator, arrived, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 429, headers: told(7), times: 1 });
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
  ])("says in its text how long, under %s", async (key, text) => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { client, emulator, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 429, body: { [key]: text }, times: 1 });
    await client.PATCH("/qbench/api/v2/orders", { body: [{ id: 1 }] });
    expect(events).toMatchObject([{ waitMs: 7000 }]);
  });

  it("is met by those who were told the same time at different times", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.4);
    const { client, emulator, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 429, headers: told(7), times: 1 });
    await client.GET("/qbench/api/v2/teams");
    expect(events).toMatchObject([{ waitMs: 7400 }]);
  });

  it("without a time is tried again after a growing pause", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const { client, emulator, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 429, body: "exceeded concurrent request limit of 10", times: 3 });
    const { response } = await client.POST("/qbench/api/v2/orders", { body: orders });
    expect(response.ok).toBe(true);
    expect(events.map(({ waitMs }) => waitMs)).toEqual([250, 500, 1000]);
  });

  it("whose text is without end, or breaks off, is tried again all the same", async () => {
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(1024));
      },
    });
    const broken = new ReadableStream({ start: controller => controller.error(new TypeError("terminated")) });
    const answers = [endless, broken, null];
    const fetch = withRetries(async () => new Response(answers.shift(), { status: answers.length ? 429 : 200 }), {
      attempts: 4,
      onEvent: ({ waitMs }) => queueMicrotask(() => vi.advanceTimersByTime(waitMs)),
    });
    expect((await fetch(get())).status).toBe(200);
    expect(pulled).toBeLessThan(20);
  });

  it("does not use up the stock of retries when QBench named the time", async () => {
    const { client, emulator, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 429, headers: told(1), times: 120 });
    for (let call = 0; call < 30; call++) await client.GET("/qbench/api/v2/teams");
    expect(events).toHaveLength(90);
    emulator.faults.add({ on: "api", status: 503, times: 1 });
    expect((await client.GET("/qbench/api/v2/teams")).response.status).toBe(200);
  });
});

describe("an error of the server", () => {
  it.each([500, 502, 503, 504])("%i is tried again for reads", async status => {
    const { client, emulator, arrived, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status, times: 3 });
    expect((await client.GET("/qbench/api/v2/teams")).response.status).toBe(200);
    expect(arrived).toHaveLength(4);
    expect(events.map(({ attempt }) => attempt)).toEqual([2, 3, 4]);
    expect(events[0]?.status).toBe(status);
  });

  it.each([500, 502, 503, 504])("%i to a write is not, also when it names a time", async status => {
    const { client, emulator, arrived } = createTransportTestClient();
    emulator.faults.add({ on: "api", status, headers: { "Retry-After": "1" } });
    await client.POST("/qbench/api/v2/orders", { body: orders });
    await client.PATCH("/qbench/api/v2/orders", { body: [{ id: 1 }] });
    await client.DELETE("/qbench/api/v2/orders/{order_id}", { params: { path: { order_id: 1 } } });
    expect(arrived.map(({ method }) => method)).toEqual(["POST", "PATCH", "DELETE"]);
  });

  it.each([400, 403, 404, 409, 501, 505])("%i is the answer", async status => {
    const { client, emulator, arrived } = createTransportTestClient();
    emulator.faults.add({ on: "api", status });
    expect((await client.GET("/qbench/api/v2/teams")).response.status).toBe(status);
    expect(arrived).toHaveLength(1);
  });

  it("is given to the caller after four attempts, with its body", async () => {
    const { client, emulator, arrived } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 503, body: { error_type: "Maintenance" } });
    const { error, response } = await client.GET("/qbench/api/v2/teams");
    expect([response.status, error]).toMatchObject([503, { error_type: "Maintenance" }]);
    expect(arrived).toHaveLength(4);
  });

  it("is tried as often as `retry` says, and not at all for false", async () => {
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

  it("is waited for up to 8 s, by chance", async () => {
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

  it("is waited for as long as Retry-After says, in seconds or as a date", async () => {
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

  it("uses up a stock of 20 retries, of which ten successes give one back", async () => {
    const { client, emulator, arrived } = createTransportTestClient();
    const fault = emulator.faults.add({ on: "api", status: 503 });
    for (let call = 0; call < 10; call++) await client.GET("/qbench/api/v2/teams");
    // Six calls of four attempts, one of three, and three without a retry.
    expect(arrived).toHaveLength(10 + 20);
    fault();
    for (let call = 0; call < 10; call++) await client.GET("/qbench/api/v2/teams");
    emulator.faults.add({ on: "api", status: 503 });
    arrived.length = 0;
    await client.GET("/qbench/api/v2/teams");
    await client.GET("/qbench/api/v2/teams");
    expect(arrived).toHaveLength(2 + 1);
  });

  it("frees its connection before it is tried again", async () => {
    const cancel = vi.fn();
    const answers = [
      new Response(new ReadableStream({ cancel }), { status: 503 }),
      new Response(new ReadableStream({ cancel }), { status: 200 }),
    ];
    const fetch = withRetries(async () => answers.shift() ?? Response.error(), {
      attempts: 4,
      onEvent({ waitMs }) {
        expect(cancel).toHaveBeenCalledOnce();
        queueMicrotask(() => vi.advanceTimersByTime(waitMs));
      },
    });
    expect((await fetch(get())).status).toBe(200);
    expect(cancel).toHaveBeenCalledOnce();
  });
});

describe("a connection that the emulator cuts", () => {
  const countOrders = async ({ client }: Pick<ReturnType<typeof createTransportTestClient>, "client">) =>
    (await client.GET("/qbench/api/v2/orders")).data?.total_count ?? 0;

  it.each(["before", "after"] as const)("%s a read is done makes it be sent again", async cut => {
    const { client, emulator, arrived } = createTransportTestClient();
    emulator.faults.add({ on: "api", cut, times: 2 });
    expect((await client.GET("/qbench/api/v2/teams")).response.status).toBe(200);
    expect(arrived).toHaveLength(3);
  });

  it("after a write was done does not make it be done twice, nor be told as not sent", async () => {
    const service = createTransportTestClient();
    const before = await countOrders(service);
    service.emulator.faults.add({ on: "api", method: "POST", cut: "after" });
    const error = await service.client
      .POST("/qbench/api/v2/orders", { body: orders })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "QBenchConnectionError", requestSent: true });
    expect(await countOrders(service)).toBe(before + 1);
  });

  it("or whatever else goes wrong, never makes a write be done twice", async () => {
    const wrong = fc.constantFrom<Fault>(
      { status: 429 },
      { status: 429, headers: told(3) },
      { status: 503 },
      { status: 503, headers: { "Retry-After": "1" } },
      { status: 500 },
      { cut: "before" },
      { cut: "after" },
      { cut: "during" },
      { revokeToken: true },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(wrong, { maxLength: 5 }), async faults => {
        const service = createTransportTestClient();
        const before = await countOrders(service);
        // Each is for one call, in this order.
        const next = [...faults];
        const add = () => {
          const fault = next.shift();
          if (fault) service.emulator.faults.add({ on: "api", times: 1, ...fault });
        };
        service.onArrival(add);
        const done = await service.client.POST("/qbench/api/v2/orders", { body: orders }).then(
          ({ response }) => response.ok,
          () => undefined,
        );
        service.onArrival(() => {});
        service.emulator.faults.clear();
        const made = (await countOrders(service)) - before;
        expect(made).toBeLessThanOrEqual(1);
        if (done !== undefined) expect(made).toBe(done ? 1 : 0);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the time of a call", () => {
  it("is not waited away: the answer comes at once when there is no time left for another", async () => {
    const { client, emulator, arrived, events } = createTransportTestClient({}, { timeouts: { totalMs: 60_000 } });
    emulator.faults.add({ on: "api", status: 429, headers: told(61) });
    const { response } = await client.GET("/qbench/api/v2/teams");
    expect(response.status).toBe(429);
    expect(response.headers.get("X-QBAPI-Throttle-TTL")).toBe("61");
    expect([arrived.length, events.length]).toEqual([1, 0]);
  });

  it("counts the waits before", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { client, emulator, events } = createTransportTestClient({}, { timeouts: { totalMs: 60_000 } });
    emulator.faults.add({ on: "api", status: 429, headers: told(25) });
    expect((await client.GET("/qbench/api/v2/teams")).response.status).toBe(429);
    expect(events.map(({ waitMs }) => waitMs)).toEqual([25_000, 25_000]);
  });

  it("without a limit still knows no timer that would fire at once", async () => {
    const { client, emulator, arrived } = createTransportTestClient({}, { timeouts: { totalMs: false } });
    emulator.faults.add({ on: "api", status: 429, headers: told(3_000_000) });
    expect((await client.GET("/qbench/api/v2/teams")).response.status).toBe(429);
    expect(arrived).toHaveLength(1);
  });
});

describe("what is sent again", () => {
  /** Answers 429 once, and notes what it was sent. */
  function refusingOnce() {
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

  it("is the request itself where there is no body", async () => {
    const { fetch, requests } = refusingOnce();
    const request = get();
    const clone = vi.spyOn(request, "clone");
    await fetch(request);
    expect(requests).toEqual([request, request]);
    expect(requests[1]).toBe(request);
    expect(clone).not.toHaveBeenCalled();
  });

  it("has the headers and whatever openapi-fetch put on the request", async () => {
    const { fetch, requests } = refusingOnce();
    const request = Object.assign(post("[1]", { headers: { Authorization: "Bearer abc" } }), { dispatcher: "mine" });
    await fetch(request);
    expect(requests[1]).not.toBe(request);
    expect(requests[1]).toMatchObject({ method: "POST", url, dispatcher: "mine" });
    expect([...(requests[1]?.headers ?? [])]).toEqual([...request.headers]);
  });

  it("is a form, with a boundary of its own", async () => {
    const { fetch, requests, bodies } = refusingOnce();
    const form = new FormData();
    form.set("name", "value");
    await fetch(post(form, { headers: { Authorization: "Bearer abc" } }));
    for (const [index, body] of bodies.entries()) {
      const boundary = /boundary=(.*)$/.exec(requests[index]?.headers.get("Content-Type") ?? "")?.[1];
      expect(body.startsWith(`--${boundary}\r\n`)).toBe(true);
    }
    expect(bodies).toHaveLength(2);
  });

  it("is never a stream, which is gone", async () => {
    const { fetch, bodies } = refusingOnce();
    const body = new Blob(["[1]"]).stream();
    expect((await fetch(post(body, { duplex: "half" } as RequestInit))).status).toBe(429);
    expect(bodies).toEqual(["[1]"]);
  });

  it("is a stream that can be opened anew, when the wait is over", async () => {
    const { fetch, bodies } = refusingOnce();
    const open = vi.fn(() => new Blob(["[1]"]).stream());
    const { openBody, duplex } = replayableStream(open);
    const request = Object.assign(post(open(), { duplex } as RequestInit), { openBody });
    expect((await fetch(request)).status).toBe(200);
    expect(bodies).toEqual(["[1]", "[1]"]);
    expect(open).toHaveBeenCalledTimes(2);
  });

  it("is not a plain Request with a body, of which nobody knows what it was made of", async () => {
    const { fetch, bodies } = refusingOnce();
    expect((await fetch(new Request(url, { method: "POST", body: "[1]" }))).status).toBe(429);
    expect(bodies).toEqual(["[1]"]);
  });

  it("still has its body when its token was refused in between", async () => {
    const { client, emulator, arrived } = createTransportTestClient();
    await client.GET("/qbench/api/v2/teams");
    arrived.length = 0;
    const fault = emulator.faults.add({ on: "api", revokeToken: true });
    const call = client.POST("/qbench/api/v2/orders", {
      body: orders,
      // Called with the first answer, before the token is renewed.
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

describe("an abort", () => {
  it("ends a wait at once, with the caller's own reason", async () => {
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
    // Time stands still: nothing but the abort ends this.
    await expect(fetch(new ReplayableRequest(url, { signal: abort.signal }))).rejects.toBe(reason);
    expect(sent).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is never answered with another attempt", async () => {
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
    // Whatever goes on behind it has ended then.
    await nextMacrotask();
    expect([sent, onEvent.mock.calls]).toEqual([1, []]);
  });

  it("before the call sends nothing", async () => {
    const sent = vi.fn(async () => new Response());
    const reason = { my: "reason" };
    const call = transport(sent)(new ReplayableRequest(url, { signal: AbortSignal.abort(reason) }));
    await expect(call).rejects.toBe(reason);
    expect(sent).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a listener", () => {
  it("that throws harms no call", async () => {
    const { client, emulator } = createTransportTestClient(
      {},
      {
        onEvent() {
          throw new Error("of its own");
        },
      },
    );
    emulator.faults.add({ on: "api", status: 503, times: 1 });
    expect((await client.GET("/qbench/api/v2/teams")).response.status).toBe(200);
  });

  it("gets neither query nor body nor token", async () => {
    const { client, emulator, events } = createTransportTestClient();
    emulator.faults.add({ on: "api", status: 503, times: 1 });
    await client.GET("/qbench/api/v2/customers", { params: { query: { name_keyword: "Somebody" } } });
    expect(Object.keys(events[0] ?? {}).sort()).toEqual(["attempt", "method", "path", "status", "type", "waitMs"]);
    expect(events[0]?.path).toBe("/qbench/api/v2/customers");
  });
});

describe("what isn't a failure of the network", () => {
  it("is thrown as it is by a fetch that isn't asynchronous, too, and leaves no timer", async () => {
    const error = new RangeError("mine");
    const call = transport(() => {
      throw error;
    })(get());
    await expect(call).rejects.toBe(error);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is thrown as it is: a fetch of somebody's own may throw what it likes", async () => {
    const error = new RangeError("mine");
    const sent = vi.fn(async () => {
      throw error;
    });
    const fetch = withCallTimeout(withRetries(sent, { attempts: 4 }), { bodyMs: false, totalMs: false });
    await expect(fetch(get())).rejects.toBe(error);
    expect(sent).toHaveBeenCalledOnce();
  });
});
