import { createTokenSource, type TokenSource } from "@qbench-sdk/auth";
import { createQBenchClient } from "@qbench-sdk/client";
import type { ApiClient } from "@qbench-sdk/emulator";
import { type EmulatedTenant, noLimits, startEmulatedTenant } from "./emulated-tenant.ts";
import { type FetchPage, pageCallers } from "./page-callers.ts";
import { CONCURRENCY, readInLoop } from "./read-in-loop.ts";
import { atMost, median, type Row } from "./row.ts";

const LATENCY_MS = 50;
const ROWS_PER_PAGE = 50;
const ROUNDS = 7;
/**
 * QBench's limits with a third of its window. Time that is lost at the end of each window is lost as often, but the benchmark
 * takes less time.
 */
const limits = { concurrent: CONCURRENCY, requests: 300, windowMs: 20_000 };
const faults = [{ on: "api", latencyMs: LATENCY_MS }] as const;

const others = Object.entries(pageCallers);

/** Measures the time to read a whole list, relative to the shortest time that the limits allow. */
export async function benchExportTime(): Promise<Row[]> {
  return [...(await exportWithoutLimits()), ...(await exportWithinLimits())];
}

async function exportWithoutLimits(): Promise<Row[]> {
  const rows = 10_000;
  const tenant = await startEmulatedTenant({ limits: noLimits, faults, records: { contacts: rows } });
  try {
    const [identity] = tenant.clients;
    if (!identity) throw new Error("The emulator has no API client");
    const tokenSource = createSource(tenant, identity);
    const client = createQBenchClient({ tokenSource, limits: false });
    const token = await tokenSource.getToken();
    const readers: [name: string, read: () => Promise<number>][] = [
      ["@qbench-sdk/client", async () => (await client.contacts.list().toArray()).length],
      ...others.map(([name, create]): [string, () => Promise<number>] => {
        const fetchPage = create(tenant.url, token);
        return [`a loop of ${CONCURRENCY} concurrent requests with ${name}`, () => countInLoop(fetchPage)];
      }),
    ];
    // Warms up the compiled code of all readers and of the emulator, so concurrent reads are fine here.
    for (let times = 0; times < 3; times++) await Promise.all(readers.map(([, read]) => read()));

    // The first page contains the number of pages. Then the others are read, ten at a time.
    const rounds = 1 + Math.ceil((rows / ROWS_PER_PAGE - 1) / CONCURRENCY);
    const fetchPage = pageCallers["bare fetch"](tenant.url, token);
    const singleTimes: number[] = [];
    const ratios = new Map<string, number[]>();
    for (let round = 0; round < ROUNDS; round++) {
      const single = await timeSingleRequest(fetchPage);
      singleTimes.push(single);
      // The order alternates, so that each reader is affected alike by garbage of its predecessor.
      for (const [name, read] of round % 2 === 0 ? readers : readers.toReversed()) {
        const ms = await timeOf(read, rows);
        ratios.set(name, [...(ratios.get(name) ?? []), ms / (rounds * single)]);
      }
    }
    const what = "10,000 rows, limits off:";
    const ratio = (name: string) => median(ratios.get(name) ?? []);
    const [[ours] = [""], ...loops] = readers;
    return [
      {
        what: `${what} one request, of which ${LATENCY_MS} ms are latency`,
        result: `${median(singleTimes).toFixed(1)} ms`,
      },
      {
        what: `${what} the ideal, ${rounds} such requests in sequence`,
        result: `${Math.round(median(singleTimes) * rounds)} ms`,
      },
      atMost(`${what} ${ours} relative to the ideal`, ratio(ours), 1.05),
      {
        what: `${what} ${ours} relative to the ideal plus one request, which detects moved rows`,
        result: ((ratio(ours) * rounds) / (rounds + 1)).toFixed(2),
      },
      ...loops.map(([name]) => ({ what: `${what} ${name} relative to the ideal`, result: ratio(name).toFixed(2) })),
    ];
  } finally {
    tenant.close();
  }
}

async function exportWithinLimits(): Promise<Row[]> {
  const rows = 40_000;
  const tenant = await startEmulatedTenant({
    limits,
    faults,
    records: { contacts: rows },
    clients: Array.from({ length: others.length + 2 }, () => ({})),
  });
  try {
    const [identity, measuring, ...identities] = tenant.clients;
    if (!identity || !measuring) throw new Error("The emulator has no API clients");
    const what = `40,000 rows, ${limits.requests} requests in ${limits.windowMs / 1000} s:`;

    // The other libraries come first, so that the emulator's code is compiled when the client is measured.
    const loops: Row[] = [];
    for (const [index, [name, create]] of others.entries()) {
      const other = identities[index] ?? measuring;
      const fetchPage = create(tenant.url, await createSource(tenant, other).getToken());
      const before = await tenant.rateLimitedRequests();
      const read = await countInLoop(fetchPage);
      const rejected = (await tenant.rateLimitedRequests()) - before;
      loops.push({
        what: `${what} 429 responses to a loop of ${CONCURRENCY} concurrent requests with ${name}`,
        result: `${rejected}, and ${read.toLocaleString("en")} rows`,
      });
    }

    const single = await timeSingleRequest(
      pageCallers["bare fetch"](tenant.url, await createSource(tenant, measuring).getToken()),
    );
    const pages = rows / ROWS_PER_PAGE;
    const windows = Math.ceil(pages / limits.requests) - 1;
    const last = pages - windows * limits.requests;
    const shortestMs = windows * limits.windowMs + Math.ceil(last / CONCURRENCY) * single;

    const tokenSource = createSource(tenant, identity);
    await tokenSource.getToken();
    const client = createQBenchClient({ tokenSource, limits });
    const before = await tenant.rateLimitedRequests();
    const ms = await timeOf(async () => (await client.contacts.list().toArray()).length, rows);
    const rejected = (await tenant.rateLimitedRequests()) - before;
    const speed = shortestMs / ms;
    return [
      {
        what: `${what} shortest possible time, ${windows} windows and ${last} more requests, ${CONCURRENCY} concurrent`,
        result: `${(shortestMs / 1000).toFixed(2)} s`,
      },
      { what: `${what} @qbench-sdk/client`, result: `${(ms / 1000).toFixed(2)} s` },
      {
        what: `${what} speed of @qbench-sdk/client relative to that`,
        result: speed.toFixed(3),
        goal: "≥ 0.98",
        isMet: speed >= 0.98,
      },
      {
        what: `${what} 429 responses to @qbench-sdk/client`,
        result: String(rejected),
        goal: "0",
        isMet: rejected === 0,
      },
      ...loops,
    ];
  } finally {
    tenant.close();
  }
}

const createSource = (tenant: EmulatedTenant, { id, secret }: ApiClient): TokenSource =>
  createTokenSource({ baseUrl: tenant.url, clientId: id, clientSecret: secret });

async function timeOf(read: () => Promise<number>, rows: number): Promise<number> {
  const begin = performance.now();
  const count = await read();
  if (count !== rows) throw new Error(`Only ${count} of ${rows} rows were read`);
  return performance.now() - begin;
}

async function timeSingleRequest(fetchPage: FetchPage): Promise<number> {
  const times: number[] = [];
  for (let page = 1; page <= 10; page++) {
    const begin = performance.now();
    await fetchPage(page);
    times.push(performance.now() - begin);
  }
  return median(times);
}

async function countInLoop(fetchPage: FetchPage): Promise<number> {
  const all: unknown[] = [];
  await readInLoop(fetchPage, ({ data }) => {
    for (const row of data) all.push(row);
  });
  return all.length;
}
