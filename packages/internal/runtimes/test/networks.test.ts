import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { createCertificates, startProxy, startTlsLaboratory } from "../../../example-service/test/support/network.ts";
import { bundle } from "../src/bundle.ts";
import { type ServerEngine, serverEngines } from "../src/runtimes.ts";

const run = promisify(execFile);

/** What the table in docs/networks.md says: the variables with which a runtime uses a proxy, and trusts a CA. */
const proxyVariables = (proxy: string, name: string) => ({
  HTTPS_PROXY: proxy,
  ...(name.startsWith("Node") && { NODE_USE_ENV_PROXY: "1" }),
});
const systemStore = (ca: string, name: string) => ({
  SSL_CERT_FILE: ca,
  ...(name === "Deno" ? { DENO_TLS_CA_STORE: "system" } : { NODE_USE_SYSTEM_CA: "1" }),
});

it("each runtime uses the proxies and the certificates that docs/networks.md names", async () => {
  const certificates = await createCertificates();
  const folder = await mkdtemp(join(tmpdir(), "qbench-networks-"));
  onTestFinished(async () => {
    await certificates.remove();
    await rm(folder, { recursive: true });
  });
  const laboratory = await startTlsLaboratory(certificates);
  const proxy = await startProxy(laboratory.port, "user:p%40ss");
  const { ca } = certificates;
  await writeFile(join(folder, "in-network.mjs"), await bundle("in-network.ts", "node"));
  await writeFile(join(folder, "by-undici.mjs"), await bundle("by-undici.ts", "node"));

  /** Returns what the program prints, or the end of its error. */
  async function start({ program, args = [] }: ServerEngine, file: string, env: Record<string, string>) {
    const { PATH = "", HOME = "" } = process.env;
    const options = { cwd: folder, env: { PATH, HOME, DENO_NO_UPDATE_CHECK: "1", ...laboratory.env, ...env } };
    const { stdout } = await run(program, [...args, file], options).catch(error => ({ stdout: String(error.stderr) }));
    return stdout.trim();
  }

  const direct = { QBENCH_URL: `https://localhost:${laboratory.port}` };
  for (const engine of serverEngines) {
    const { name } = engine;
    const isNode = name.startsWith("Node");
    const trusted = { NODE_EXTRA_CA_CERTS: ca };
    const [byVariables, byUndici, byFile, bySystem, untrusted] = await Promise.all([
      start(engine, "in-network.mjs", { ...proxyVariables(proxy.url, name), ...trusted }),
      isNode ? start(engine, "by-undici.mjs", { HTTPS_PROXY: proxy.url, ...trusted }) : "the file",
      start(engine, "in-network.mjs", { ...direct, ...trusted }),
      start(engine, "in-network.mjs", { ...direct, ...systemStore(ca, name) }),
      start(engine, "in-network.mjs", direct),
    ]);
    expect(byUndici, name).toBe("the file");
    expect(byFile, name).toBe("the file");
    expect(untrusted, name).toMatch(/rejected the certificate of .* Check its certificate and NODE_EXTRA_CA_CERTS/);
    if (name === "Node 20") {
      expect(byVariables).toMatch(/(ENOTFOUND|EAI_AGAIN)\)\. Check the network and HTTPS_PROXY/);
      expect(bySystem).toMatch(/NODE_EXTRA_CA_CERTS/);
    } else {
      expect(byVariables, name).toBe("the file");
      expect(bySystem, name).toBe("the file");
    }
    const rejected = await start(engine, "in-network.mjs", {
      ...proxyVariables(proxy.url.replace("p%40ss", "sesame"), name),
      ...trusted,
    });
    if (name !== "Node 20") expect(rejected, name).toMatch(/the proxy refused to connect to .*HTTPS_PROXY/);
    expect(rejected, name).not.toContain("sesame");
  }
  expect(new Set(proxy.requests)).toEqual(new Set(["lab.example:443"]));
}, 300_000);
