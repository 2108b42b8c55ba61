import createClient, { type Middleware } from "openapi-fetch";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { createAuthMiddleware, createTokenSource } from "../src/index.ts";
import { distinguishesBlobs, warnsOfLeaks } from "./support/runtime.ts";
import {
  json,
  ORDERS,
  ORIGIN,
  stubTenant,
  type Tenant,
  thrownBy,
  times,
  tokenResponse,
  waitFor,
  withFakeTimers,
} from "./support/tenant.ts";

interface Operation {
  parameters: { query?: Record<string, unknown> };
  responses: { 200: { content: { "application/json": unknown } } };
}
interface WithBody extends Operation {
  requestBody: { content: { "application/json": unknown } };
}
interface TestPaths {
  "/qbench/api/v2/orders": { get: Operation; post: WithBody; delete: Operation; head: Operation };
  "/qbench/api/v2/auth/token": { post: WithBody };
  "/qbench/api/v2/auth/token/refresh": { post: WithBody };
  "/qbench/api/v2/auth/token/info": { get: Operation };
}

const clientOf = (tenant: Tenant, ...more: Middleware[]) => {
  const client = createClient<TestPaths>({ baseUrl: ORIGIN, fetch: tenant.fetch });
  client.use(...more, createAuthMiddleware(tenant.options));
  return client;
};

/** Makes the API reject the first `count` tokens. */
const rejectTokens = (tenant: Tenant, count: number, respond = () => json({}, { status: 401 })) => {
  const ok = tenant.onRequest;
  tenant.onRequest = request => {
    const number = Number(/token-(\d+)/.exec(request.headers.get("Authorization") ?? "")?.[1]);
    return number <= count ? respond() : ok(request);
  };
};

