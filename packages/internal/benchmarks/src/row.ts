/** One line of the table of results. */
export interface Row {
  readonly what: string;
  readonly result: string;
  readonly goal?: string;
  /** True if the goal is met. Undefined if the row has no goal. */
  readonly isMet?: boolean;
}

export const microseconds = (ms: number): string => `${(ms * 1000).toFixed(1)} µs`;

export function atMost(what: string, value: number, limit: number): Row {
  return { what, result: value.toFixed(2), goal: `≤ ${limit}`, isMet: value <= limit };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
