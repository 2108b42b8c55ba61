import { startEmulator } from "@qbench-sdk/emulator";
import createClient, { type ClientOptions } from "openapi-fetch";
import { describe, expect, test, vi } from "vitest";
import {
  createAuthMiddleware,
  createTokenSource,
  ReplayableRequest,
  replayableStream,
  type TokenEvent,
} from "../src/index.ts";
import { replayerOf } from "../src/internal.ts";
import { canListen, distinguishesBlobs } from "./support/runtime.ts";
import { json, ORDERS, ORIGIN, stubTenant, times } from "./support/tenant.ts";

interface TestPaths {
  "/qbench/api/v2/orders": {
    get: { responses: { 200: { content: { "application/json": unknown } } } };
    post: {
      requestBody: { content: { "application/json": unknown } };
      responses: { 200: { content: { "application/json": unknown } } };
    };
  };
}

/** A client of a tenant that refuses the first token, and what the tenant was sent. */
function refusedOnce(options: ClientOptions = {}) {
  const tenant = stubTenant();
  const bodies: { type: string; bytes: Uint8Array }[] = [];
  tenant.onRequest = async request => {
    bodies.push({ type: request.headers.get("Content-Type") ?? "", bytes: await request.bytes() });
    return request.headers.get("Authorization") === "Bearer token-1" ? json({}, { status: 401 }) : json({ data: [] });
  };
  const source = createTokenSource(tenant.options);
  const events: TokenEvent[] = [];
  source.on(event => void events.push(event));
  const client = createClient<TestPaths>({ baseUrl: ORIGIN, fetch: tenant.fetch, ...options });
  client.use(createAuthMiddleware(source));
  return { tenant, client, bodies, events };
}

const streamOf = (text: string): ReadableStream =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });

