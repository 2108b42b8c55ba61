import { type Caller, startCaller } from "../callers/caller.ts";
import { CONCURRENCY } from "../callers/read-in-loop.ts";
import { measureInTurns, ratios } from "../measure/measure-in-turns.ts";
import { asMs, asRatio, atMost, measured, type Row } from "../results/row.ts";
import { noLimits, startEmulatedTenant } from "../servers/servers.ts";
import type { GroupOptions } from "./group.ts";

const ROWS = 10_000;
const LATENCY_MS = 50;

/** Measures the time to read a whole list, if each request takes as long as it does over the internet. */
export async function benchListTime({ rounds = 9 }: GroupOptions): Promise<Row[]> {
  const tenant = await startEmulatedTenant({
    limits: noLimits,
    faults: [{ on: "api", latencyMs: LATENCY_MS }],
    records: { contacts: ROWS },
  });
  const callers: Caller[] = [];
  const readList = async (name: string): Promise<() => Promise<number>> => {
    const caller = await startCaller("lists.ts", name, "read", tenant.settings);
    callers.push(caller);
    return async () => (await caller.takeTurn(1)).ms;
  };
  try {
    const readers = { client: await readList("client"), loop: await readList("loopAndCheck") };
    const times = await measureInTurns(readers, rounds, 3);
    const what = "10,000 rows:";
    const peer = `plain loop of ${CONCURRENCY} concurrent requests plus one check request`;
    return [
      atMost(`${what} client.contacts.list() / ${peer}`, ratios(times.client, times.loop), asRatio, 1.03),
      measured(`${what} client.contacts.list(), ${LATENCY_MS} ms of latency per request`, times.client, asMs),
      measured(`${what} ${peer}`, times.loop, asMs),
    ];
  } finally {
    for (const caller of callers) caller.stop();
    tenant.close();
  }
}
