import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { type AddressInfo, connect, createServer as createSocketServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createAdaptorServer } from "@hono/node-server";
import { createEmulator, type Emulator } from "@qbench-sdk/emulator";
import { onTestFinished } from "vitest";

const run = promisify(execFile);

/** The name of the laboratory. Only a proxy can connect to it, because no name server knows it. */
export const HOST = "lab.example";

export interface Certificates {
  /** The files of the CA, of the laboratory with the names `lab.example` and `localhost`, and of a client. */
  ca: string;
  cert: string;
  key: string;
  clientCert: string;
  clientKey: string;
}

/** Creates a CA and the certificates that it issued, in a new folder. */
export async function createCertificates(): Promise<Certificates & { remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "qbench-network-"));
  const path = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });
  const create = (name: string, subject: string, ...args: string[]) => {
    const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}.key`];
    return openssl("req", ...newKey, "-subj", `/CN=${subject}`, ...args);
  };
  await create("ca", "Company CA", "-x509", "-days", "2", "-out", "ca.pem");
  await writeFile(path("names"), `subjectAltName=DNS:${HOST},DNS:localhost\n`);
  for (const name of ["server", "client"]) {
    await create(name, name, "-new", "-out", `${name}.csr`);
    const issuer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names"];
    await openssl("x509", "-req", "-in", `${name}.csr`, ...issuer, "-days", "2", "-out", `${name}.pem`);
  }
  return {
    ca: path("ca.pem"),
    cert: path("server.pem"),
    key: path("server.key"),
    clientCert: path("client.pem"),
    clientKey: path("client.key"),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Listens on a port until the end of the test, and returns the port. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket.on("error", () => {}));
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

export interface TlsLaboratory {
  emulator: Emulator;
  port: number;
  /** The environment of a service of the laboratory. Its address is `https://lab.example`. */
  env: Record<"QBENCH_URL" | "QBENCH_CLIENT_ID" | "QBENCH_CLIENT_SECRET", string>;
}

/** Starts an emulator that speaks TLS. Presigned URLs have the host by which it is called. */
export async function startTlsLaboratory(
  { ca, cert, key }: Certificates,
  { requestCert = false }: { requestCert?: boolean } = {},
): Promise<TlsLaboratory> {
  const emulator = createEmulator();
  const [authority, ...pair] = await Promise.all([ca, cert, key].map(file => readFile(file)));
  const serverOptions: ServerOptions = { ca: authority, cert: pair[0], key: pair[1], requestCert };
  const server = createAdaptorServer({
    fetch: request => emulator.fetch(request),
    createServer: createHttpsServer,
    serverOptions,
  });
  const port = await listen(server as Server);
  const [{ id, secret } = { id: "", secret: "" }] = emulator.clients.list();
  return {
    emulator,
    port,
    env: { QBENCH_URL: `https://${HOST}`, QBENCH_CLIENT_ID: id, QBENCH_CLIENT_SECRET: secret },
  };
}

export interface Proxy {
  /** The address, with the user and the password of the proxy. */
  url: string;
  /** What the proxy was asked to connect to, such as `lab.example:443`. */
  requests: string[];
}

/** Starts a proxy that connects to the laboratory only. With credentials such as `user:p%40ss`, it demands them. */
export async function startProxy(port: number, credentials = ""): Promise<Proxy> {
  const requests: string[] = [];
  const expected = `Basic ${Buffer.from(decodeURIComponent(credentials)).toString("base64")}`;
  const server = createServer((_, response) => response.writeHead(400).end());
  server.on("connect", (request, socket: Socket) => {
    requests.push(request.url ?? "");
    if (credentials && request.headers["proxy-authorization"] !== expected) {
      socket.end(
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
      );
      return;
    }
    const target = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.pipe(socket).pipe(target);
    });
    target.on("error", () => socket.destroy());
    socket.on("close", () => target.destroy());
  });
  return { url: `http://${credentials && `${credentials}@`}127.0.0.1:${await listen(server)}`, requests };
}

/** Starts a proxy that reacts to each request in the same way. */
export async function startBrokenProxy(react: (socket: Socket) => void): Promise<Proxy> {
  const requests: string[] = [];
  const server = createSocketServer(socket =>
    socket.once("data", request => {
      requests.push(String(request).split(" ")[1] ?? "");
      react(socket);
    }),
  );
  return { url: `http://user:sesame@127.0.0.1:${await listen(server)}`, requests };
}
