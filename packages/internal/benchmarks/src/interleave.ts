import { Bench } from "tinybench";
import { median } from "./row.ts";

export interface Comparison {
  /** The median of the rounds, in milliseconds for each run. */
  readonly ms: number;
  /** Its ratio to the first task's, the median of the rounds' ratios. */
  readonly ratio: number;
}

/**
 * Measures tasks in turns, in many short rounds, and compares them round by round: what else the machine does then meets all
 * of them alike.
 */
export async function interleave<Name extends string>(
  tasks: Record<Name, () => unknown>,
  { rounds = 40, roundMs = 40 }: { rounds?: number; roundMs?: number } = {},
): Promise<Record<Name, Comparison>> {
  const names = Object.keys(tasks) as Name[];
  const measured = new Map<Name, number[]>(names.map(name => [name, []]));
  for (let round = -3; round < rounds; round += 1) {
    // Whoever comes first has the colder caches.
    const order = round % 2 === 0 ? names : names.toReversed();
    for (const name of order) {
      const bench = new Bench({ time: roundMs, warmup: false, retainSamples: true });
      bench.add(name, async () => void (await tasks[name]()));
      const [task] = await bench.run();
      if (task?.result.state !== "completed") throw new Error(`${name} failed in the benchmark`);
      // The first rounds warm everything up.
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
