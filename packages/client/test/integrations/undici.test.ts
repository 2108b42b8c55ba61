import { spawnSync } from "node:child_process";
import dns from "node:dns";
import { once } from "node:events";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { QBenchAuthError } from "@qbench-sdk/auth";
import { startEmulator } from "@qbench-sdk/emulator";
import * as undici from "undici";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createQBenchClient, type FetchLike, QBenchApiError } from "../../src/index.js";
import { transport } from "../support/transport.js";

const stops: (() => unknown)[] = [];

beforeEach(() => {
  // The waits between attempts are a random part of the backoff.
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  vi.restoreAllMocks();
});

/** Passes requests to undici's fetch, which accepts only requests of its own class. */
const wrapped: FetchLike = async (request, init) => {
  const own = new undici.Request(request.url, request as unknown as undici.RequestInit);
  return (await undici.fetch(own, init as undici.RequestInit)) as unknown as Response;
};

async function prepareClient(fetch: FetchLike) {
  const emulator = await startEmulator();
  stops.push(() => emulator.close());
  const [apiClient = { id: "", secret: "" }] = emulator.clients.list();
  const settings = { baseUrl: emulator.url, clientId: apiClient.id, clientSecret: apiClient.secret };
  return { emulator, client: createQBenchClient({ ...settings, fetch, dates: "Date" }) };
}

describe("the client with the fetch of undici", () => {
  it("reads records with dates, and throws the errors of the API", async () => {
    const { client } = await prepareClient(wrapped);
    const order = await client.orders.get(1);
    expect(order.date_created).toBeInstanceOf(Date);
    expect(await client.orders.list().toArray()).not.toHaveLength(0);
    await expect(client.orders.get(99_999)).rejects.toThrow(QBenchApiError);
  });

  it("retries a read after a server error, and replays requests after a rejected token", async () => {
    const { emulator, client } = await prepareClient(wrapped);
    emulator.faults.add({ on: "api", status: 503, times: 2 });
    expect((await client.orders.get(1)).id).toBe(1);
    emulator.revokeTokens();
    const [created] = await client.customers.create([{ customer_name: "Jane" }]);
    emulator.revokeTokens();
    await client.customers.delete(created?.id ?? 0);
    emulator.revokeTokens();
    expect((await client.orders.get(1)).id).toBe(1);
  });

  it("explains how to wrap it if it is passed as it is", async () => {
    const { client } = await prepareClient(undici.fetch as unknown as FetchLike);
    const error = await client.orders.get(1).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(QBenchAuthError);
    expect(String(error)).toContain("(request, init) => fetch(new Request(request.url, request), init)");
  });
});

/** Starts a server on loopback, and returns its port. */
async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const raw = (onSocket: (socket: Socket) => void): Promise<number> =>
  listen(createServer(socket => onSocket(socket.on("error", () => {}))));

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe.each<[string, FetchLike]>([
  ["Node", (request, init) => fetch(request, init)],
  ["undici", wrapped],
])("a failed write with the fetch of %s", (_, fetch) => {
  /** Sends a write, and returns its error and how often it was tried. */
  async function failedWrite(url: string) {
    const attempt = vi.fn(fetch);
    const error = await transport(attempt)(new Request(url, { method: "DELETE" })).catch((error: unknown) => error);
    return { error, attempts: attempt.mock.calls.length };
  }

  const unsent = { name: "QBenchConnectionError", phase: "connect", requestSent: false };

  it("was not sent, and is retried, if the port is closed", async () => {
    const { error, attempts } = await failedWrite(`http://127.0.0.1:${await unusedPort()}/`);
    expect(error).toMatchObject({ ...unsent, code: "ECONNREFUSED" });
    expect(attempts).toBe(4);
  });

  it("was not sent, and is retried, if the name does not exist", async () => {
    const { error, attempts } = await failedWrite("http://lab.invalid/");
    expect(error).toMatchObject(unsent);
    expect(attempts).toBe(4);
  });

  it("was not sent, and is retried, if no address of the host accepts a connection", async () => {
    const addresses = ["127.0.0.1", "127.0.0.2"].map(address => ({ address, family: 4 }));
    const lookup = (...[, , found]: [unknown, unknown, (error: null, found: object[]) => void]) =>
      found(null, addresses);
    vi.spyOn(dns, "lookup").mockImplementation(lookup as never);
    const { error, attempts } = await failedWrite(`http://lab.example:${await unusedPort()}/`);
    expect(error).toMatchObject({ ...unsent, code: "ECONNREFUSED" });
    expect(attempts).toBe(4);
  });

  it("was not sent, and is retried, if the server does not speak TLS", async () => {
    const port = await raw(socket => socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
    const { error, attempts } = await failedWrite(`https://127.0.0.1:${port}/`);
    expect(error).toMatchObject({ ...unsent, code: "ERR_SSL_WRONG_VERSION_NUMBER" });
    expect(attempts).toBe(4);
  });

  it("was not sent, and is retried, if the server ends the TLS handshake", async () => {
    const port = await raw(socket => socket.once("data", () => socket.end()));
    const { error, attempts } = await failedWrite(`https://127.0.0.1:${port}/`);
    expect(error).toMatchObject({ ...unsent, code: "ECONNRESET" });
    expect(attempts).toBe(4);
  });

  it("was not sent, and is retried, if the server has no certificate", async () => {
    const { error, attempts } = await failedWrite(`https://127.0.0.1:${await listen(createTlsServer({}))}/`);
    expect(error).toMatchObject(unsent);
    expect(attempts).toBe(4);
  });

  const subject = ["-subj", "/CN=localhost", "-keyout", "-", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
  const { stdout: pem } = spawnSync("openssl", ["req", "-x509", "-nodes", ...subject], { encoding: "utf8" });

  it.runIf(pem)("was not sent, and is not retried, if the certificate of the server is self-signed", async () => {
    const port = await listen(createTlsServer({ key: pem, cert: pem }));
    const { error, attempts } = await failedWrite(`https://127.0.0.1:${port}/`);
    expect(error).toMatchObject({ ...unsent, phase: "certificate", code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(attempts).toBe(1);
  });

  it.each<[string, (socket: Socket) => void]>([
    ["resets the connection", socket => socket.once("data", () => socket.resetAndDestroy())],
    ["closes the connection", socket => socket.once("data", () => socket.end())],
    ["does not speak HTTP", socket => socket.once("data", () => socket.end("SSH-2.0\r\n"))],
  ])("may have been executed, and is not retried, if the server %s after the request", async (_, onSocket) => {
    const { error, attempts } = await failedWrite(`http://127.0.0.1:${await raw(onSocket)}/`);
    expect(error).toMatchObject({ name: "QBenchConnectionError", phase: "headers", requestSent: true });
    expect(String(error)).toContain("may have executed");
    expect(attempts).toBe(1);
  });
});
