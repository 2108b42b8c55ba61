import { createTokenSource } from "@qbench-sdk/auth";
import { createQBenchClient } from "@qbench-sdk/client";
import { CONCURRENCY, CONTACTS, createFetchPage, ROWS_PER_PAGE } from "../callers/read-in-loop.ts";
import { median } from "../measure/spread.ts";
import { asCount, type Row } from "../results/row.ts";
import { settingsOf, startEmulatedTenant } from "../servers/servers.ts";

const ROWS = 40_000;
const LATENCY_MS = 50;
/**
 * QBench's limits with a third of its window. Time that is lost at the end of each window is lost as often, but the
 * benchmark takes less time.
 */
const limits = { concurrent: CONCURRENCY, requests: 300, windowMs: 20_000 };

/** Measures how much of the tenant's limits the client uses, and whether it exceeds them. */
export async function benchRateLimits(): Promise<Row[]> {
  const tenant = await startEmulatedTenant({
    limits,
    faults: [{ on: "api", latencyMs: LATENCY_MS }],
    records: { contacts: ROWS },
    // Each API client has its own limits.
    clients: [{}, {}, {}],
  });
  try {
    const [forLoop, forLatency, forClient] = tenant.clients.map(each => settingsOf(tenant.url, each));
    if (!forLoop || !forLatency || !forClient) throw new Error("The emulator has too few API clients");

    // The loop comes first, so that the emulator's code is compiled when the client is measured.
    const loopToken = await createTokenSource(forLoop).getToken();
    const rejectedLoop = await countRejected(() => requestAllPages(tenant.url, loopToken));
    const requestMs = await timeOfRequest(tenant.url, await createTokenSource(forLatency).getToken());

    const tokenSource = createTokenSource(forClient);
    await tokenSource.getToken();
    const client = createQBenchClient({ tokenSource, limits });
    let ms = 0;
    const rejected = await countRejected(async () => {
      const begin = performance.now();
      const rows = await client.contacts.list().toArray();
      ms = performance.now() - begin;
      if (rows.length !== ROWS) throw new Error(`Only ${rows.length} of ${ROWS} rows were read`);
    });

    const pages = ROWS / ROWS_PER_PAGE;
    const windows = Math.ceil(pages / limits.requests) - 1;
    const inLastWindow = pages - windows * limits.requests;
    const shortestMs = windows * limits.windowMs + Math.ceil(inLastWindow / CONCURRENCY) * requestMs;
    const speed = shortestMs / ms;
    const what = `40,000 rows with ${limits.requests} requests in ${limits.windowMs / 1000} s:`;
    return [
      {
        what: `${what} shortest possible time / time of client.contacts.list()`,
        result: speed.toFixed(3),
        goal: "≥ 0.98",
        isMet: speed >= 0.98,
      },
      { what: `${what} 429 responses to the client`, result: asCount(rejected), goal: "0", isMet: rejected === 0 },
      { what: `${what} 429 responses to a plain loop of 10 concurrent requests`, result: asCount(rejectedLoop) },
    ];
  } finally {
    tenant.close();
  }

  async function countRejected(read: () => Promise<unknown>): Promise<number> {
    const before = await tenant.rateLimitedRequests();
    await read();
    return (await tenant.rateLimitedRequests()) - before;
  }
}

/** Requests all pages by number, ten at a time, whatever the status is. */
async function requestAllPages(baseUrl: string, token: string): Promise<void> {
  let next = 1;
  const work = async () => {
    while (next <= ROWS / ROWS_PER_PAGE) {
      const url = `${baseUrl}${CONTACTS}?page_num=${next++}&page_size=${ROWS_PER_PAGE}`;
      await (await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).text();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

async function timeOfRequest(baseUrl: string, token: string): Promise<number> {
  const fetchPage = createFetchPage(baseUrl, token);
  const times: number[] = [];
  for (let page = 1; page <= 11; page++) {
    const begin = performance.now();
    await fetchPage(page);
    times.push(performance.now() - begin);
  }
  return median(times);
}
