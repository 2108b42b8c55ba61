import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { inspect } from "node:util";
import { ReplayableRequest } from "@qbench-sdk/auth";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { QBenchConnectionError, QBenchTimeoutError, type RetryEvent } from "../../src/index.js";
import { isDeno } from "../support/runtime.js";
import { type TransportOptions, transport } from "../support/transport.js";

const stops: (() => void)[] = [];

beforeEach(() => {
  // The pauses between attempts are a random part of so and so much.
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  vi.restoreAllMocks();
});

/** A server on loopback that does with each request what it is told, the last for all that follow. */
async function serve(...answers: ((response: ServerResponse, request: IncomingMessage) => void)[]) {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push(`${request.method} ${body}`.trim());
    (answers.length > 1 ? answers.shift() : answers[0])?.(response, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { received, url: `http://127.0.0.1:${port}/things?name=Somebody` };
}

const cut = (response: ServerResponse) => response.destroy();
const succeed = (response: ServerResponse) => response.end('{"data":[]}');
const fail = (response: ServerResponse) => response.writeHead(503).end("{}");
const cutInBody = (response: ServerResponse) => {
  response.writeHead(200, { "Content-Length": "100" });
  response.write('{"data":', () => setImmediate(() => response.destroy()));
};

const real = (options?: TransportOptions) => transport((request, init) => fetch(request, init), options);
const send = (url: string, options?: TransportOptions) => real(options)(new Request(url));
const write = (url: string, options?: TransportOptions) =>
  real(options)(new ReplayableRequest(url, { method: "POST", body: "[1]", headers: { Authorization: "Bearer abc" } }));

const errorOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

/** The address of a port where nobody listens. */
async function deadAddress(): Promise<string> {
  const server = createSocketServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}/things?name=Somebody`;
}

describe("a connection that breaks before the answer", () => {
  it("is tried again for a read", async () => {
    const { url, received } = await serve(cut, cut, succeed);
    const events: RetryEvent[] = [];
    const response = await send(url, { onEvent: event => events.push(event) });
    expect(await response.json()).toEqual({ data: [] });
    expect(received).toEqual(["GET", "GET", "GET"]);
    expect(events.map(({ attempt }) => attempt)).toEqual([2, 3]);
    if (!isDeno) expect(events[0]?.code).toMatch(/^(UND_ERR_SOCKET|ECONNRESET)$/);
  });

  it("never makes a write arrive twice", async () => {
    const { url, received } = await serve(cut);
    const error = await errorOf(write(url));
    expect(received).toEqual(["POST [1]"]);
    expect(error).toBeInstanceOf(QBenchConnectionError);
    expect(error).toMatchObject({ requestSent: true, method: "POST", path: "/things" });
    expect(String(error)).toMatch(
      /^QBenchConnectionError: POST \/things has no answer, the connection broke( \([A-Z_]+\))?; it may have been done$/,
    );
  });

  it("is told of without the request, after four attempts", async () => {
    const { url, received } = await serve(cut);
    const error = await errorOf(send(url));
    expect(received).toHaveLength(4);
    expect(error).toBeInstanceOf(QBenchConnectionError);
    const written = await errorOf(write(url));
    for (const each of [error, written]) {
      const shown = inspect(each, { depth: 9, showHidden: true }) + JSON.stringify(each);
      expect(shown).not.toMatch(/Somebody|Bearer|abc|\[1\]/);
      expect(each).not.toHaveProperty("cause");
    }
  });
});

describe("an error of the server", () => {
  it("never makes a write arrive twice", async () => {
    const { url, received } = await serve(fail, succeed);
    expect((await write(url)).status).toBe(503);
    expect(received).toEqual(["POST [1]"]);
  });

  it("is tried again for a read", async () => {
    const { url, received } = await serve(fail, succeed);
    expect((await send(url)).status).toBe(200);
    expect(received).toEqual(["GET", "GET"]);
  });
});

describe("a connection that breaks in the answer's body", () => {
  it("makes reading fail, and nothing is sent again", async () => {
    const { url, received } = await serve(cutInBody);
    for (const response of [await send(url), await write(url)]) {
      expect(response.status).toBe(200);
      expect(await errorOf(response.json())).toBeInstanceOf(Error);
    }
    expect(received).toEqual(["GET", "POST [1]"]);
  });
});

describe("a connection that is refused", () => {
  // Deno has words for it, and no code.
  const refused = isDeno ? undefined : "ECONNREFUSED";

  it("is tried again for a write as well, of which nothing was sent", async () => {
    const url = await deadAddress();
    const events: RetryEvent[] = [];
    const error = await errorOf(write(url, { onEvent: event => events.push(event) }));
    expect(events.map(({ attempt, code }) => [attempt, code])).toEqual([
      [2, refused],
      [3, refused],
      [4, refused],
    ]);
    expect(error).toMatchObject({ name: "QBenchConnectionError", requestSent: false });
    expect(error).toHaveProperty("code", refused);
    expect(String(error)).toBe(
      `QBenchConnectionError: POST /things was not sent, there is no connection${refused ? ` (${refused})` : ""}; see baseUrl`,
    );
  });

  it("because of the server's certificate will be the next time, and isn't tried again", async () => {
    const cause = Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    const sent = vi.fn(() => Promise.reject(new TypeError("fetch failed", { cause })));
    const error = await errorOf(transport(sent)(new Request("https://lab.example/things")));
    expect(sent).toHaveBeenCalledOnce();
    expect(error).toMatchObject({
      name: "QBenchConnectionError",
      requestSent: false,
      code: "DEPTH_ZERO_SELF_SIGNED_CERT",
    });
  });

  it("is told of as such with `retry: false`, too", async () => {
    const error = await errorOf(send(await deadAddress(), { retry: false }));
    expect(error).toMatchObject({ name: "QBenchConnectionError", requestSent: false });
  });
});

describe("a server that does not answer", () => {
  it("is left by the runtime's fetch when the time is over", async () => {
    let closed: Promise<unknown> | undefined;
    const { url, received } = await serve((_response, request) => {
      // Bun tells of it by an error.
      closed = once(request.socket, "close").catch(() => {});
    });
    const error = await errorOf(write(url, { timeouts: { headersMs: 200 } }));
    expect(error).toBeInstanceOf(QBenchTimeoutError);
    expect(received.length).toBeLessThan(2);
    await closed;
  });

  it("in the middle of a body makes the runtime's own reading fail with the limit's error", async () => {
    const { url } = await serve(response => {
      response.writeHead(200, { "Content-Length": "100" }).write('{"data":');
    });
    const bodies: Promise<string>[] = [];
    const fetching = transport(
      async (request, init) => {
        const response = await fetch(request, init);
        bodies.push(response.clone().text());
        return response;
      },
      { timeouts: { bodyMs: 50 } },
    );
    const response = await fetching(new Request(url));
    const error = await errorOf(response.json());
    expect(error).toMatchObject({ name: "QBenchTimeoutError", phase: "body" });
    expect(await errorOf(bodies[0] ?? Promise.resolve())).toBe(error);
  });
});
