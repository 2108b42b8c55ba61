/** Measures one thing once, and returns the result in any unit. */
export type Measure = () => number | Promise<number>;

/**
 * Measures several things in turns, so that other load on the machine affects all of them alike. Every second round
 * runs in reverse order, because each turn may be affected by the one before.
 *
 * @param warmUps rounds whose results are dropped
 * @returns the results of each in the order of the rounds, so that results with the same index belong together
 */
export async function measureInTurns<Name extends string>(
  measures: Record<Name, Measure>,
  rounds: number,
  warmUps = 1,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(measures) as Name[];
  const results = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -warmUps; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const result = await measures[name]();
      if (round >= 0) results[name].push(result);
    }
  }
  return results;
}

/** Returns the ratio of each round. */
export function ratios(values: readonly number[], peers: readonly number[]): number[] {
  return values.map((value, round) => value / (peers[round] ?? Number.NaN));
}
