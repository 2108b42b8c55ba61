import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  type Certificates,
  createCertificates,
  HOST,
  startBrokenProxy,
  startProxy,
  startTlsLaboratory,
} from "../../example-service/test/support/network.ts";
import { PROXY_VARIABLES } from "../src/errors/proxy-variable.ts";
import { startQbench } from "./support/qbench.ts";
import { rejectionOf } from "./support/rejection.ts";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

describe.skipIf(!hasOpenssl && !process.env.CI)("qbench in a company's network", () => {
  let certificates: Certificates & { remove(): Promise<void> };
  beforeAll(async () => {
    certificates = await createCertificates();
  });
  afterAll(() => certificates.remove());

  /** Starts a laboratory that speaks TLS, and a proxy that connects to nothing else. */
  async function startNetwork() {
    const { folder, run } = await startQbench();
    const laboratory = await startTlsLaboratory(certificates);
    const proxy = await startProxy(laboratory.port, "user:p%40ss");
    const trusted = { ...laboratory.env, NODE_EXTRA_CA_CERTS: certificates.ca };
    return { folder, run, laboratory, proxy, trusted, direct: `https://localhost:${laboratory.port}` };
  }

  const respond = (status: string) => (socket: { end(text: string): void }) =>
    socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);

  it.each(["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"])(
    "uses the proxy of %s for tokens, the API and files",
    async variable => {
      const { folder, run, laboratory, proxy, trusted } = await startNetwork();
      const env = { ...trusted, [variable]: proxy.url };
      expect(await run(["download", "report", "1", "--verbose"], env)).toMatchObject({ code: 0 });
      expect(await readFile(join(folder, "1.pdf"), "utf8")).toContain("%PDF");
      expect(laboratory.emulator.stats).toMatchObject({ exchanges: 1, downloads: 1 });
      expect(new Set(proxy.requests)).toEqual(new Set([`${HOST}:443`]));
    },
  );

  it("uses the proxy of the lower-case variable if both are set", async () => {
    const { run, proxy, trusted } = await startNetwork();
    const env = { ...trusted, https_proxy: proxy.url, HTTPS_PROXY: "http://127.0.0.1:9" };
    expect(await run(["get", "orders/1"], env)).toMatchObject({ code: 0, stderr: "" });
  });

  it("leaves the proxy to Node if NODE_USE_ENV_PROXY is set", async () => {
    const { run, proxy, trusted } = await startNetwork();
    const env = { ...trusted, HTTPS_PROXY: proxy.url, NODE_USE_ENV_PROXY: "1" };
    expect(await run(["get", "orders/1"], env)).toMatchObject({ code: 0 });
    expect(proxy.requests.length).toBeGreaterThan(0);
  });

  it.each(["NO_PROXY", "no_proxy"])("connects directly to the hosts of %s", async variable => {
    const { run, proxy, trusted, direct } = await startNetwork();
    const env = { ...trusted, QBENCH_URL: direct, HTTPS_PROXY: proxy.url };
    expect(await run(["get", "orders/1"], { ...env, [variable]: "example.com,localhost" })).toMatchObject({ code: 0 });
    expect(await run(["get", "orders/1", "--no-store"], { ...env, [variable]: "*" })).toMatchObject({ code: 0 });
    expect(proxy.requests).toEqual([]);
    await run(["get", "orders/1", "--no-store"], { ...env, [variable]: "example.com" });
    expect(proxy.requests).toContain(direct.replace("https://", ""));
  });

  it.each([
    ["HTTPS_PROXY", "HTTPS_PROXY"],
    ["http_proxy", "http_proxy"],
  ])(
    "names %s if the proxy rejects the password, and shows neither the proxy nor the password",
    async (variable, named) => {
      const { run, proxy, trusted } = await startNetwork();
      const url = proxy.url.replace("p%40ss", "sesame");
      const { code, stdout, stderr } = await run(["get", "orders/1", "-v"], { ...trusted, [variable]: url });
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toContain(
        `qbench: QBENCH_URL: the proxy refused to connect to https://${HOST}. Check ${named} and its password.\n`,
      );
      expect(stderr).not.toMatch(/sesame|user|127\.0\.0\.1/);
      expect(proxy.requests).toHaveLength(1);
    },
  );

  it.each([
    [
      "forbids the host",
      respond("403 Forbidden"),
      /the proxy refused to connect to .* Check HTTPS_PROXY and its password\.\n$/,
    ],
    [
      "does not reach the host",
      respond("502 Bad Gateway"),
      /could not reach .* Check the network and HTTPS_PROXY\.\n$/,
    ],
  ])("names HTTPS_PROXY if the proxy %s", async (_, react, message) => {
    const { run, trusted } = await startNetwork();
    const broken = await startBrokenProxy(react);
    const { code, stderr } = await run(["whoami"], { ...trusted, HTTPS_PROXY: broken.url });
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/sesame|127\.0\.0\.1/);
  });

  it("names HTTP_PROXY if only that is set and its proxy refuses connections", async () => {
    const { run, trusted } = await startNetwork();
    expect(await run(["whoami"], { ...trusted, HTTP_PROXY: "http://user:sesame@127.0.0.1:9" })).toEqual({
      code: 1,
      stdout: "",
      stderr: `qbench: QBENCH_URL: could not reach https://${HOST} (ECONNREFUSED). Check the network and HTTP_PROXY.\n`,
    });
  });

  it("names the proxy if a later request to the API or to the file storage fails", async () => {
    const { run, proxy, trusted } = await startNetwork();
    const env = { ...trusted, HTTPS_PROXY: proxy.url };
    expect(await run(["token"], env)).toMatchObject({ code: 0 });
    const broken = await startBrokenProxy(respond("407 Proxy Authentication Required"));
    const { code, stderr } = await run(["get", "orders/1"], { ...env, HTTPS_PROXY: broken.url });
    expect([code, stderr]).toEqual([
      1,
      "qbench: GET /qbench/api/v2/orders/1 failed: the proxy refused to connect to the server. " +
        "Nothing was sent. Check QBENCH_URL, HTTPS_PROXY and its password.\n",
    ]);
  });

  it("names NODE_EXTRA_CA_CERTS if the certificate is not known", async () => {
    const { run, laboratory, proxy, direct } = await startNetwork();
    for (const env of [{ QBENCH_URL: direct }, { HTTPS_PROXY: proxy.url }]) {
      const { code, stdout, stderr } = await run(["whoami"], { ...laboratory.env, ...env });
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(
        /^qbench: QBENCH_URL: rejected the certificate of https:\S+ \(SELF_SIGNED_CERT_IN_CHAIN\)\. Check its certificate and NODE_EXTRA_CA_CERTS\.\n$/,
      );
    }
  });

  it.each([
    "proxy.example:8080",
    "user:sesame@proxy.example:8080",
    "http://user:sesame%@proxy.example",
    "socks5://user:sesame@proxy.example",
    "http://user:sesame@proxy example",
    "sesame",
  ])("rejects %s as the address of a proxy, and does not repeat it", async value => {
    for (const variable of ["HTTPS_PROXY", "http_proxy"]) {
      for (const name of Object.values(PROXY_VARIABLES).flat()) vi.stubEnv(name, name === variable ? value : "");
      expect(await rejectionOf(["whoami"])).toEqual({
        code: 2,
        stderr: `qbench: ${variable} is not the address of a proxy. Set it to http://HOST:PORT.\n`,
      });
    }
  });
});
