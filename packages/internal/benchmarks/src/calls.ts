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

/** Measures the time of a request, and the overhead of token renewal over a static token. */
export async function benchCalls(): Promise<Row[]> {
  const rows: Row[] = [];
  const { fetch } = stubFetch();
  for (const [method, title] of methods) {
    const compare = <Name extends string>(callers: Record<Name, Caller>) =>
      interleave(mapValues(callers, caller => () => caller[method]()));
    const setting = `${title}, no network:`;
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
      { what: `${setting} openapi-fetch alone`, result: microseconds(times.bare.ms) },
      { what: `${setting} openapi-fetch with a static header`, result: microseconds(times.static.ms) },
      { what: `${setting} overhead of @qbench-sdk/auth`, result: microseconds(times.auth.ms - times.static.ms) },
      atMost(`${setting} @qbench-sdk/auth relative to a static header`, times.auth.ratio, 1.05),
      {
        what: `${setting} @qbench-sdk/auth without ReplayableRequest relative to a static header`,
        result: times.authPlainRequest.ratio.toFixed(2),
      },
      {
        what: `${setting} @badgateway/oauth2-client relative to a static header`,
        result: times.badgateway.ratio.toFixed(2),
      },
      { what: `${setting} axios with a static header`, result: microseconds(axios.static.ms) },
      {
        what: `${setting} axios-auth-refresh relative to axios with a static header`,
        result: axios.refresh.ratio.toFixed(2),
      },
      { what: `${setting} @octokit/auth-app relative to @octokit/request`, result: github.withAuth.ratio.toFixed(2) },
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
      { what: `${title}, over loopback: openapi-fetch with a static header`, result: microseconds(times.static.ms) },
      atMost(`${title}, over loopback: @qbench-sdk/auth relative to a static header`, times.auth.ratio, 1.05),
    );
  }
  await tenant.close();
  return rows;
}
