import { Bench } from "tinybench";
import { median } from "./row.ts";

export interface Comparison {
  /** The median time of one run, in milliseconds. */
  readonly ms: number;
  /** The ratio to the time of the first task: the median of the ratios of all rounds. */
  readonly ratio: number;
}

/**
 * Measures tasks alternately, in many short rounds, and compares them round by round. Other load on the machine then affects
 * all tasks alike.
 */
export async function interleave<Name extends string>(
  tasks: Record<Name, () => unknown>,
  { rounds = 40, roundMs = 40 }: { rounds?: number; roundMs?: number } = {},
): Promise<Record<Name, Comparison>> {
  const names = Object.keys(tasks) as Name[];
  const measured = new Map<Name, number[]>(names.map(name => [name, []]));
  for (let round = -3; round < rounds; round += 1) {
    // The first task of a round has colder caches, so the order alternates.
    const order = round % 2 === 0 ? names : names.toReversed();
    for (const name of order) {
      const bench = new Bench({ time: roundMs, warmup: false, retainSamples: true });
      bench.add(name, async () => void (await tasks[name]()));
      const [task] = await bench.run();
      if (task?.result.state !== "completed") throw new Error(`Benchmark task ${name} failed`);
      // The rounds with negative numbers are warm-up.
      if (round >= 0) measured.get(name)?.push(task.result.latency.p50);
    }
  }
  const first = measured.get(names[0] as Name) ?? [];
  const compare = (times: number[]): Comparison => ({
    ms: median(times),
    ratio: median(times.map((time, round) => time / (first[round] ?? Number.NaN))),
  });
  return Object.fromEntries(names.map(name => [name, compare(measured.get(name) ?? [])])) as Record<Name, Comparison>;
}