describe.each([
  ["by openapi-fetch's own Request", {}],
  ["by a ReplayableRequest", { Request: ReplayableRequest }],
  ["by openapi-fetch's own Request that follows no redirect", { redirect: "manual" }],
  ["by a ReplayableRequest that follows no redirect", { Request: ReplayableRequest, redirect: "manual" }],
] as const)("a refused call with a body, made %s", (_, options) => {
  test("19. of JSON is sent again with the same bytes and type", async () => {
    const { client, bodies } = refusedOnce(options);
    expect((await client.POST(ORDERS, { body: [{ name: "größer" }] })).response.status).toBe(200);
    expect(bodies).toHaveLength(2);
    expect(bodies[1]).toEqual(bodies[0]);
    expect(bodies[0]?.type).toBe("application/json");
  });

  test("20. of a form is sent again with a valid boundary and the same parts", async () => {
    const { client, bodies } = refusedOnce(options);
    const form = new FormData();
    form.append("file", new Blob([Uint8Array.of(1, 2, 255)]), "a.bin");
    await client.POST(ORDERS, { body: form });
    expect(bodies).toHaveLength(2);
    for (const { type, bytes } of bodies) {
      const read = await new Response(bytes as Uint8Array<ArrayBuffer>, {
        headers: { "Content-Type": type },
      }).formData();
      const file = read.get("file");
      expect(file instanceof Blob && new Uint8Array(await file.arrayBuffer())).toEqual(Uint8Array.of(1, 2, 255));
    }
  });

  test("20. of a Blob is sent again with the same bytes", async () => {
    const { client, bodies } = refusedOnce(options);
    await client.POST(ORDERS, {
      body: new Blob(["some bytes"]),
      bodySerializer: (body: unknown) => body as Blob,
      headers: { "Content-Type": "text/plain" },
    });
    const isRepeated = distinguishesBlobs || "Request" in options;
    expect(bodies.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(
      times(isRepeated ? 2 : 1, () => "some bytes"),
    );
  });

  test("21. of a stream is not sent again; the answer is the caller's, and an event tells", async () => {
    const { client, bodies, events } = refusedOnce(options);
    const init = { body: streamOf("once"), bodySerializer: (body: unknown) => body as ReadableStream, duplex: "half" };
    const { response } = await client.POST(ORDERS, init);
    expect(response.status).toBe(401);
    expect(bodies).toHaveLength(1);
    expect(events).toContainEqual({ type: "token-rejected", isCurrent: true, willReplay: false });
  });

  test("22. of a stream that can be opened anew is sent again, once", async () => {
    const { client, bodies, tenant } = refusedOnce(options);
    const open = vi.fn(() => streamOf("anew"));
    await client.POST(ORDERS, { body: {}, ...replayableStream(open) });
    expect(bodies.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(["anew", "anew"]);
    expect(open).toHaveBeenCalledTimes(2);
    expect(tenant.exchanges).toHaveLength(2);
  });
});

test("21. a stream is never copied, which would hold all of it in memory", async () => {
  const tee = vi.spyOn(ReadableStream.prototype, "tee");
  const { client, bodies } = refusedOnce();
  const chunk = new Uint8Array(1 << 20);
  let left = 64;
  const body = new ReadableStream({
    pull(controller) {
      if (left === 0) return controller.close();
      left -= 1;
      controller.enqueue(chunk);
    },
  });
  const init = { body, bodySerializer: (given: unknown) => given as ReadableStream, duplex: "half" };
  await client.POST(ORDERS, init);
  expect(bodies[0]?.bytes.byteLength).toBe(64 << 20);
  // The stub copies token requests, which are made of text.
  expect(tee.mock.contexts).not.toContain(body);
  tee.mockRestore();
});

test("23. a ReplayableRequest is never copied", async () => {
  const copy = vi.spyOn(Request.prototype, "clone");
  const tenant = stubTenant();
  const client = createClient<TestPaths>({ baseUrl: ORIGIN, fetch: tenant.fetch, Request: ReplayableRequest });
  client.use(createAuthMiddleware(createTokenSource({ ...tenant.options })));
  copy.mockClear();
  await client.POST(ORDERS, { body: [] });
  // The stub copies the token request.
  expect(copy.mock.contexts.filter(request => (request as Request).url.endsWith(ORDERS))).toHaveLength(0);
  copy.mockRestore();
});

test.each([{}, { Request: ReplayableRequest, redirect: "manual" }] as const)(
  "a call whose request a later middleware has replaced is not sent again, %#",
  async options => {
    const { client, bodies, events } = refusedOnce(options);
    client.use({
      onRequest: ({ request }) => new Request(request, { body: "of another making", method: "POST" }),
    });
    // The last that is registered sees the request last, and so replaces it.
    expect((await client.POST(ORDERS, { body: [] })).response.status).toBe(401);
    expect(bodies.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(["of another making"]);
    expect(events).toContainEqual({ type: "token-rejected", isCurrent: true, willReplay: false });
  },
);

test("a ReplayableRequest knows its body, and that there is none", () => {
  const url = `${ORIGIN}${ORDERS}`;
  expect(ReplayableRequest.bodyOf(new ReplayableRequest(url, { method: "POST", body: "a" }))).toBe("a");
  expect(ReplayableRequest.bodyOf(new ReplayableRequest(url, { method: "POST", body: null }))).toBeUndefined();
  expect(ReplayableRequest.bodyOf(new ReplayableRequest(url))).toBeUndefined();
  expect(ReplayableRequest.bodyOf(new Request(url, { method: "POST", body: "a" }))).toBeUndefined();
});

describe("redirects", () => {
  test("58. a fetch that isn't the runtime's own is given no redirect to follow", async () => {
    const tenant = stubTenant();
    tenant.onRequest = request => {
      expect(request.redirect).toBe("manual");
      return new Response(null, { status: 302, headers: { Location: "https://attacker.example/" } });
    };
    const client = createClient<TestPaths>({ baseUrl: ORIGIN, fetch: tenant.fetch });
    client.use(createAuthMiddleware(tenant.options));
    expect((await client.GET(ORDERS)).response.status).toBe(302);
    expect(tenant.bearers).toEqual(["Bearer token-1"]);
  });

  test.runIf(canListen)("58. the runtime's own fetch takes the token off on its way to another origin", async () => {
    const [home, other] = await Promise.all([startEmulator(), startEmulator()]);
    try {
      const { id: clientId, secret: clientSecret } = home.clients.create();
      const client = createClient<TestPaths>({ baseUrl: home.url });
      client.use(createAuthMiddleware({ baseUrl: home.url, clientId, clientSecret }));
      home.faults.add({ on: "api", redirect: `${other.url}${ORDERS}` });
      const { response } = await client.GET(ORDERS);
      expect(response.url).toBe(`${other.url}${ORDERS}`);
      expect(response.status).toBe(400);
      expect(other.stats).toMatchObject({ requests: 1, rejectedTokens: 1 });
    } finally {
      await Promise.all([home.close(), other.close()]);
    }
  });

  test("25. the repetition keeps signal, credentials, cache mode and the options of the fetch in use", async () => {
    const tenant = stubTenant();
    tenant.onRequest = request =>
      request.headers.get("Authorization") === "Bearer token-1" ? json({}, { status: 401 }) : json({});
    for (const options of [{}, { Request: ReplayableRequest }]) {
      tenant.requests.length = 0;
      const source = createTokenSource(stubTenant().options);
      const client = createClient<TestPaths>({ baseUrl: ORIGIN, fetch: tenant.fetch, ...options });
      client.use(createAuthMiddleware(source));
      const controller = new AbortController();
      await client.POST(ORDERS, {
        body: [],
        credentials: "include",
        cache: "no-store",
        signal: controller.signal,
        ...{ marker: "of another fetch" },
      });
      expect(tenant.requests).toHaveLength(2);
      const [, again] = tenant.requests;
      expect(again).toMatchObject({ credentials: "include", cache: "no-store", marker: "of another fetch" });
      controller.abort();
      expect(again?.signal.aborted).toBe(true);
    }
  });
});

describe("what a fetch of one's own sends again", () => {
  const url = `${ORIGIN}${ORDERS}`;

  test("is the request itself where it has no body", () => {
    const request = new Request(url);
    expect(replayerOf(request)?.()).toBe(request);
  });

  test("has the body again as often as it is asked for, and may be repeated itself", async () => {
    const init = { method: "POST", body: "[1]", headers: { Authorization: "Bearer abc" } };
    const request = Object.assign(new ReplayableRequest(url, init), { mine: "own" });
    await request.text();
    const repeat = replayerOf(request);
    for (const again of [repeat?.(), repeat?.()]) {
      expect(again).toMatchObject({ method: "POST", url, mine: "own" });
      expect(again?.headers.get("Authorization")).toBe("Bearer abc");
      // After it was sent: Chromium takes the body of a request as read when another is made from it.
      expect(await again?.text()).toBe("[1]");
      const third = again && replayerOf(again)?.();
      expect(await third?.text()).toBe("[1]");
    }
  });

  test("is nothing where the body is gone with the first attempt", () => {
    const init = { method: "POST", duplex: "half" };
    expect(replayerOf(new Request(url, { ...init, body: "[1]" }))).toBe(undefined);
    expect(replayerOf(new ReplayableRequest(url, { ...init, body: streamOf("[1]") }))).toBe(undefined);
  });
});
