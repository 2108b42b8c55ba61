import { execFileSync } from "node:child_process";
import { bundledSize as measureBundle } from "@qbench-sdk/scripts/bundled-size";
import { median, type Row } from "./row.ts";

/** How a service imports each library. */
const imports = {
  "@qbench-sdk/auth":
    'import { createAuthMiddleware } from "@qbench-sdk/auth"; globalThis.kept = createAuthMiddleware;',
  "@qbench-sdk/client":
    'import { createQBenchClient } from "@qbench-sdk/client"; globalThis.kept = createQBenchClient;',
  "@badgateway/oauth2-client":
    'import { OAuth2Client, OAuth2Fetch } from "@badgateway/oauth2-client"; globalThis.kept = [OAuth2Client, OAuth2Fetch];',
  "axios + axios-auth-refresh":
    'import axios from "axios"; import { createAuthRefresh } from "axios-auth-refresh"; globalThis.kept = [axios, createAuthRefresh];',
  "@octokit/auth-app": 'import { createAppAuth } from "@octokit/auth-app"; globalThis.kept = createAppAuth;',
  "openapi-fetch": 'import createClient from "openapi-fetch"; globalThis.kept = createClient;',
  "@hey-api/client-fetch": 'import { createClient } from "@hey-api/client-fetch"; globalThis.kept = createClient;',
  ky: 'import ky from "ky"; globalThis.kept = ky;',
};

/** The packages that a client bundle contains beside the client's own code. `@qbench-sdk/auth` includes jose. */
const parts = ["@qbench-sdk/auth", "openapi-fetch", "@qbench-sdk/types"];

/** Measures how long each library takes to import, and its size in a bundle. */
export async function benchWeight(): Promise<Row[]> {
  const entries = Object.entries(imports);
  const rows: Row[] = [];
  const empty = importMs("");
  for (const [name, code] of entries) {
    rows.push({
      what: `import time after fetch is loaded: ${name}`,
      result: `${(importMs(code) - empty).toFixed(1)} ms`,
    });
  }
  const what = "minified and gzipped:";
  for (const [name, code] of entries) {
    const size = await bundledSize(code);
    if (name !== "@qbench-sdk/client") rows.push({ what: `${what} ${name}`, result: kilobytes(size) });
    else rows.push({ what: `${what} ${name}`, result: kilobytes(size), goal: "≤ 11 kB", isMet: size <= 11_000 });
    if (name === "@qbench-sdk/auth") {
      rows.push({ what: `${what} ${name} without jose`, result: kilobytes(await bundledSize(code, ["jose"])) });
    }
    if (name !== "@qbench-sdk/client") continue;
    for (const part of parts) {
      const added = size - (await bundledSize(code, [part]));
      rows.push({ what: `${what} ${part} within ${name}`, result: kilobytes(added) });
    }
    rows.push({ what: `${what} ${name} without these three`, result: kilobytes(await bundledSize(code, parts)) });
  }
  const oneFunction = await bundledSize('import { parseDate } from "@qbench-sdk/client"; globalThis.kept = parseDate;');
  rows.push({ what: `${what} only parseDate of @qbench-sdk/client`, result: kilobytes(oneFunction) });
  return rows;
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

function importMs(code: string): number {
  // A module in a data: URL cannot resolve package names.
  const resolved = code.replaceAll(/from "([^"]+)"/g, (_, name: string) => `from "${import.meta.resolve(name)}"`);
  // Node loads fetch on its first use. Every program that makes requests pays for that, so it is not part of the import.
  const program = `
    void globalThis.Request;
    const begin = performance.now();
    await import(${JSON.stringify(`data:text/javascript,${encodeURIComponent(resolved)}`)});
    console.log(performance.now() - begin);`;
  return median(
    Array.from({ length: 9 }, () => Number(execFileSync(process.execPath, ["--input-type=module", "--eval", program]))),
  );
}

const bundledSize = (code: string, external: string[] = []): Promise<number> =>
  measureBundle(code, import.meta.dirname, { external: external.flatMap(name => [name, `${name}/*`]) });
