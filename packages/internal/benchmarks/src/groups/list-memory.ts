import { startChild } from "../measure/child.ts";
import { measureInTurns, ratios } from "../measure/measure-in-turns.ts";
import type { LiveMemory } from "../programs/read-million.ts";
import { asCount, asMegabytes, asRatio, atMost, measured, type Row } from "../results/row.ts";
import { noLimits, type Settings, startEmulatedTenant } from "../servers/servers.ts";
import type { GroupOptions } from "./group.ts";

const ROWS = 1_000_000;

/** Measures the memory that a program needs to read a million rows, one after the other. */
export async function benchListMemory({ rounds = 3 }: GroupOptions): Promise<Row[]> {
  const tenant = await startEmulatedTenant({ limits: noLimits, records: { contacts: ROWS } });
  const samples: number[] = [];
  try {
    const peakOf = async (reader: "client" | "loop") => {
      const memory = await readMillion(reader, tenant.settings);
      samples.push(memory.samples);
      return memory.peak - memory.idle;
    };
    const peaks = await measureInTurns({ client: () => peakOf("client"), loop: () => peakOf("loop") }, rounds, 0);
    const what = "1,000,000 rows, peak of live objects above idle:";
    return [
      atMost(`${what} client.contacts.list()`, peaks.client, asMegabytes, 10_000_000),
      atMost(
        `${what} client.contacts.list() / plain loop of 10 concurrent requests`,
        ratios(peaks.client, peaks.loop),
        asRatio,
        2,
      ),
      measured(`${what} plain loop of 10 concurrent requests`, peaks.loop, asMegabytes),
      measured(`${what} samples of the heap in one read`, samples, asCount),
    ];
  } finally {
    tenant.close();
  }
}

async function readMillion(reader: string, settings: Settings): Promise<LiveMemory> {
  const program = new URL("../programs/read-million.ts", import.meta.url);
  const { ready } = await startChild<LiveMemory>(program, [reader, JSON.stringify(settings)], ["--expose-gc"]);
  if (ready.rows !== ROWS) throw new Error(`Only ${ready.rows} of ${ROWS} rows were read`);
  if (ready.samples === 0) throw new Error("The heap was not sampled during the read");
  return ready;
}
