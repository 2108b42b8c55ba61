import { execFile, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect, promisify } from "node:util";
import { QBenchAuthError } from "@qbench-sdk/auth";
import {
  createQBenchClient,
  downloadFile,
  type FetchLike,
  QBenchConnectionError,
  QBenchFileError,
} from "@qbench-sdk/client";
import { type Dispatcher, ProxyAgent } from "undici";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { compile } from "./support/compile.ts";
import {
  type Certificates,
  createCertificates,
  HOST,
  startBrokenProxy,
  startProxy,
  startTlsLaboratory,
  type TlsLaboratory,
} from "./support/network.ts";

const run = promisify(execFile);
const page = await readFile(join(import.meta.dirname, "../../../docs/networks.md"), "utf8");

/** Returns the blocks of code in a section of the page. */
function blocks(section: string, language: "sh" | "ts"): string[] {
  const [, text = ""] = page.split(`\n### ${section}\n`);
  const [own = ""] = text.split(/\n##/);
  return [...own.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map(([, code = ""]) => code);
}

/** Returns the variables that a block of shell commands exports. */
const variables = (block = ""): Record<string, string> =>
  Object.fromEntries([...block.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));

const byEnvironment = variables(blocks("By environment variables", "sh")[0]);
const [extraCa, systemCa] = blocks("A CA of your own", "sh").map(variables);
const [globalProxy = ""] = blocks("In every Node", "ts");
const [ownFetch = ""] = blocks("For one client", "ts");
const [ownCa = ""] = blocks("A CA of your own", "ts");
const [clientCertificate = ""] = blocks("Client certificates", "ts");

/** Uses a token, the API, an upload and a download, and prints the uploaded file. */
const tour = `
import { createQBenchClient, downloadFile, uploadAttachment } from "@qbench-sdk/client";
const client = createQBenchClient({ retry: false });
const order = { attachment_type: "ORDER", object_id: 1, file_name: "scan.txt" };
const { id } = await uploadAttachment(client, order, new TextEncoder().encode("the file"));
const { stream } = await downloadFile(await client.attachments.get(id));
console.log(await new Response(stream).text());
`;

/** The variables of this process that could change what a test does. */
const cleared = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "NODE_USE_ENV_PROXY", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"];
const cleanEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !cleared.includes(name.toUpperCase())),
);

/** Runs a program with Node, and returns what it prints. */
async function runNode(folder: string, index: number, env: Record<string, string>): Promise<string> {
  const options = { cwd: folder, env: { ...cleanEnvironment, ...env } };
  const { stdout } = await run(process.execPath, [`example-${index}.ts`], options).catch(error => {
    throw new Error(error.stderr);
  });
  return stdout.trim();
}

/** A laboratory that no request of a test reaches. */
const unreachable: Pick<TlsLaboratory, "env"> = {
  env: { QBENCH_URL: `https://${HOST}`, QBENCH_CLIENT_ID: "id", QBENCH_CLIENT_SECRET: "a".repeat(64) },
};

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
if (!hasOpenssl && !process.env.CI) {
  console.log("Skipped the tests of proxies and certificates: install openssl, for example by apt-get or Homebrew.");
}

