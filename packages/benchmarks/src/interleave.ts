import { Bench } from "tinybench";
import { median } from "./row.ts";

/**
 * Measures tasks in turns, several times over, so that what else the machine does meets all of them alike.
 *
 * @returns by name, the median of the rounds' medians, in milliseconds for each run
 */
export async function interleave<Name extends string>(
  tasks: Record<Name, () => unknown>,
  { rounds = 10, roundMs = 100 }: { rounds?: number; roundMs?: number } = {},
): Promise<Record<Name, number>> {
  const names = Object.keys(tasks) as Name[];
  const medians = new Map<Name, number[]>(names.map(name => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    // Whoever comes first has the colder caches.
    const order = round % 2 === 0 ? names : names.toReversed();
    for (const name of order) {
      const bench = new Bench({ time: roundMs, warmup: round === 0, retainSamples: false });
      bench.add(name, async () => void (await tasks[name]()));
      const [task] = await bench.run();
      if (task?.result.state !== "completed") throw new Error(`${name} failed in the benchmark`);
      // The first round warms everything up.
      if (round > 0) medians.get(name)?.push(task.result.latency.mean);
    }
  }
  return Object.fromEntries(names.map(name => [name, median(medians.get(name) ?? [])])) as Record<Name, number>;
}