describe("attaching the token", () => {
  test("makes one exchange for 100 concurrent requests, which all carry its token", async () => {
    const tenant = stubTenant();
    const client = clientOf(tenant);
    await Promise.all(times(100, () => client.GET(ORDERS)));
    expect(tenant.exchanges).toHaveLength(1);
    expect(tenant.bearers).toEqual(times(100, () => "Bearer token-1"));
  });

  test("makes one exchange for two clients that share a token source", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    const clients = times(2, () => {
      const client = createClient<TestPaths>({ baseUrl: ORIGIN, fetch: tenant.fetch });
      client.use(createAuthMiddleware(source));
      return client;
    });
    await Promise.all(clients.map(client => client.GET(ORDERS)));
    expect(tenant.exchanges).toHaveLength(1);
    expect(tenant.bearers).toEqual(["Bearer token-1", "Bearer token-1"]);
  });

  test("keeps the Authorization of a request, and does not replay it", async () => {
    const tenant = stubTenant();
    tenant.onRequest = () => json({}, { status: 401 });
    const { response } = await clientOf(tenant).GET(ORDERS, { headers: { Authorization: "Basic eDp5" } });
    expect(response.status).toBe(401);
    expect(tenant.bearers).toEqual(["Basic eDp5"]);
    expect(tenant.exchanges).toHaveLength(0);
  });

  test("sends a request with an empty Authorization without one, and gets no token", async () => {
    const tenant = stubTenant();
    await clientOf(tenant).GET(ORDERS, { headers: { Authorization: "" } });
    expect(tenant.bearers).toEqual([null]);
    expect(tenant.exchanges).toHaveLength(0);
  });

  test("sends no token to the token endpoints", async () => {
    const tenant = stubTenant();
    const client = clientOf(tenant);
    await client.POST("/qbench/api/v2/auth/token", { body: {} });
    await client.POST("/qbench/api/v2/auth/token/refresh", { body: {}, params: { query: { a: "b" } } });
    expect(tenant.exchanges).toHaveLength(1);
    expect(tenant.exchanges[0]?.request.headers.get("Authorization")).toBeNull();
    expect(tenant.bearers).toEqual([null]);
  });

  test("sends a token to auth/token/info", async () => {
    const tenant = stubTenant();
    await clientOf(tenant).GET("/qbench/api/v2/auth/token/info");
    expect(tenant.bearers).toEqual(["Bearer token-1"]);
  });

  test.each([
    "https://files.example.com",
    "https://example.qbench.net.attacker.example",
    "https://example.qbench.net:8443",
    "http://example.qbench.net",
  ])("sends no token to another origin: %s", async baseUrl => {
    const tenant = stubTenant();
    await clientOf(tenant).GET(ORDERS, { baseUrl });
    expect(tenant.bearers).toEqual([null]);
    expect(tenant.exchanges).toHaveLength(0);
  });

  test("rejects with the error of the token source if it has no token", async () => {
    const tenant = stubTenant();
    tenant.onExchange = () => json({ error: "invalid_client" }, { status: 401 });
    await expect(clientOf(tenant).GET(ORDERS)).rejects.toMatchObject({
      name: "QBenchAuthError",
      code: "invalid_client",
    });
    expect(tenant.requests).toHaveLength(0);
  });

  test("makes no exchange for a request that is aborted already", async () => {
    const tenant = stubTenant();
    const reason = new Error("too late");
    expect(await thrownBy(() => clientOf(tenant).GET(ORDERS, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(tenant.exchanges).toHaveLength(0);
  });

  test.runIf(warnsOfLeaks)("causes no leak warning in 10 000 requests with one signal", async () => {
    const warned = vi.fn();
    process.on("warning", warned);
    const tenant = stubTenant();
    const client = clientOf(tenant);
    const { signal } = new AbortController();
    for (let i = 0; i < 100; i += 1) await Promise.all(times(100, () => client.GET(ORDERS, { signal })));
    process.off("warning", warned);
    expect(tenant.exchanges).toHaveLength(1);
    expect(warned).not.toHaveBeenCalled();
  });
});

describe("a rejected token", () => {
  test("makes one exchange for 100 requests that are rejected together, and replays each once", async () => {
    const tenant = stubTenant();
    rejectTokens(tenant, 1);
    const client = clientOf(tenant);
    const results = await Promise.all(times(100, () => client.GET(ORDERS)));
    expect(results.every(({ response }) => response.status === 200)).toBe(true);
    expect(tenant.exchanges).toHaveLength(2);
    expect(tenant.requests).toHaveLength(200);
  });

  test("makes no exchange for 20 rejections that arrive after the renewal", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    const client = createClient<TestPaths>({ baseUrl: ORIGIN, fetch: tenant.fetch });
    client.use(createAuthMiddleware(source));
    const late: ((response: Response) => void)[] = [];
    const ok = tenant.onRequest;
    tenant.onRequest = request =>
      request.headers.get("Authorization") === "Bearer token-1"
        ? new Promise<Response>(resolve => late.push(resolve))
        : ok(request);
    const calls = times(20, () => client.GET(ORDERS));
    await waitFor(() => late.length === 20);
    source.reject("token-1");
    await source.getToken();
    for (const [i, call] of calls.entries()) {
      late[i]?.(json({}, { status: 401 }));
      expect((await call).response.status).toBe(200);
    }
    expect(tenant.exchanges).toHaveLength(2);
    expect(tenant.bearers.slice(20)).toEqual(times(20, () => "Bearer token-2"));
  });

  test("replays a 401 once, and cancels its body", async () => {
    const tenant = stubTenant();
    const canceled = vi.fn();
    rejectTokens(tenant, 1, () => new Response(new ReadableStream({ cancel: canceled }), { status: 401 }));
    const { response } = await clientOf(tenant).GET(ORDERS);
    expect(response.status).toBe(200);
    expect(tenant.requests).toHaveLength(2);
    expect(canceled).toHaveBeenCalledOnce();
  });

  test("returns the response of a replay that is rejected too, and keeps the new token", async () => {
    const tenant = stubTenant();
    rejectTokens(tenant, 2, () => json({ error_type: "AuthError" }, { status: 401 }));
    const source = createTokenSource(tenant.options);
    const client = createClient<TestPaths>({ baseUrl: ORIGIN, fetch: tenant.fetch });
    client.use(createAuthMiddleware(source));
    const { response, error } = await client.GET(ORDERS);
    expect(response.status).toBe(401);
    expect(error).toEqual({ error_type: "AuthError" });
    expect(tenant.requests).toHaveLength(2);
    expect(await source.getToken()).toBe("token-2");
    expect(tenant.exchanges).toHaveLength(2);
  });

  const rejections: [string, unknown][] = [
    ["a 400 with error_type AuthError", { error_type: "AuthError", error_description: "expired" }],
    ["a 400 with invalid_grant", { error: "invalid_grant", error_description: "Access token has expired." }],
    [
      "a 400 about the format of the Authorization header",
      { error: "invalid_request", error_description: "Invalid Authorization header format." },
    ],
  ];
  test.each(rejections)("renews the token and replays once after %s", async (_, body) => {
    const tenant = stubTenant();
    rejectTokens(tenant, 1, () => json(body, { status: 400 }));
    const { response } = await clientOf(tenant).GET(ORDERS);
    expect(response.status).toBe(200);
    expect(tenant.exchanges).toHaveLength(2);
    expect(tenant.requests).toHaveLength(2);
  });

  const otherErrors: [string, () => Response][] = [
    ["a 400 with a validation error", () => json({ error_type: "ValidationError", errors: [] }, { status: 400 })],
    ["a 400 with HTML", () => new Response("invalid_grant AuthError", { status: 400 })],
    ["a 400 with an array", () => json([{ error_type: "AuthError" }], { status: 400 })],
    ["a 403", () => json({ error_type: "AuthError" }, { status: 403 })],
    ["a 404", () => json({ error_type: "NotFound" }, { status: 404 })],
    ["a 429", () => json({ error: "ratelimit exceeded" }, { status: 429 })],
    ["a 500", () => new Response("AuthError", { status: 500 })],
  ];
  test.each(otherErrors)("returns %s without a replay, and leaves its body readable", async (_, respond) => {
    const tenant = stubTenant();
    tenant.onRequest = respond;
    const { response, error } = await clientOf(tenant).GET(ORDERS);
    const expected = respond();
    expect(response.status).toBe(expected.status);
    const text = await expected.text();
    expect(typeof error === "string" ? error : JSON.stringify(error)).toBe(text);
    expect(tenant.exchanges).toHaveLength(1);
    expect(tenant.requests).toHaveLength(1);
  });

  test("does not replay a 400 with a body above the size limit", async () => {
    const tenant = stubTenant();
    tenant.onRequest = () => json({ text: "x".repeat(200_000), error_type: "AuthError" }, { status: 400 });
    const { error } = await clientOf(tenant).GET(ORDERS);
    expect(error).toMatchObject({ error_type: "AuthError" });
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("replays an empty 401 to HEAD", async () => {
    const tenant = stubTenant();
    rejectTokens(tenant, 1, () => new Response(null, { status: 401 }));
    const client = clientOf(tenant);
    expect((await client.HEAD(ORDERS)).response.status).toBe(200);
    expect(tenant.requests.map(({ method }) => method)).toEqual(["HEAD", "HEAD"]);
  });

  test("returns an empty 401 that stays as a response that is not ok, although `error` is undefined", async () => {
    const tenant = stubTenant();
    tenant.onRequest = () => new Response(null, { status: 401, headers: { "Content-Length": "0" } });
    const { response, error } = await clientOf(tenant).GET(ORDERS);
    expect(error).toBeUndefined();
    expect(response.ok).toBe(false);
  });

  test("rejects if the replay gets no new token", async () => {
    const tenant = stubTenant();
    rejectTokens(tenant, 1);
    tenant.onExchange = number => (number === 1 ? tokenResponse(1) : new Response(null, { status: 503 }));
    await expect(withFakeTimers(() => clientOf(tenant).GET(ORDERS))).rejects.toMatchObject({ code: "server_error" });
  });
});

test("does not touch a response that is still being read when its token expires", async () => {
  const tenant = stubTenant();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  tenant.onRequest = request =>
    request.headers.get("Authorization") === "Bearer token-1" ? new Response(readable) : json({ data: [] });
  const client = clientOf(tenant);
  const { data: stream } = await client.GET(ORDERS, { parseAs: "stream" });
  const text = new Response(stream).text();
  await writer.write(new TextEncoder().encode("first, "));
  tenant.clock.advance(3_600_000);
  expect((await client.GET(ORDERS)).response.status).toBe(200);
  await writer.write(new TextEncoder().encode("second"));
  await writer.close();
  await expect(text).resolves.toBe("first, second");
  expect(tenant.bearers).toEqual(["Bearer token-1", "Bearer token-2"]);
});

describe("the body of a replay", () => {
  const bodies = async (tenant: Tenant) => Promise.all(tenant.requests.map(call => call.clone().arrayBuffer()));

  test("replays JSON with the same bytes and type", async () => {
    const tenant = stubTenant();
    rejectTokens(tenant, 1);
    const { response } = await clientOf(tenant).POST(ORDERS, { body: [{ comments: "µg · ✓" }] });
    expect(response.status).toBe(200);
    const [first, second] = await bodies(tenant);
    expect(new TextDecoder().decode(first)).toBe('[{"comments":"µg · ✓"}]');
    expect(second).toEqual(first);
    expect(tenant.requests.map(({ headers }) => headers.get("Content-Type"))).toEqual(
      times(2, () => "application/json"),
    );
  });

  test("replays a form with its boundary and the same bytes", async () => {
    const tenant = stubTenant();
    rejectTokens(tenant, 1);
    const form = new FormData();
    form.append("file", new Blob([new Uint8Array([0, 255, 1, 254])]), "a.bin");
    await clientOf(tenant).POST(ORDERS, { body: form });
    const [first, second] = await bodies(tenant);
    expect(second).toEqual(first);
    const file = (await tenant.requests[1]?.formData())?.get("file");
    expect(file).toBeInstanceOf(Blob);
    expect(new Uint8Array(await (file as Blob).arrayBuffer())).toEqual(new Uint8Array([0, 255, 1, 254]));
  });

  test.runIf(distinguishesBlobs)("replays a Blob with the same bytes", async () => {
    const tenant = stubTenant();
    rejectTokens(tenant, 1);
    const blob = new Blob([new Uint8Array([9, 8, 7])], { type: "application/pdf" });
    await clientOf(tenant).POST(ORDERS, { body: blob, bodySerializer: body => body });
    const [first, second] = await bodies(tenant);
    expect(new Uint8Array(first ?? new ArrayBuffer())).toEqual(new Uint8Array([9, 8, 7]));
    expect(second).toEqual(first);
  });

  test("cancels the copy when the response arrived or the connection broke", async () => {
    const tenant = stubTenant();
    const client = clientOf(tenant);
    const cancel = vi.spyOn(ReadableStream.prototype, "cancel");
    await client.POST(ORDERS, { body: {} });
    expect(cancel).toHaveBeenCalledOnce();
    tenant.onRequest = () => {
      throw new TypeError("fetch failed");
    };
    await expect(client.POST(ORDERS, { body: {} })).rejects.toThrow("fetch failed");
    expect(cancel).toHaveBeenCalledTimes(2);
    cancel.mockRestore();
  });

  test("does not copy a request without a body", async () => {
    const tenant = stubTenant();
    const clone = vi.spyOn(Request.prototype, "clone");
    const client = clientOf(tenant);
    await client.GET(ORDERS);
    clone.mockClear();
    await client.GET(ORDERS);
    await client.DELETE(ORDERS);
    expect(clone).not.toHaveBeenCalled();
    clone.mockRestore();
  });

  test("replays headers that another middleware added", async () => {
    const tenant = stubTenant();
    rejectTokens(tenant, 1);
    const client = clientOf(tenant);
    const tag: Middleware = {
      onRequest({ request }) {
        request.headers.set("X-Trace", "17");
      },
    };
    client.use(tag);
    await client.POST(ORDERS, { body: {} });
    expect(tenant.requests.map(({ headers }) => headers.get("X-Trace"))).toEqual(["17", "17"]);
    expect(tenant.bearers).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  test("does not replay a request whose body another middleware replaced", async () => {
    const tenant = stubTenant();
    rejectTokens(tenant, 1);
    const client = clientOf(tenant);
    const replace: Middleware = {
      onRequest: ({ request }) => new Request(request, { body: '{"replaced":true}' }),
    };
    client.use(replace);
    const { response } = await client.POST(ORDERS, { body: {} });
    expect(response.status).toBe(401);
    expect(tenant.requests).toHaveLength(1);
  });

  test("replays with the signal and the cache mode of the request", async () => {
    const tenant = stubTenant();
    rejectTokens(tenant, 1);
    const controller = new AbortController();
    await clientOf(tenant).GET(ORDERS, { signal: controller.signal, cache: "no-store" });
    const replay = tenant.requests[1];
    expect(replay?.cache).toBe("no-store");
    controller.abort();
    expect(replay?.signal.aborted).toBe(true);
  });
});

test("replays before a middleware that throws on errors sees the response, if it is registered last", async () => {
  const tenant = stubTenant();
  rejectTokens(tenant, 1);
  const strict: Middleware = {
    onResponse({ response }) {
      if (!response.ok) throw new Error(`failed: ${response.status}`);
    },
  };
  const { response } = await clientOf(tenant, strict).GET(ORDERS);
  expect(response.status).toBe(200);
});

test("createAuthMiddleware returns an openapi-fetch middleware", () => {
  expectTypeOf(createAuthMiddleware).returns.toEqualTypeOf<Middleware>();
});
