import { createTokenSource, type TokenSource } from "@qbench-sdk/auth";
import { createQBenchClient } from "@qbench-sdk/client";
import type { ApiClient } from "@qbench-sdk/emulator";
import { type EmulatedTenant, noLimits, startEmulatedTenant } from "./emulated-tenant.ts";
import { type FetchPage, pageCallers } from "./page-callers.ts";
import { AT_ONCE, readInLoop } from "./read-in-loop.ts";
import { atMost, median, type Row } from "./row.ts";

const LATENCY_MS = 50;
const ROWS_OF_PAGE = 50;
const ROUNDS = 7;
/** All of QBench's calls, in a third of its window. What is lost with each window is lost as often, in less time. */
const limits = { concurrent: AT_ONCE, requests: 300, windowMs: 20_000 };
const faults = [{ on: "api", latencyMs: LATENCY_MS }] as const;

const others = Object.entries(pageCallers);

/** How long it takes to read a whole list, beside what the limits allow. */
export async function benchExportTime(): Promise<Row[]> {
  return [...(await exportWithoutLimits()), ...(await exportWithinLimits())];
}

async function exportWithoutLimits(): Promise<Row[]> {
  const rows = 10_000;
  const tenant = await startEmulatedTenant({ limits: noLimits, faults, records: { contacts: rows } });
  try {
    const [identity] = tenant.clients;
    if (!identity) throw new Error("the emulator has no API client");
    const tokenSource = sourceOf(tenant, identity);
    const client = createQBenchClient({ tokenSource, limits: false });
    const token = await tokenSource.getToken();
    const readers: [name: string, read: () => Promise<number>][] = [
      ["@qbench-sdk/client", async () => (await client.contacts.list().toArray()).length],
      ...others.map(([name, make]): [string, () => Promise<number>] => {
        const ask = make(tenant.url, token);
        return [`a loop of ${AT_ONCE} with ${name}`, () => countInLoop(ask)];
      }),
    ];
    // All at once: what matters is that code is compiled, the emulator's as well.
    for (let times = 0; times < 3; times++) await Promise.all(readers.map(([, read]) => read()));

    // One page tells how many there are; then come the others, ten at once.
    const rounds = 1 + Math.ceil((rows / ROWS_OF_PAGE - 1) / AT_ONCE);
    const ask = pageCallers["bare fetch"](tenant.url, token);
    const lone: number[] = [];
    const ratios = new Map<string, number[]>();
    for (let round = 0; round < ROUNDS; round++) {
      const call = await timeLoneCall(ask);
      lone.push(call);
      // What another has left behind meets each in turn.
      for (const [name, read] of round % 2 === 0 ? readers : readers.toReversed()) {
        const ms = await timeOf(read, rows);
        ratios.set(name, [...(ratios.get(name) ?? []), ms / (rounds * call)]);
      }
    }
    const what = "10,000 rows, limits off:";
    const ratio = (name: string) => median(ratios.get(name) ?? []);
    const [[ours] = [""], ...loops] = readers;
    return [
      { what: `${what} a call alone, ${LATENCY_MS} ms of it latency`, result: `${median(lone).toFixed(1)} ms` },
      { what: `${what} the ideal, ${rounds} such in a row`, result: `${Math.round(median(lone) * rounds)} ms` },
      atMost(`${what} ${ours} over the ideal`, ratio(ours), 1.05),
      {
        what: `${what} the same over the ideal with one call more, which tells whether rows moved`,
        result: ((ratio(ours) * rounds) / (rounds + 1)).toFixed(2),
      },
      ...loops.map(([name]) => ({ what: `${what} ${name} over the ideal`, result: ratio(name).toFixed(2) })),
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
    if (!identity || !measuring) throw new Error("the emulator has no API clients");
    const what = `40,000 rows, ${limits.requests} calls in ${limits.windowMs / 1000} s:`;

    // The others first, so that the emulator's code is compiled.
    const loops: Row[] = [];
    for (const [index, [name, make]] of others.entries()) {
      const other = identities[index] ?? measuring;
      const ask = make(tenant.url, await sourceOf(tenant, other).getToken());
      const before = await tenant.refusals();
      const read = await countInLoop(ask);
      const refusals = (await tenant.refusals()) - before;
      loops.push({
        what: `${what} answers of 429 to a loop of ${AT_ONCE} with ${name}`,
        result: `${refusals}, and ${read.toLocaleString("en")} rows`,
      });
    }

    const lone = await timeLoneCall(
      pageCallers["bare fetch"](tenant.url, await sourceOf(tenant, measuring).getToken()),
    );
    const pages = rows / ROWS_OF_PAGE;
    const windows = Math.ceil(pages / limits.requests) - 1;
    const last = pages - windows * limits.requests;
    const allowedMs = windows * limits.windowMs + Math.ceil(last / AT_ONCE) * lone;

    const tokenSource = sourceOf(tenant, identity);
    await tokenSource.getToken();
    const client = createQBenchClient({ tokenSource, limits });
    const before = await tenant.refusals();
    const ms = await timeOf(async () => (await client.contacts.list().toArray()).length, rows);
    const refusals = (await tenant.refusals()) - before;
    const share = allowedMs / ms;
    return [
      {
        what: `${what} allowed are ${windows} windows and ${last} calls more, ${AT_ONCE} at once`,
        result: `${(allowedMs / 1000).toFixed(2)} s`,
      },
      { what: `${what} @qbench-sdk/client`, result: `${(ms / 1000).toFixed(2)} s` },
      {
        what: `${what} speed of @qbench-sdk/client over what is allowed`,
        result: share.toFixed(3),
        goal: "≥ 0.98",
        isMet: share >= 0.98,
      },
      {
        what: `${what} answers of 429 to @qbench-sdk/client`,
        result: String(refusals),
        goal: "0",
        isMet: refusals === 0,
      },
      ...loops,
    ];
  } finally {
    tenant.close();
  }
}

const sourceOf = (tenant: EmulatedTenant, { id, secret }: ApiClient): TokenSource =>
  createTokenSource({ baseUrl: tenant.url, clientId: id, clientSecret: secret });

async function timeOf(read: () => Promise<number>, rows: number): Promise<number> {
  const begin = performance.now();
  const got = await read();
  if (got !== rows) throw new Error(`${got} of ${rows} rows were read`);
  return performance.now() - begin;
}

async function timeLoneCall(ask: FetchPage): Promise<number> {
  const times: number[] = [];
  for (let page = 1; page <= 10; page++) {
    const begin = performance.now();
    await ask(page);
    times.push(performance.now() - begin);
  }
  return median(times);
}

async function countInLoop(ask: FetchPage): Promise<number> {
  const all: unknown[] = [];
  await readInLoop(ask, ({ data }) => {
    for (const row of data) all.push(row);
  });
  return all.length;
}
