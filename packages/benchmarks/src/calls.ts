import {
  axiosWithRefresh,
  axiosWithStaticHeader,
  bare,
  type Caller,
  octokit,
  withAuth,
  withBadgateway,
  withStaticHeader,
} from "./callers.ts";
import { interleave } from "./interleave.ts";
import { atMost, microseconds, type Row } from "./row.ts";
import { startTenant, stubFetch } from "./tenant.ts";

const ORIGIN = "https://example.qbench.net";

/** What a call costs, and what it costs more with a token that is kept fresh than with one that is written in. */
export async function benchCalls(): Promise<Row[]> {
  const rows: Row[] = [];
  const { fetch } = stubFetch();
  const { bare: octokitBare, withAuth: octokitAuth } = octokit(ORIGIN, fetch);
  const callers = {
    bare: bare(ORIGIN, fetch),
    static: withStaticHeader(ORIGIN, fetch),
    auth: withAuth(ORIGIN, fetch),
    authPlainRequest: withAuth(ORIGIN, fetch, Request),
    badgateway: withBadgateway(ORIGIN, fetch),
    axiosStatic: axiosWithStaticHeader(ORIGIN, fetch),
    axiosRefresh: axiosWithRefresh(ORIGIN, fetch),
    octokitBare,
    octokitAuth,
  } satisfies Record<string, Caller>;

  for (const [method, title] of [
    ["get", "GET"],
    ["post", "POST of JSON"],
  ] as const) {
    const times = await interleave(mapValues(callers, caller => () => caller[method]()));
    const where = `${title}, no network:`;
    rows.push(
      { what: `${where} openapi-fetch alone`, result: microseconds(times.bare) },
      { what: `${where} with a static header`, result: microseconds(times.static) },
      { what: `${where} with @qbench-sdk/auth`, result: microseconds(times.auth) },
      atMost(`${where} @qbench-sdk/auth over a static header`, times.auth / times.static, 1.05),
      {
        what: `${where} the same without RepeatableRequest`,
        result: (times.authPlainRequest / times.static).toFixed(2),
      },
      {
        what: `${where} @badgateway/oauth2-client over a static header`,
        result: (times.badgateway / times.static).toFixed(2),
      },
      { what: `${where} axios with a static header`, result: microseconds(times.axiosStatic) },
      { what: `${where} axios-auth-refresh over that`, result: (times.axiosRefresh / times.axiosStatic).toFixed(2) },
      {
        what: `${where} @octokit/auth-app over @octokit/request`,
        result: (times.octokitAuth / times.octokitBare).toFixed(2),
      },
    );
  }

  const tenant = await startTenant(3600);
  const over = { static: withStaticHeader(tenant.url, globalThis.fetch), auth: withAuth(tenant.url, globalThis.fetch) };
  for (const [method, title] of [
    ["get", "GET"],
    ["post", "POST of JSON"],
  ] as const) {
    const times = await interleave(mapValues(over, caller => () => caller[method]()));
    rows.push(
      { what: `${title}, over loopback: with a static header`, result: microseconds(times.static) },
      atMost(`${title}, over loopback: @qbench-sdk/auth over a static header`, times.auth / times.static, 1.05),
    );
  }
  await tenant.close();
  return rows;
}

function mapValues<Key extends string, A, B>(record: Record<Key, A>, change: (value: A) => B): Record<Key, B> {
  return Object.fromEntries(Object.entries<A>(record).map(([key, value]) => [key, change(value)])) as Record<Key, B>;
}
