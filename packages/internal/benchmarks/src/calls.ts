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
import { mapValues } from "./map-values.ts";
import { atMost, microseconds, type Row } from "./row.ts";
import { startTenant, stubFetch } from "./tenant.ts";

const ORIGIN = "https://example.qbench.net";

const methods = [
  ["get", "GET"],
  ["post", "POST of JSON"],
] as const;

/** What a call costs, and what it costs more with a token that is kept fresh than with one that is written in. */
export async function benchCalls(): Promise<Row[]> {
  const rows: Row[] = [];
  const { fetch } = stubFetch();
  for (const [method, title] of methods) {
    const compare = <Name extends string>(callers: Record<Name, Caller>) =>
      interleave(mapValues(callers, caller => () => caller[method]()));
    const where = `${title}, no network:`;
    const times = await compare({
      static: withStaticHeader(ORIGIN, fetch),
      bare: bare(ORIGIN, fetch),
      auth: withAuth(ORIGIN, fetch),
      authPlainRequest: withAuth(ORIGIN, fetch, Request),
      badgateway: withBadgateway(ORIGIN, fetch),
    });
    const axios = await compare({
      static: axiosWithStaticHeader(ORIGIN, fetch),
      refresh: axiosWithRefresh(ORIGIN, fetch),
    });
    const github = await compare(octokit(ORIGIN, fetch));
    rows.push(
      { what: `${where} openapi-fetch alone`, result: microseconds(times.bare.ms) },
      { what: `${where} with a static header`, result: microseconds(times.static.ms) },
      { what: `${where} added by @qbench-sdk/auth`, result: microseconds(times.auth.ms - times.static.ms) },
      atMost(`${where} @qbench-sdk/auth over a static header`, times.auth.ratio, 1.05),
      { what: `${where} the same without ReplayableRequest`, result: times.authPlainRequest.ratio.toFixed(2) },
      { what: `${where} @badgateway/oauth2-client over a static header`, result: times.badgateway.ratio.toFixed(2) },
      { what: `${where} axios with a static header`, result: microseconds(axios.static.ms) },
      { what: `${where} axios-auth-refresh over that`, result: axios.refresh.ratio.toFixed(2) },
      { what: `${where} @octokit/auth-app over @octokit/request`, result: github.withAuth.ratio.toFixed(2) },
    );
  }

  const tenant = await startTenant(3600);
  const callers = {
    static: withStaticHeader(tenant.url, globalThis.fetch),
    auth: withAuth(tenant.url, globalThis.fetch),
  };
  for (const [method, title] of methods) {
    const times = await interleave(mapValues(callers, caller => () => caller[method]()));
    rows.push(
      { what: `${title}, over loopback: with a static header`, result: microseconds(times.static.ms) },
      atMost(`${title}, over loopback: @qbench-sdk/auth over a static header`, times.auth.ratio, 1.05),
    );
  }
  await tenant.close();
  return rows;
}
