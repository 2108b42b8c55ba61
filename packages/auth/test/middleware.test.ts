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

/** An API that refuses the first so many tokens. */
const refuseTokens = (tenant: Tenant, count: number, refusal = () => json({}, { status: 401 })) => {
  const ok = tenant.onRequest;
  tenant.onRequest = request => {
    const number = Number(/token-(\d+)/.exec(request.headers.get("Authorization") ?? "")?.[1]);
    return number <= count ? refusal() : ok(request);
  };
};

describe("attaching the token", () => {
  test("1. 100 concurrent calls without a token make one exchange and all carry its token", async () => {
    const tenant = stubTenant();
    const client = clientOf(tenant);
    await Promise.all(times(100, () => client.GET(ORDERS)));
    expect(tenant.exchanges).toHaveLength(1);
    expect(tenant.bearers).toEqual(times(100, () => "Bearer token-1"));
  });

  test("5. two clients that share a source make one exchange", async () => {
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

  test("27. a request with its own Authorization keeps it and isn't replayed", async () => {
    const tenant = stubTenant();
    tenant.onRequest = () => json({}, { status: 401 });
    const { response } = await clientOf(tenant).GET(ORDERS, { headers: { Authorization: "Basic eDp5" } });
    expect(response.status).toBe(401);
    expect(tenant.bearers).toEqual(["Basic eDp5"]);
    expect(tenant.exchanges).toHaveLength(0);
  });

  test("27. an empty Authorization sends the request without one, and fetches no token", async () => {
    const tenant = stubTenant();
    await clientOf(tenant).GET(ORDERS, { headers: { Authorization: "" } });
    expect(tenant.bearers).toEqual([null]);
    expect(tenant.exchanges).toHaveLength(0);
  });

  test("28. the token endpoints themselves get no token", async () => {
    const tenant = stubTenant();
    const client = clientOf(tenant);
    await client.POST("/qbench/api/v2/auth/token", { body: {} });
    await client.POST("/qbench/api/v2/auth/token/refresh", { body: {}, params: { query: { a: "b" } } });
    expect(tenant.exchanges).toHaveLength(1);
    expect(tenant.exchanges[0]?.request.headers.get("Authorization")).toBeNull();
    expect(tenant.bearers).toEqual([null]);
  });

  test("28. the token's info does get one", async () => {
    const tenant = stubTenant();
    await clientOf(tenant).GET("/qbench/api/v2/auth/token/info");
    expect(tenant.bearers).toEqual(["Bearer token-1"]);
  });

  test.each([
    "https://files.example.com",
    "https://example.qbench.net.attacker.example",
    "https://example.qbench.net:8443",
    "http://example.qbench.net",
  ])("59. another origin gets no token: %s", async baseUrl => {
    const tenant = stubTenant();
    await clientOf(tenant).GET(ORDERS, { baseUrl });
    expect(tenant.bearers).toEqual([null]);
    expect(tenant.exchanges).toHaveLength(0);
  });

  test("when no token can be had the call throws what the source threw", async () => {
    const tenant = stubTenant();
    tenant.onExchange = () => json({ error: "invalid_client" }, { status: 401 });
    await expect(clientOf(tenant).GET(ORDERS)).rejects.toMatchObject({
      name: "QBenchAuthError",
      code: "invalid_client",
    });
    expect(tenant.requests).toHaveLength(0);
  });

  test("62. an aborted call makes no exchange", async () => {
    const tenant = stubTenant();
    const reason = new Error("too late");
    expect(await thrownBy(() => clientOf(tenant).GET(ORDERS, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(tenant.exchanges).toHaveLength(0);
  });

  test.runIf(warnsOfLeaks)("64. 10 000 calls with one long-lived signal leave no warning", async () => {
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

describe("a refused token", () => {
  test("3. 100 calls refused together make one exchange and are each replayed once", async () => {
    const tenant = stubTenant();
    refuseTokens(tenant, 1);
    const client = clientOf(tenant);
    const results = await Promise.all(times(100, () => client.GET(ORDERS)));
    expect(results.every(({ response }) => response.status === 200)).toBe(true);
    expect(tenant.exchanges).toHaveLength(2);
    expect(tenant.requests).toHaveLength(200);
  });

  test("4. 20 refusals that come one by one after the renewal make no further exchange", async () => {
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

  test("14. 401 then 200 shows the caller 200, with the dead answer's body cancelled", async () => {
    const tenant = stubTenant();
    const cancelled = vi.fn();
    refuseTokens(tenant, 1, () => new Response(new ReadableStream({ cancel: cancelled }), { status: 401 }));
    const { response } = await clientOf(tenant).GET(ORDERS);
    expect(response.status).toBe(200);
    expect(tenant.requests).toHaveLength(2);
    expect(cancelled).toHaveBeenCalledOnce();
  });

  test("15. 401 on the replay too is the caller's answer, and the new token stays", async () => {
    const tenant = stubTenant();
    refuseTokens(tenant, 2, () => json({ error_type: "AuthError" }, { status: 401 }));
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

  const dead: [string, unknown][] = [
    ["16. 400 with error_type AuthError", { error_type: "AuthError", error_description: "expired" }],
    ["17. 400 with invalid_grant", { error: "invalid_grant", error_description: "Access token has expired." }],
    [
      "17. 400 about the header's format",
      { error: "invalid_request", error_description: "Invalid Authorization header format." },
    ],
  ];
  test.each(dead)("%s is renewed and replayed once", async (_, body) => {
    const tenant = stubTenant();
    refuseTokens(tenant, 1, () => json(body, { status: 400 }));
    const { response } = await clientOf(tenant).GET(ORDERS);
    expect(response.status).toBe(200);
    expect(tenant.exchanges).toHaveLength(2);
    expect(tenant.requests).toHaveLength(2);
  });

  const alive: [string, () => Response][] = [
    ["16. 400 validation error", () => json({ error_type: "ValidationError", errors: [] }, { status: 400 })],
    ["400 of HTML", () => new Response("invalid_grant AuthError", { status: 400 })],
    ["400 with an array", () => json([{ error_type: "AuthError" }], { status: 400 })],
    ["18. 403", () => json({ error_type: "AuthError" }, { status: 403 })],
    ["404", () => json({ error_type: "NotFound" }, { status: 404 })],
    ["429", () => json({ error: "ratelimit exceeded" }, { status: 429 })],
    ["500", () => new Response("AuthError", { status: 500 })],
  ];
  test.each(alive)("%s is no such thing, and its body is the caller's to read", async (_, answer) => {
    const tenant = stubTenant();
    tenant.onRequest = answer;
    const { response, error } = await clientOf(tenant).GET(ORDERS);
    const expected = answer();
    expect(response.status).toBe(expected.status);
    const text = await expected.text();
    expect(typeof error === "string" ? error : JSON.stringify(error)).toBe(text);
    expect(tenant.exchanges).toHaveLength(1);
    expect(tenant.requests).toHaveLength(1);
  });

  test("a huge 400 is read no further than an envelope can be", async () => {
    const tenant = stubTenant();
    tenant.onRequest = () => json({ text: "x".repeat(200_000), error_type: "AuthError" }, { status: 400 });
    const { error } = await clientOf(tenant).GET(ORDERS);
    expect(error).toMatchObject({ error_type: "AuthError" });
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("29. an empty 401, and one to HEAD, are replayed", async () => {
    const tenant = stubTenant();
    refuseTokens(tenant, 1, () => new Response(null, { status: 401 }));
    const client = clientOf(tenant);
    expect((await client.HEAD(ORDERS)).response.status).toBe(200);
    expect(tenant.requests.map(({ method }) => method)).toEqual(["HEAD", "HEAD"]);
  });

  test("29. an empty 401 that stays is a failure though `error` is undefined", async () => {
    const tenant = stubTenant();
    tenant.onRequest = () => new Response(null, { status: 401, headers: { "Content-Length": "0" } });
    const { response, error } = await clientOf(tenant).GET(ORDERS);
    expect(error).toBeUndefined();
    expect(response.ok).toBe(false);
  });

  test("when no new token can be had the call throws", async () => {
    const tenant = stubTenant();
    refuseTokens(tenant, 1);
    tenant.onExchange = number => (number === 1 ? tokenResponse(1) : new Response(null, { status: 503 }));
    await expect(withFakeTimers(() => clientOf(tenant).GET(ORDERS))).rejects.toMatchObject({ code: "server_error" });
  });
});

test("24. an answer that is still being read when its token expires is left alone", async () => {
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

describe("replaying a body", () => {
  const bodies = async (tenant: Tenant) => Promise.all(tenant.requests.map(call => call.clone().arrayBuffer()));

  test("19. JSON goes again with the same bytes and type", async () => {
    const tenant = stubTenant();
    refuseTokens(tenant, 1);
    const { response } = await clientOf(tenant).POST(ORDERS, { body: [{ comments: "µg · ✓" }] });
    expect(response.status).toBe(200);
    const [first, second] = await bodies(tenant);
    expect(new TextDecoder().decode(first)).toBe('[{"comments":"µg · ✓"}]');
    expect(second).toEqual(first);
    expect(tenant.requests.map(({ headers }) => headers.get("Content-Type"))).toEqual(
      times(2, () => "application/json"),
    );
  });

  test("20. a form goes again with its boundary and the same bytes", async () => {
    const tenant = stubTenant();
    refuseTokens(tenant, 1);
    const form = new FormData();
    form.append("file", new Blob([new Uint8Array([0, 255, 1, 254])]), "a.bin");
    await clientOf(tenant).POST(ORDERS, { body: form });
    const [first, second] = await bodies(tenant);
    expect(second).toEqual(first);
    const file = (await tenant.requests[1]?.formData())?.get("file");
    expect(file).toBeInstanceOf(Blob);
    expect(new Uint8Array(await (file as Blob).arrayBuffer())).toEqual(new Uint8Array([0, 255, 1, 254]));
  });

  test.runIf(distinguishesBlobs)("20. a blob goes again with the same bytes", async () => {
    const tenant = stubTenant();
    refuseTokens(tenant, 1);
    const blob = new Blob([new Uint8Array([9, 8, 7])], { type: "application/pdf" });
    await clientOf(tenant).POST(ORDERS, { body: blob, bodySerializer: body => body });
    const [first, second] = await bodies(tenant);
    expect(new Uint8Array(first ?? new ArrayBuffer())).toEqual(new Uint8Array([9, 8, 7]));
    expect(second).toEqual(first);
  });

  test("23. the copy is cancelled once the answer is there, or the connection broke", async () => {
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

  test("a request without a body is not copied before it is sent", async () => {
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

  test("headers that another middleware added go again", async () => {
    const tenant = stubTenant();
    refuseTokens(tenant, 1);
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

  test("a request whose body another middleware replaced is not replayed with the old one", async () => {
    const tenant = stubTenant();
    refuseTokens(tenant, 1);
    const client = clientOf(tenant);
    const replace: Middleware = {
      onRequest: ({ request }) => new Request(request, { body: '{"replaced":true}' }),
    };
    client.use(replace);
    const { response } = await client.POST(ORDERS, { body: {} });
    expect(response.status).toBe(401);
    expect(tenant.requests).toHaveLength(1);
  });

  test("25. the replay follows the call's own signal", async () => {
    const tenant = stubTenant();
    refuseTokens(tenant, 1);
    const controller = new AbortController();
    await clientOf(tenant).GET(ORDERS, { signal: controller.signal, cache: "no-store" });
    const replay = tenant.requests[1];
    expect(replay?.cache).toBe("no-store");
    controller.abort();
    expect(replay?.signal.aborted).toBe(true);
  });
});

test("26. registered last, it replays before a middleware that throws on failures sees the answer", async () => {
  const tenant = stubTenant();
  refuseTokens(tenant, 1);
  const strict: Middleware = {
    onResponse({ response }) {
      if (!response.ok) throw new Error(`failed: ${response.status}`);
    },
  };
  const { response } = await clientOf(tenant, strict).GET(ORDERS);
  expect(response.status).toBe(200);
});

test("it is an openapi-fetch middleware", () => {
  expectTypeOf(createAuthMiddleware).returns.toEqualTypeOf<Middleware>();
});
