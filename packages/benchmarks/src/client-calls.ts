import { createQBenchClient } from "@qbench-sdk/client";
import { noLimits } from "./emulated-tenant.ts";
import { interleave } from "./interleave.ts";
import { type AskPage, contacts, pageCallers } from "./page-callers.ts";
import { atMost, microseconds, type Row } from "./row.ts";
import { startTenant, stubFetch } from "./tenant.ts";

/** What a call costs with all that the client does by itself: token, limits, retries, time-outs. */
export async function benchClientCalls(): Promise<Row[]> {
  const tenant = await startTenant(3600);
  const loopback = await compare("over loopback", tenant.url);
  await tenant.close();
  // All of the callers use the global one, some with an URL.
  const { fetch } = globalThis;
  const stub = stubFetch();
  globalThis.fetch = (input, init) => stub.fetch(input instanceof Request && !init ? input : new Request(input, init));
  try {
    return [...(await compare("no network", "https://example.qbench.net")), ...loopback];
  } finally {
    globalThis.fetch = fetch;
  }
}

async function compare(where: string, baseUrl: string): Promise<Row[]> {
  // Calls are counted, but so many that none is held back.
  const settings = { baseUrl, clientId: "client", clientSecret: "x".repeat(64), limits: noLimits };
  const client = createQBenchClient(settings);
  const ours: AskPage = async page_num => {
    const { data } = await client.GET(contacts, { params: { query: { page_num, page_size: 50 } } });
    return data;
  };
  const others = Object.entries(pageCallers).map(([name, make]) => [name, make(baseUrl, "token-1")] as const);
  const callers = { ours, ...Object.fromEntries(others) };
  const tasks = Object.entries(callers).map(([name, ask]) => [name, () => ask(1)] as const);
  const ratioTo = async (first: string, names: readonly string[]) => {
    const chosen = [first, ...names].map(name => tasks.find(([known]) => known === name) ?? [name, () => {}]);
    return interleave(Object.fromEntries(chosen));
  };
  const what = `client.GET with all defaults, ${where}:`;
  const toFetch = await ratioTo("bare fetch", ["ours", ...others.map(([name]) => name).slice(1)]);
  const toStatic = await ratioTo("openapi-fetch", ["ours"]);
  return [
    { what: `${what} bare fetch`, result: microseconds(toFetch["bare fetch"]?.ms ?? Number.NaN) },
    { what: `${what} @qbench-sdk/client`, result: microseconds(toFetch.ours?.ms ?? Number.NaN) },
    atMost(`${what} @qbench-sdk/client over bare fetch`, toFetch.ours?.ratio ?? Number.NaN, 1.05),
    atMost(
      `${what} @qbench-sdk/client over openapi-fetch with a static header`,
      toStatic.ours?.ratio ?? Number.NaN,
      1.05,
    ),
    ...others.slice(1).map(([name]) => ({
      what: `${what} ${name} over bare fetch`,
      result: (toFetch[name]?.ratio ?? Number.NaN).toFixed(2),
    })),
  ];
}
