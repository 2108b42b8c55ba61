import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createSocketServer, type Socket } from "node:net";
import { inspect } from "node:util";
import { ReplayableRequest } from "@qbench-sdk/auth";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { QBenchConnectionError, QBenchTimeoutError, type RetryEvent } from "../../src/index.js";
import { errorOf } from "../support/error-of.js";
import { isDeno } from "../support/runtime.js";
import { type TestTransportOptions, transport } from "../support/transport.js";

const stops: (() => void)[] = [];

beforeEach(() => {
  // The waits between attempts are a random part of the backoff.
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  vi.restoreAllMocks();
});

/** A TLS record with the fatal alert handshake_failure. */
const HANDSHAKE_FAILURE = new Uint8Array([21, 3, 3, 0, 2, 2, 40]);

/** Starts a server on loopback. Each handler is for one request, and the last one for all that follow. */
async function serve(...handlers: ((response: ServerResponse, request: IncomingMessage) => void)[]) {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push(`${request.method} ${body}`.trim());
    (handlers.length > 1 ? handlers.shift() : handlers[0])?.(response, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { received, url: `http://127.0.0.1:${port}/things?name=Jane` };
}

const cut = (response: ServerResponse) => response.destroy();
const succeed = (response: ServerResponse) => response.end('{"data":[]}');
const fail = (response: ServerResponse) => response.writeHead(503).end("{}");
const cutInBodyOf = (status: number) => (response: ServerResponse) => {
  response.writeHead(status, { "Content-Length": "100" });
  response.write('{"data":', () => setImmediate(() => response.destroy()));
};
const cutInBody = cutInBodyOf(200);

const overNetwork = (options?: TestTransportOptions) => transport((request, init) => fetch(request, init), options);
const send = (url: string, options?: TestTransportOptions) => overNetwork(options)(new Request(url));
const write = (url: string, options?: TestTransportOptions) =>
  overNetwork(options)(
    new ReplayableRequest(url, { method: "POST", body: "[1]", headers: { Authorization: "Bearer abc" } }),
  );

/** Returns the URL of a port on which no server listens. */
async function unusedUrl(): Promise<string> {
  const server = createSocketServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}/things?name=Jane`;
}

describe("the transport after a connection broke before the response", () => {
  it("the client retries a read if the connection broke before the response", async () => {
    const { url, received } = await serve(cut, cut, succeed);
    const events: RetryEvent[] = [];
    const response = await send(url, { onEvent: event => events.push(event) });
    expect(await response.json()).toEqual({ data: [] });
    expect(received).toEqual(["GET", "GET", "GET"]);
    expect(events.map(({ attempt }) => attempt)).toEqual([2, 3]);
    if (!isDeno) expect(events[0]?.code).toMatch(/^(UND_ERR_SOCKET|ECONNRESET)$/);
  });

  it("the client does not send a write again if the connection broke before the response", async () => {
    const { url, received } = await serve(cut);
    const error = await errorOf(write(url));
    expect(received).toEqual(["POST [1]"]);
    expect(error).toBeInstanceOf(QBenchConnectionError);
    expect(error).toMatchObject({ requestSent: true, method: "POST", path: "/things" });
    expect(String(error)).toMatch(
      /^QBenchConnectionError: POST \/things failed: the connection broke before the response( \([A-Z_]+\))?\. QBench may have executed the request: check before you send it again\.$/,
    );
  });

  it("the client throws an error without the request's data after four attempts", async () => {
    const { url, received } = await serve(cut);
    const error = await errorOf(send(url));
    expect(received).toHaveLength(4);
    expect(error).toBeInstanceOf(QBenchConnectionError);
    const writeError = await errorOf(write(url));
    for (const each of [error, writeError]) {
      const shown = inspect(each, { depth: 9, showHidden: true }) + JSON.stringify(each);
      expect(shown).not.toMatch(/Jane|Bearer|abc|\[1\]/);
      expect(each).not.toHaveProperty("cause");
    }
  });
});

describe("the transport after a server error", () => {
  it("the client does not send a write again after a server error", async () => {
    const { url, received } = await serve(fail, succeed);
    expect((await write(url)).status).toBe(503);
    expect(received).toEqual(["POST [1]"]);
  });

  it("the client retries a read after a server error, over the same connection", async () => {
    const ports: (number | undefined)[] = [];
    const recordPort =
      (respond: (response: ServerResponse) => unknown) => (response: ServerResponse, request: IncomingMessage) => {
        ports.push(request.socket.remotePort);
        respond(response);
      };
    const { url, received } = await serve(recordPort(fail), recordPort(succeed));
    expect((await send(url)).status).toBe(200);
    expect(received).toEqual(["GET", "GET"]);
    expect(ports[1]).toBe(ports[0]);
  });
});

describe("the transport after a connection broke in the response body", () => {
  it("the client retries a read whose response body broke off", async () => {
    const { url, received } = await serve(cutInBody, cutInBody, succeed);
    const events: RetryEvent[] = [];
    const response = await send(url, { onEvent: event => events.push(event) });
    expect(await response.json()).toEqual({ data: [] });
    expect(received).toEqual(["GET", "GET", "GET"]);
    expect(events.map(({ attempt }) => attempt)).toEqual([2, 3]);
  });

  it("the client does not send a write again whose response body broke off", async () => {
    const { url, received } = await serve(cutInBody);
    const error = await errorOf(write(url));
    expect(received).toEqual(["POST [1]"]);
    expect(error).toMatchObject({ name: "QBenchConnectionError", phase: "body", requestSent: true });
  });

  it("the client throws the error of a read whose response body always breaks off, after four attempts", async () => {
    const { url, received } = await serve(cutInBody);
    expect(await errorOf(send(url))).toMatchObject({ name: "QBenchConnectionError", phase: "body", method: "GET" });
    expect(received).toHaveLength(4);
  });

  it.each([400, 401, 404])(
    "the client retries a read whose %i broke off, because its reason is unknown",
    async status => {
      const { url, received } = await serve(cutInBodyOf(status), cutInBodyOf(status), succeed);
      const events: RetryEvent[] = [];
      const response = await send(url, { onEvent: event => events.push(event) });
      expect(await response.json()).toEqual({ data: [] });
      expect(received).toEqual(["GET", "GET", "GET"]);
      expect(events.map(event => event.status)).toEqual([status, status]);
    },
  );

  it("the client returns an error that always breaks off with its status, after four attempts", async () => {
    const { url, received } = await serve(cutInBodyOf(400));
    const response = await send(url);
    expect([response.status, await response.text()]).toEqual([400, ""]);
    expect(received).toHaveLength(4);
  });

  it("the client does not send a write again whose 400 broke off", async () => {
    const { url, received } = await serve(cutInBodyOf(400), succeed);
    expect((await write(url)).status).toBe(400);
    expect(received).toEqual(["POST [1]"]);
  });
});

describe("the transport without a connection", () => {
  // Deno has a message for it, but no code.
  const connectionRefused = isDeno ? undefined : "ECONNREFUSED";

  it("the client retries a write if no connection could be made, because nothing was sent", async () => {
    const url = await unusedUrl();
    const events: RetryEvent[] = [];
    const error = await errorOf(write(url, { onEvent: event => events.push(event) }));
    expect(events.map(({ attempt, code }) => [attempt, code])).toEqual([
      [2, connectionRefused],
      [3, connectionRefused],
      [4, connectionRefused],
    ]);
    expect(error).toMatchObject({ name: "QBenchConnectionError", requestSent: false });
    expect(error instanceof QBenchConnectionError && error.code).toBe(connectionRefused);
    expect(String(error)).toBe(
      `QBenchConnectionError: POST /things failed: no connection could be made${connectionRefused ? ` (${connectionRefused})` : ""}. Nothing was sent. Check baseUrl, the network and HTTPS_PROXY.`,
    );
  });

  it.each<[string, (socket: Socket) => void]>([
    ["does not speak TLS", socket => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["has no cipher in common with the client", socket => socket.end(HANDSHAKE_FAILURE)],
  ])("the client retries a write over TLS to a server that %s, because nothing was sent", async (_, respond) => {
    const server = createSocketServer(socket => socket.on("error", () => {}).once("data", () => respond(socket)));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    stops.push(() => server.close());
    const events: RetryEvent[] = [];
    const { port } = server.address() as AddressInfo;
    const error = await errorOf(write(`https://127.0.0.1:${port}/things`, { onEvent: event => events.push(event) }));
    expect(error).toMatchObject({ name: "QBenchConnectionError", phase: "connect", requestSent: false });
    expect(String(error)).not.toContain("may have executed");
    expect(events).toHaveLength(3);
  });

  it.each([
    {
      phase: "certificate",
      code: "DEPTH_ZERO_SELF_SIGNED_CERT",
      message: "self-signed certificate",
      text: "the server's certificate was rejected (DEPTH_ZERO_SELF_SIGNED_CERT). Nothing was sent. Check baseUrl, its certificate and NODE_EXTRA_CA_CERTS.",
    },
    {
      phase: "proxy",
      code: "ERR_PROXY_TUNNEL",
      message: "Proxy refused to open a tunnel: 407 Proxy Authentication Required",
      text: "the proxy refused to connect to the server (ERR_PROXY_TUNNEL). Nothing was sent. Check baseUrl, HTTPS_PROXY and its password.",
    },
  ])(
    "the client does not retry a request if its error has the phase $phase",
    async ({ phase, code, message, text }) => {
      const cause = Object.assign(new Error(message), { code });
      const send = vi.fn(() => Promise.reject(new TypeError("fetch failed", { cause })));
      const error = await errorOf(transport(send)(new Request("https://lab.example/things")));
      expect(send).toHaveBeenCalledOnce();
      expect(error).toMatchObject({ name: "QBenchConnectionError", phase, requestSent: false, code });
      expect(String(error)).toBe(`QBenchConnectionError: GET /things failed: ${text}`);
    },
  );

  it("the client reports that nothing was sent with `retry: false` as well", async () => {
    const error = await errorOf(send(await unusedUrl(), { retry: false }));
    expect(error).toMatchObject({ name: "QBenchConnectionError", requestSent: false });
  });
});

describe("the transport with a server that does not respond", () => {
  it("the client closes the connection of the runtime's fetch after attemptMs", async () => {
    let closed: Promise<unknown> | undefined;
    const { url, received } = await serve((_response, request) => {
      // Bun reports the close as an error.
      closed = once(request.socket, "close").catch(() => {});
    });
    const error = await errorOf(write(url, { timeouts: { attemptMs: 200 } }));
    expect(error).toBeInstanceOf(QBenchTimeoutError);
    expect(received.length).toBeLessThan(2);
    await closed;
  });

  it("the client closes the connection of a response body that stalls", async () => {
    let closed: Promise<unknown> | undefined;
    const { url } = await serve((response, request) => {
      closed = once(request.socket, "close").catch(() => {});
      response.writeHead(200, { "Content-Length": "100" }).write('{"data":');
    });
    const error = await errorOf(write(url, { timeouts: { attemptMs: 200 } }));
    expect(error).toMatchObject({ name: "QBenchTimeoutError", phase: "attempt" });
    await closed;
  });
});
