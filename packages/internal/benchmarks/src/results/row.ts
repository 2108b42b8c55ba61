import { median, type Spread, spreadOf } from "../measure/spread.ts";

/** One line of the tables of results. Rows with a goal are in the first table, others give context. */
export interface Row {
  readonly what: string;
  /** With its unit. */
  readonly result: string;
  /** The middle 80 % of the rounds. Rows that are counted or computed have none. */
  readonly spread?: string;
  readonly goal?: string;
  /** True if the goal is met. Undefined if the row has no goal. */
  readonly isMet?: boolean;
}

export type Format = (value: number) => string;

export const asRatio: Format = value => value.toFixed(2);
export const asMs: Format = value => `${value.toFixed(value < 20 ? 1 : 0)} ms`;
export const asMicroseconds: Format = ms => `${(ms * 1000).toFixed(ms < 0.1 ? 1 : 0)} µs`;
export const asSeconds: Format = ms => `${(ms / 1000).toFixed(2)} s`;
export const asKilobytes: Format = bytes => `${(bytes / 1000).toFixed(1)} kB`;
export const asMegabytes: Format = bytes => `${(bytes / 1e6).toFixed(1)} MB`;
export const asCount: Format = value => Math.round(value).toLocaleString("en");

/** Returns a row that shows the median of some measurements and their spread. */
export function measured(what: string, values: readonly number[], format: Format): Row {
  return { what, result: format(median(values)), spread: formatSpread(spreadOf(values), format) };
}

/** Returns a row for measurements of which the median should be at most `limit`. */
export function atMost(what: string, values: readonly number[], format: Format, limit: number): Row {
  return { ...measured(what, values, format), ...goal("≤", format, limit, median(values) <= limit) };
}

/** Returns a row for measurements of which the median should be at least `limit`. */
export function atLeast(what: string, values: readonly number[], format: Format, limit: number): Row {
  return { ...measured(what, values, format), ...goal("≥", format, limit, median(values) >= limit) };
}

const goal = (sign: string, format: Format, limit: number, isMet: boolean): Pick<Row, "goal" | "isMet"> => ({
  goal: `${sign} ${format(limit)}`,
  isMet,
});

const formatSpread = ({ low, high }: Spread, format: Format): string =>
  low === high ? "" : `${format(low)} to ${format(high)}`;
