import { bundledSize } from "@qbench-sdk/scripts/bundled-size";
import { asKilobytes, type Row } from "../results/row.ts";

const keep = (names: string) => `globalThis.kept = [${names}];`;

const client = `import { createQBenchClient } from "@qbench-sdk/client"; ${keep("createQBenchClient")}`;
const core = `
  import createClient from "openapi-fetch";
  import { createAuthMiddleware, ReplayableRequest } from "@qbench-sdk/auth";
  import { createTransport, unwrap } from "@qbench-sdk/client";
  ${keep("createClient, createAuthMiddleware, ReplayableRequest, createTransport, unwrap")}`;
const auth = `import { createAuthMiddleware } from "@qbench-sdk/auth"; ${keep("createAuthMiddleware")}`;

/** How a service imports other libraries. */
const others = {
  "openapi-fetch": `import createClient from "openapi-fetch"; ${keep("createClient")}`,
  "@hey-api/client-fetch": `import { createClient } from "@hey-api/client-fetch"; ${keep("createClient")}`,
  ky: `import ky from "ky"; ${keep("ky")}`,
  "@badgateway/oauth2-client": `
    import { OAuth2Client, OAuth2Fetch } from "@badgateway/oauth2-client";
    ${keep("OAuth2Client, OAuth2Fetch")}`,
  "axios + axios-auth-refresh": `
    import axios from "axios";
    import { createAuthRefresh } from "axios-auth-refresh";
    ${keep("axios, createAuthRefresh")}`,
  "@octokit/auth-app": `import { createAppAuth } from "@octokit/auth-app"; ${keep("createAppAuth")}`,
};

/** Packages that a bundle of the client contains beside the client's own code. */
const parts = ["@qbench-sdk/auth", "openapi-fetch", "@qbench-sdk/types"];

/** Measures sizes in a bundle for browsers. They are computed, so they have no spread. */
export async function benchSize(): Promise<Row[]> {
  const what = "min+gzip:";
  const withoutJose = await size(client, ["jose"]);
  const rows: Row[] = [
    sizeAtMost(`${what} createQBenchClient without the lazy jose chunk`, withoutJose, 20_000),
    sizeAtMost(
      `${what} composable core (openapi-fetch, createAuthMiddleware, createTransport, unwrap)`,
      await size(core, ["jose"]),
      14_000,
    ),
    { what: `${what} createQBenchClient with jose`, result: asKilobytes(await size(client)) },
    { what: `${what} createAuthMiddleware without jose`, result: asKilobytes(await size(auth, ["jose"])) },
  ];
  for (const part of parts) {
    const added = withoutJose - (await size(client, ["jose", part]));
    rows.push({ what: `${what} ${part} within createQBenchClient`, result: asKilobytes(added) });
  }
  for (const [name, program] of Object.entries(others)) {
    rows.push({ what: `${what} ${name}`, result: asKilobytes(await size(program)) });
  }
  return rows;
}

const sizeAtMost = (what: string, bytes: number, limit: number): Row => ({
  what,
  result: asKilobytes(bytes),
  goal: `≤ ${asKilobytes(limit)}`,
  isMet: bytes <= limit,
});

const size = (program: string, external: readonly string[] = []): Promise<number> =>
  bundledSize(
    program,
    import.meta.dirname,
    external.flatMap(name => [name, `${name}/*`]),
  );