describe.skipIf(!hasOpenssl && !process.env.CI)("a service in a company's network", () => {
  let certificates: Certificates & { remove(): Promise<void> };
  beforeAll(async () => {
    certificates = await createCertificates();
  });
  afterAll(() => certificates.remove());

  /** Replaces the addresses and paths of the page by those of the test. */
  const localize = (text: string, proxyUrl = ""): string =>
    text
      .replace("http://user:p%40ss@proxy.example:8080", proxyUrl)
      .replace("/etc/ssl/company-ca.pem", certificates.ca)
      .replace("/etc/ssl/service.pem", certificates.clientCert)
      .replace("/etc/ssl/service.key", certificates.clientKey);
  const localized = (env: Record<string, string> = {}, proxyUrl?: string): Record<string, string> =>
    Object.fromEntries(Object.entries(env).map(([name, value]) => [name, localize(value, proxyUrl)]));

  it("reaches the tenant and the storage by the settings of docs/networks.md, and by nothing less", async () => {
    const laboratory = await startTlsLaboratory(certificates);
    const gateway = await startTlsLaboratory(certificates, { requestCert: true });
    const proxy = await startProxy(laboratory.port, "user:p%40ss");
    const gatewayProxy = await startProxy(gateway.port);
    const folder = await compile([
      tour,
      globalProxy + tour,
      ownFetch,
      localize(ownCa) + tour,
      localize(clientCertificate) + tour,
    ]);
    const { env } = laboratory;
    const direct = { ...env, QBENCH_URL: `https://localhost:${laboratory.port}` };
    const directToGateway = { ...gateway.env, QBENCH_URL: `https://localhost:${gateway.port}` };
    const proxied = localized(byEnvironment, proxy.url);
    const { NODE_USE_ENV_PROXY, HTTPS_PROXY = "", ...noProxy } = proxied;
    const ca = localized(extraCa);
    const fails = (expected: RegExp, program: Promise<string>) => expect(program).rejects.toThrow(expected);
    const succeeds = async (program: Promise<string>) => expect(await program).toBe("the file");

    expect(NODE_USE_ENV_PROXY).toBe("1");
    expect(noProxy).toEqual({ NO_PROXY: "localhost,127.0.0.1" });
    await Promise.all([
      succeeds(runNode(folder, 0, { ...env, ...proxied, ...ca })),
      succeeds(runNode(folder, 1, { ...env, HTTPS_PROXY, ...ca })),
      runNode(folder, 2, { ...env, HTTPS_PROXY, ...ca }),
      succeeds(runNode(folder, 3, { ...env, HTTPS_PROXY })),
    ]);
    expect(new Set(proxy.requests)).toEqual(new Set([`${HOST}:443`]));
    expect((await readFile(join(folder, "scan.pdf"), "utf8")).startsWith("%PDF")).toBe(true);
    expect(laboratory.emulator.stats).toMatchObject({ exchanges: 4, uploads: 3, downloads: 4 });

    const connections = proxy.requests.length;
    await Promise.all([
      // NO_PROXY names localhost.
      succeeds(runNode(folder, 0, { ...direct, ...proxied, ...ca })),
      succeeds(runNode(folder, 0, { ...direct, ...systemCa, SSL_CERT_FILE: certificates.ca })),
      succeeds(runNode(folder, 3, direct)),
      succeeds(runNode(folder, 4, { ...directToGateway, ...ca })),
      succeeds(runNode(folder, 4, { ...gateway.env, ...ca, HTTPS_PROXY: gatewayProxy.url })),
      fails(/rejected the certificate of .*NODE_EXTRA_CA_CERTS/, runNode(folder, 0, direct)),
      fails(/could not reach https:\/\/lab\.example/, runNode(folder, 0, { ...env, HTTPS_PROXY, ...ca })),
      fails(/lost the connection to .*/, runNode(folder, 0, { ...directToGateway, ...ca })),
    ]);
    expect(proxy.requests).toHaveLength(connections);
    // Starts a compiler and a dozen programs.
  }, 120_000);

  /** Creates a client that is behind a proxy. It retries with the shortest pauses. */
  function connect(dispatcherOf: (request: Request) => Dispatcher, { env } = unreachable) {
    const random = vi.spyOn(Math, "random").mockReturnValue(0);
    onTestFinished(() => random.mockRestore());
    const send: FetchLike = (request, init) =>
      fetch(request, Object.assign({ dispatcher: dispatcherOf(request) }, init));
    const { QBENCH_URL: baseUrl, QBENCH_CLIENT_ID: clientId, QBENCH_CLIENT_SECRET: clientSecret } = env;
    return { client: createQBenchClient({ baseUrl, clientId, clientSecret, limits: false, fetch: send }), send };
  }

  function behind(proxyUrl: string) {
    const dispatcher = new ProxyAgent(proxyUrl);
    onTestFinished(() => dispatcher.destroy());
    return connect(() => dispatcher);
  }

  const respond = (status: string) => (socket: { end(text: string): void }) =>
    socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);

  it.each([
    ["407 Proxy Authentication Required", 1],
    ["403 Forbidden", 1],
    ["502 Bad Gateway", 4],
  ])("gets an error that names HTTPS_PROXY, if the proxy responds with %s", async (status, attempts) => {
    const proxy = await startBrokenProxy(respond(status));
    const { client, send } = behind(proxy.url);
    const isRejected = attempts === 1;
    const tokenError = await errorOf(client.orders.get(1));
    expect(tokenError).toBeInstanceOf(QBenchAuthError);
    expect(tokenError).toMatchObject({ code: isRejected ? "proxy_rejected" : "connection_failed" });
    expect(proxy.requests).toEqual(Array(attempts).fill(`${HOST}:443`));

    const fileError = await errorOf(downloadFile(`https://${HOST}/file?Signature=abcdefghijklmnop`, { fetch: send }));
    expect(fileError).toBeInstanceOf(QBenchFileError);
    for (const error of [tokenError, fileError]) {
      expect(String(error)).toContain("HTTPS_PROXY");
      expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/sesame|Signature|user:/);
    }
  });

  it("does not ask a proxy again for a minute after it rejected the password", async () => {
    const proxy = await startProxy(1, "user:right");
    const { client } = behind(proxy.url.replace("right", "sesame"));
    for (let call = 0; call < 20; call++) {
      expect(await errorOf(client.orders.get(1))).toMatchObject({ code: "proxy_rejected" });
    }
    expect(proxy.requests).toHaveLength(1);
  });

  it("gets an error that names HTTPS_PROXY if the proxy rejects a later request to the API", async () => {
    const laboratory = await startTlsLaboratory(certificates);
    const ca = await readFile(certificates.ca);
    const working = await startProxy(laboratory.port);
    const broken = await startBrokenProxy(respond("407 Proxy Authentication Required"));
    const forTokens = new ProxyAgent({ uri: working.url, requestTls: { ca } });
    const forOthers = new ProxyAgent(broken.url);
    onTestFinished(async () => void (await Promise.all([forTokens.destroy(), forOthers.destroy()])));
    const { client } = connect(({ url }) => (url.endsWith("/auth/token") ? forTokens : forOthers), laboratory);
    const error = await errorOf(client.orders.create([{ customer_account_id: 1 }]));
    expect(error).toBeInstanceOf(QBenchConnectionError);
    expect(error).toMatchObject({ phase: "proxy", requestSent: false });
    expect(String(error)).toBe(
      "QBenchConnectionError: POST /qbench/api/v2/orders failed: the proxy refused to connect to the server. " +
        "Nothing was sent. Check baseUrl, HTTPS_PROXY and its password.",
    );
    expect(broken.requests).toHaveLength(1);
  });

  it.each([
    ["refuses connections", "http://user:sesame@127.0.0.1:9", "ECONNREFUSED"],
    // EAI_AGAIN without a network.
    ["has an unknown name", "http://user:sesame@proxy.invalid:8080", "ENOTFOUND|EAI_AGAIN"],
  ])("gets an error that names HTTPS_PROXY if the proxy %s", async (_, url, code) => {
    const { client } = behind(url);
    const error = await errorOf(client.orders.get(1));
    expect(error).toMatchObject({ code: "connection_failed" });
    expect(String(error)).toMatch(
      new RegExp(`: could not reach https://${HOST} \\((${code})\\)\\. Check the network and HTTPS_PROXY\\.$`),
    );
  });

  it("gets an error that names NODE_EXTRA_CA_CERTS if it does not know the CA of the server or of the proxy", async () => {
    const { port } = await startTlsLaboratory(certificates);
    const proxy = await startProxy(port);
    for (const url of [proxy.url, `https://user:sesame@localhost:${port}`]) {
      const { client, send } = behind(url);
      const error = await errorOf(client.orders.get(1));
      expect(error).toMatchObject({ code: "certificate_rejected" });
      const fileError = await errorOf(downloadFile(`https://${HOST}/file`, { fetch: send }));
      for (const each of [error, fileError]) {
        expect(String(each)).toMatch(
          /\(SELF_SIGNED_CERT_IN_CHAIN\)\. Check its certificate and NODE_EXTRA_CA_CERTS\.$/,
        );
      }
    }
  });
});
