import { createQBenchClient } from "@qbench-sdk/client";
import { noLimits } from "./emulated-tenant.ts";
import { type Comparison, interleave } from "./interleave.ts";
import { mapValues } from "./map-values.ts";
import { contacts, type FetchPage, pageCallers } from "./page-callers.ts";
import { atMost, microseconds, type Row } from "./row.ts";
import { startTenant, stubFetch } from "./tenant.ts";

/** Measures the time of a request with all defaults of the client: token, limits, retries and timeouts. */
export async function benchClientCalls(): Promise<Row[]> {
  const tenant = await startTenant(3600);
  const loopback = await compare("over loopback", tenant.url);
  await tenant.close();
  const { fetch } = globalThis;
  const stub = stubFetch();
  // Creates a Request from its arguments, as the real fetch does.
  globalThis.fetch = (input, init) => stub.fetch(new Request(input, init));
  try {
    return [...(await compare("no network", "https://example.qbench.net")), ...loopback];
  } finally {
    globalThis.fetch = fetch;
  }
}

async function compare(setting: string, baseUrl: string): Promise<Row[]> {
  // The limiter counts requests, but its limits are so high that none is queued.
  const settings = { baseUrl, clientId: "client", clientSecret: "x".repeat(64), limits: noLimits };
  const client = createQBenchClient(settings);
  const ours: FetchPage = async page_num => {
    const { data } = await client.GET(contacts, { params: { query: { page_num, page_size: 50 } } });
    return data;
  };
  const fetchers = mapValues(pageCallers, create => create(baseUrl, "token-1"));
  const tasks = mapValues({ ours, ...fetchers }, fetchPage => () => fetchPage(1));
  const { "bare fetch": bare, "openapi-fetch": withStaticHeader, ...rest } = tasks;
  const toFetch = await interleave({ bare, withStaticHeader, ...rest });
  const toStaticHeader = await interleave({ withStaticHeader, ours: tasks.ours });
  const what = `client.GET with all defaults, ${setting}:`;
  const peer = (name: string, { ratio }: Comparison): Row => ({
    what: `${what} ${name} relative to bare fetch`,
    result: ratio.toFixed(2),
  });
  return [
    { what: `${what} bare fetch`, result: microseconds(toFetch.bare.ms) },
    { what: `${what} @qbench-sdk/client`, result: microseconds(toFetch.ours.ms) },
    atMost(`${what} @qbench-sdk/client relative to bare fetch`, toFetch.ours.ratio, 1.05),
    atMost(
      `${what} @qbench-sdk/client relative to openapi-fetch with a static header`,
      toStaticHeader.ours.ratio,
      1.05,
    ),
    peer("openapi-fetch with a static header", toFetch.withStaticHeader),
    peer("@hey-api/client-fetch", toFetch["@hey-api/client-fetch"]),
    peer("ky", toFetch.ky),
    peer("axios", toFetch.axios),
  ];
}
