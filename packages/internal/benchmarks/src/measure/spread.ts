/** The range of the middle 80 % of some measurements. */
export interface Spread {
  readonly low: number;
  readonly high: number;
}

export const spreadOf = (values: readonly number[]): Spread => ({
  low: quantile(values, 0.1),
  high: quantile(values, 0.9),
});

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Returns the measured value that `share` of the other values do not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}
