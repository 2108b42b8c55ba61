import { startEmulator } from "@qbench-sdk/emulator";
import createClient, { type ClientOptions } from "openapi-fetch";
import { describe, expect, test, vi } from "vitest";
import { createAuthMiddleware, createTokenSource, ReplayableRequest, replayableStream } from "../src/index.ts";
import { replayerOf } from "../src/internal.ts";
import { canListen, distinguishesBlobs } from "./support/runtime.ts";
import { json, ORDERS, ORIGIN, type OrderPaths, recordEvents, stubTenant, times } from "./support/tenant.ts";

/** Creates a client of a tenant that rejects the first token, and records what the tenant receives. */
function rejectedOnce(options: ClientOptions = {}) {
  const tenant = stubTenant();
  const bodies: { type: string; bytes: Uint8Array }[] = [];
  tenant.onRequest = async request => {
    bodies.push({ type: request.headers.get("Content-Type") ?? "", bytes: await request.bytes() });
    return request.headers.get("Authorization") === "Bearer token-1" ? json({}, { status: 401 }) : json({ data: [] });
  };
  const source = createTokenSource(tenant.options);
  const events = recordEvents(source);
  const client = createClient<OrderPaths>({ baseUrl: ORIGIN, fetch: tenant.fetch, ...options });
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
  ["a plain Request", {}],
  ["a ReplayableRequest", { Request: ReplayableRequest }],
  ["a plain Request that follows no redirect", { redirect: "manual" }],
  ["a ReplayableRequest that follows no redirect", { Request: ReplayableRequest, redirect: "manual" }],
] as const)("a rejected request with a body: %s", (kind, options) => {
  test(`replays JSON with the same bytes and type (${kind})`, async () => {
    const { client, bodies } = rejectedOnce(options);
    expect((await client.POST(ORDERS, { body: [{ name: "größer" }] })).response.status).toBe(200);
    expect(bodies).toHaveLength(2);
    expect(bodies[1]).toEqual(bodies[0]);
    expect(bodies[0]?.type).toBe("application/json");
  });

  test(`replays a form with a valid boundary and the same parts (${kind})`, async () => {
    const { client, bodies } = rejectedOnce(options);
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

  test(`replays a Blob with the same bytes, if it can be recognized (${kind})`, async () => {
    const { client, bodies } = rejectedOnce(options);
    await client.POST(ORDERS, {
      body: new Blob(["some bytes"]),
      bodySerializer: (body: unknown) => body as Blob,
      headers: { "Content-Type": "text/plain" },
    });
    const isReplayed = distinguishesBlobs || "Request" in options;
    expect(bodies.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(
      times(isReplayed ? 2 : 1, () => "some bytes"),
    );
  });

  test(`does not replay a stream, returns the response and reports it as an event (${kind})`, async () => {
    const { client, bodies, events } = rejectedOnce(options);
    const init = { body: streamOf("once"), bodySerializer: (body: unknown) => body as ReadableStream, duplex: "half" };
    const { response } = await client.POST(ORDERS, init);
    expect(response.status).toBe(401);
    expect(bodies).toHaveLength(1);
    expect(events).toContainEqual({ type: "token-rejected", isCurrent: true, willReplay: false });
  });

  test(`replays a stream that can be opened again, once (${kind})`, async () => {
    const { client, bodies, tenant } = rejectedOnce(options);
    const open = vi.fn(() => streamOf("again"));
    await client.POST(ORDERS, { body: {}, ...replayableStream(open) });
    expect(bodies.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(["again", "again"]);
    expect(open).toHaveBeenCalledTimes(2);
    expect(tenant.exchanges).toHaveLength(2);
  });
});

test("never copies a stream, which would keep all of it in memory", async () => {
  const tee = vi.spyOn(ReadableStream.prototype, "tee");
  const { client, bodies } = rejectedOnce();
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
  // The stubbed tenant copies token requests, whose bodies are strings.
  expect(tee.mock.contexts).not.toContain(body);
  tee.mockRestore();
});

test("never copies a ReplayableRequest", async () => {
  const copy = vi.spyOn(Request.prototype, "clone");
  const tenant = stubTenant();
  const client = createClient<OrderPaths>({ baseUrl: ORIGIN, fetch: tenant.fetch, Request: ReplayableRequest });
  client.use(createAuthMiddleware(createTokenSource({ ...tenant.options })));
  copy.mockClear();
  await client.POST(ORDERS, { body: [] });
  // The stubbed tenant copies the token request.
  expect(copy.mock.contexts.filter(request => (request as Request).url.endsWith(ORDERS))).toHaveLength(0);
  copy.mockRestore();
});

test.each([{}, { Request: ReplayableRequest, redirect: "manual" }] as const)(
  "does not replay a request that a later middleware replaced (options %j)",
  async options => {
    const { client, bodies, events } = rejectedOnce(options);
    client.use({
      onRequest: ({ request }) => new Request(request, { body: "of another middleware", method: "POST" }),
    });
    // Registered last, this middleware sees the request last.
    expect((await client.POST(ORDERS, { body: [] })).response.status).toBe(401);
    expect(bodies.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(["of another middleware"]);
    expect(events).toContainEqual({ type: "token-rejected", isCurrent: true, willReplay: false });
  },
);

test("a ReplayableRequest knows whether it has a body, and which", () => {
  const url = `${ORIGIN}${ORDERS}`;
  expect(ReplayableRequest.bodyOf(new ReplayableRequest(url, { method: "POST", body: "a" }))).toBe("a");
  expect(ReplayableRequest.bodyOf(new ReplayableRequest(url, { method: "POST", body: null }))).toBeUndefined();
  expect(ReplayableRequest.bodyOf(new ReplayableRequest(url))).toBeUndefined();
  expect(ReplayableRequest.bodyOf(new Request(url, { method: "POST", body: "a" }))).toBeUndefined();
});

describe("redirects", () => {
  test("gives a fetch other than the runtime's own no redirect to follow", async () => {
    const tenant = stubTenant();
    tenant.onRequest = request => {
      expect(request.redirect).toBe("manual");
      return new Response(null, { status: 302, headers: { Location: "https://attacker.example/" } });
    };
    const client = createClient<OrderPaths>({ baseUrl: ORIGIN, fetch: tenant.fetch });
    client.use(createAuthMiddleware(tenant.options));
    expect((await client.GET(ORDERS)).response.status).toBe(302);
    expect(tenant.bearers).toEqual(["Bearer token-1"]);
  });

  test.runIf(canListen)(
    "lets the runtime's own fetch remove the token when it follows a redirect to another origin",
    async () => {
      const [home, other] = await Promise.all([startEmulator(), startEmulator()]);
      try {
        const { id: clientId, secret: clientSecret } = home.clients.create();
        const client = createClient<OrderPaths>({ baseUrl: home.url });
        client.use(createAuthMiddleware({ baseUrl: home.url, clientId, clientSecret }));
        home.faults.add({ on: "api", redirect: `${other.url}${ORDERS}` });
        const { response } = await client.GET(ORDERS);
        expect(response.url).toBe(`${other.url}${ORDERS}`);
        expect(response.status).toBe(400);
        expect(other.stats).toMatchObject({ requests: 1, rejectedTokens: 1 });
      } finally {
        await Promise.all([home.close(), other.close()]);
      }
    },
  );

  test("replays with the same signal, credentials, cache mode and options of the fetch in use", async () => {
    const tenant = stubTenant();
    tenant.onRequest = request =>
      request.headers.get("Authorization") === "Bearer token-1" ? json({}, { status: 401 }) : json({});
    for (const options of [{}, { Request: ReplayableRequest }]) {
      tenant.requests.length = 0;
      const source = createTokenSource(stubTenant().options);
      const client = createClient<OrderPaths>({ baseUrl: ORIGIN, fetch: tenant.fetch, ...options });
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
      const [, replayed] = tenant.requests;
      expect(replayed).toMatchObject({ credentials: "include", cache: "no-store", marker: "of another fetch" });
      controller.abort();
      expect(replayed?.signal.aborted).toBe(true);
    }
  });
});

describe("replayerOf", () => {
  const url = `${ORIGIN}${ORDERS}`;

  test("returns the request itself if it has no body", () => {
    const request = new Request(url);
    expect(replayerOf(request)?.()).toBe(request);
  });

  test("makes a request with the same body each time, which can be replayed in turn", async () => {
    const init = { method: "POST", body: "[1]", headers: { Authorization: "Bearer abc" } };
    const request = Object.assign(new ReplayableRequest(url, init), { mine: "own" });
    await request.text();
    const replay = replayerOf(request);
    for (const again of [replay?.(), replay?.()]) {
      expect(again).toMatchObject({ method: "POST", url, mine: "own" });
      expect(again?.headers.get("Authorization")).toBe("Bearer abc");
      // Read only now, because Chromium marks the body of a request as read when another request is made from it.
      expect(await again?.text()).toBe("[1]");
      const third = again && replayerOf(again)?.();
      expect(await third?.text()).toBe("[1]");
    }
  });

  test("returns undefined if the body cannot be read again", () => {
    const init = { method: "POST", duplex: "half" };
    expect(replayerOf(new Request(url, { ...init, body: "[1]" }))).toBe(undefined);
    expect(replayerOf(new ReplayableRequest(url, { ...init, body: streamOf("[1]") }))).toBe(undefined);
  });
});
