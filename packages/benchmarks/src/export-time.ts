import { createTokenSource } from "@qbench-sdk/auth";
import { createQBenchClient, type Limits } from "@qbench-sdk/client";
import type { ApiClient } from "@qbench-sdk/emulator";
import { type EmulatedTenant, noLimits, startEmulatedTenant } from "./emulated-tenant.ts";
import { type AskPage, pageCallers } from "./page-callers.ts";
import { atMost, median, type Row } from "./row.ts";

const LATENCY_MS = 50;
const AT_ONCE = 10;
const ROWS_OF_PAGE = 50;
const ROUNDS = 5;
/** A sixth of QBench's window, with all of its calls: what is lost at the end of each counts six times. */
const limits = { concurrent: AT_ONCE, requests: 300, windowMs: 10_000 };

const latency = [{ on: "api", latencyMs: LATENCY_MS }] as const;
const names = Object.keys(pageCallers);

/** How long it takes to read a whole list, beside what the limits allow. */
export async function benchExportTime(): Promise<Row[]> {
  return [...(await exportWithoutLimits()), ...(await exportWithinLimits())];
}

async function exportWithoutLimits(): Promise<Row[]> {
  const rows = 10_000;
  const tenant = await startEmulatedTenant({ limits: noLimits, faults: latency, records: { contacts: rows } });
  try {
    const [identity] = tenant.clients;
    if (!identity) return [];
    const client = connect(tenant, identity, false);
    const token = await tokenOf(tenant, identity);
    const readers: Record<string, () => Promise<number>> = {
      ours: async () => (await client.contacts.list().toArray()).length,
    };
    for (const [name, make] of Object.entries(pageCallers)) {
      const ask = make(tenant.url, token);
      readers[name] = () => readInLoop(ask);
    }
    // Connections are made and code is compiled.
    for (const read of Object.values(readers)) await read();
    const lone = await timeLoneCall(pageCallers["bare fetch"]?.(tenant.url, token));
    const times = new Map<string, number[]>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, read] of Object.entries(readers)) {
        const ms = await timeOf(read, rows);
        times.set(name, [...(times.get(name) ?? []), ms]);
      }
    }
    const time = (name: string) => median(times.get(name) ?? []);
    // One page says how many there are; then all others.
    const rounds = 1 + Math.ceil((rows / ROWS_OF_PAGE - 1) / AT_ONCE);
    const what = "10,000 rows, limits off:";
    return [
      { what: `${what} a call alone, of which ${LATENCY_MS} ms are latency`, result: `${lone.toFixed(1)} ms` },
      {
        what: `${what} the ideal, ${rounds} rounds of ${AT_ONCE} such calls`,
        result: `${Math.round(rounds * lone)} ms`,
      },
      atMost(`${what} @qbench-sdk/client over the ideal`, time("ours") / (rounds * lone), 1.05),
      {
        what: `${what} the same over a round more, to be sure that no row was missed`,
        result: (time("ours") / ((rounds + 1) * lone)).toFixed(2),
      },
      ...names.map(name => ({
        what: `${what} a loop of ${AT_ONCE} with ${name} over the ideal`,
        result: (time(name) / (rounds * lone)).toFixed(2),
      })),
    ];
  } finally {
    tenant.close();
  }
}

async function exportWithinLimits(): Promise<Row[]> {
  const rows = 40_000;
  const tenant = await startEmulatedTenant({
    limits,
    faults: latency,
    records: { contacts: rows },
    clients: Array.from({ length: names.length + 2 }, () => ({})),
  });
  try {
    const [identity, measuring, ...others] = tenant.clients;
    if (!identity || !measuring) return [];
    const loneAsk = pageCallers["bare fetch"]?.(tenant.url, await tokenOf(tenant, measuring));
    const lone = await timeLoneCall(loneAsk);

    const client = connect(tenant, identity, limits);
    // Gets the token, and makes connections; it counts in the first window.
    await client.contacts.list({ page_size: 1 });
    await new Promise(resolve => setTimeout(resolve, limits.windowMs * 1.1));
    const ms = await timeOf(async () => (await client.contacts.list().toArray()).length, rows);
    const refusals = await tenant.refusals();

    const pages = rows / ROWS_OF_PAGE;
    const windows = Math.ceil(pages / limits.requests) - 1;
    const last = pages - windows * limits.requests;
    const allowed = windows * limits.windowMs + Math.ceil(last / AT_ONCE) * lone;
    const what = `40,000 rows, ${limits.requests} calls in ${limits.windowMs / 1000} s:`;
    const share = allowed / ms;
    const result: Row[] = [
      {
        what: `${what} what is allowed, ${windows} windows and ${last} calls, ${AT_ONCE} at once`,
        result: `${(allowed / 1000).toFixed(2)} s`,
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
    ];
    for (const [index, [name, make]] of Object.entries(pageCallers).entries()) {
      const other = others[index];
      if (!other) continue;
      const ask = make(tenant.url, await tokenOf(tenant, other));
      const before = await tenant.refusals();
      const read = await readInLoop(ask);
      result.push({
        what: `${what} answers of 429 to a loop of ${AT_ONCE} with ${name}`,
        result: `${(await tenant.refusals()) - before}, and ${read.toLocaleString("en")} rows`,
      });
    }
    return result;
  } finally {
    tenant.close();
  }
}

function connect(tenant: EmulatedTenant, identity: ApiClient, given: Limits | false) {
  return createQBenchClient({
    baseUrl: tenant.url,
    clientId: identity.id,
    clientSecret: identity.secret,
    limits: given,
  });
}

const tokenOf = (tenant: EmulatedTenant, { id, secret }: ApiClient): Promise<string> =>
  createTokenSource({ baseUrl: tenant.url, clientId: id, clientSecret: secret }).getToken();

async function timeOf(read: () => Promise<number>, rows: number): Promise<number> {
  const begin = performance.now();
  const got = await read();
  if (got !== rows) throw new Error(`${got} of ${rows} rows were read`);
  return performance.now() - begin;
}

async function timeLoneCall(ask: AskPage = async () => undefined): Promise<number> {
  const times: number[] = [];
  for (let page = 1; page <= 30; page++) {
    const begin = performance.now();
    await ask(page);
    times.push(performance.now() - begin);
  }
  return median(times);
}

/** The loop that one would write by hand: all pages by number, ten at once, with no look whether they moved. */
async function readInLoop(ask: AskPage): Promise<number> {
  const first = await ask(1);
  const all = [...(first?.data ?? [])];
  let next = 2;
  const work = async () => {
    while (next <= (first?.total_pages ?? 0)) for (const row of (await ask(next++))?.data ?? []) all.push(row);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return all.length;
}
