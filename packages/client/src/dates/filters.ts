import { QBenchInputError } from "@qbench-sdk/auth/internal";
import { formatDate, parseDate, toUnixSeconds } from "./dates.js";

/** Represents a date, or a text in any format that `parseDate` accepts. */
export type DateInput = Date | string;

/** Describes a period of time. One of its ends can be open. */
export type DateRange =
  | {
      /** The first day of the period. */
      from: DateInput;
      /** The last day of the period. By default, the period has no end. */
      to?: DateInput;
    }
  | {
      /** The first day of the period. By default, the period has no beginning. */
      from?: DateInput;
      /** The last day of the period. */
      to: DateInput;
    };

/** Holds the query parameters of one date range, such as `date_created_start` and `date_created_end`. */
export type DateRangeFilter<Field extends string> = { [Key in `${Field}_${"start" | "end"}`]?: string };

/**
 * Selects the names for `dateRange` that a query supports. `date_created` needs `date_created_start` and
 * `date_created_end`.
 */
export type DateFilterName<Query> = keyof {
  [Key in keyof Query as Key extends `${infer Field}_start`
    ? Field extends `${string}_id_range`
      ? never
      : `${Field}_end` extends keyof Query
        ? Field
        : never
    : never]: never;
};

/**
 * Builds a filter for whole days in UTC. Both days are included. A time of day is dropped, because the filters are only
 * known to accept days (docs/qbench-api.md §4.2).
 *
 * As a whole query, the filter compiles only for lists that have it. If you spread it into a larger query, name the
 * type of that query: `dateRange<DateFilterName<OrderFilter>>(...)`.
 *
 * @example
 * ```ts
 * const may = client.orders.list(dateRange("date_created", { from: "2025-05-01", to: "2025-05-31" }));
 * ```
 *
 * @throws QBenchInputError if a value is not a date, if both ends are open, or if `from` is after `to`
 */
export function dateRange<Field extends string>(field: Field, { from, to }: DateRange): DateRangeFilter<Field> {
  const [start, end] = [from, to].map(input => (input === undefined ? undefined : toDate(input)));
  if (!start && !end) throw new QBenchInputError(`dateRange("${field}"): set from, to, or both.`);
  if (start && end && start > end) throw new QBenchInputError(`dateRange("${field}"): from is after to. Swap them.`);
  const filter: Record<string, string> = {};
  if (start) filter[`${field}_start`] = formatDate(start);
  if (end) filter[`${field}_end`] = formatDate(end);
  return filter as DateRangeFilter<Field>;
}

/**
 * Builds a filter for records that changed since a date: `last_updated` in unix seconds (docs/qbench-api.md §4.2).
 *
 * @example
 * ```ts
 * for await (const test of client.tests.list(updatedSince("2025-01-01"))) console.log(test.id);
 * ```
 *
 * @throws QBenchInputError if the value is not a date
 */
export function updatedSince(date: DateInput): {
  /** The date in unix seconds. */
  last_updated: string;
} {
  return { last_updated: toUnixSeconds(toDate(date)) };
}

const toDate = (input: DateInput): Date => (typeof input === "string" ? parseDate(input) : input);

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * Parses a start time that a person typed: `30m`, `12h`, `7d` or `2w` before `now`, or a date in any format that
 * `parseDate` accepts. A day has 24 hours.
 *
 * @example
 * ```ts
 * const recent = client.tests.list(updatedSince(parseSince("7d")));
 * ```
 *
 * @throws QBenchInputError if the text is neither of these
 */
export function parseSince(value: string, now: Date = new Date()): Date {
  const [, count, unit] = /^\s*(\d+)([mhdw])\s*$/.exec(value) ?? [];
  if (!unit) return parseDate(value);
  // parseDate also rejects times before the year 1.
  return parseDate((now.getTime() - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]) / 1000);
}

/**
 * Encodes field values for the filters named `*_encoded`: as JSON in base64 (docs/qbench-api.md §4.2).
 *
 * @example
 * ```ts
 * const samples = client.samples.list({ additional_fields_encoded: encodeFields({ site: "Zürich" }) });
 * ```
 *
 * @throws QBenchInputError if `fields` is empty, or if a number is not finite
 */
export function encodeFields(fields: Record<string, string | number | boolean | null>): string {
  const json = JSON.stringify(fields, (key, value: unknown) => {
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new QBenchInputError(`encodeFields: ${key} is not a finite number. JSON has no other numbers.`);
    }
    return value;
  });
  if (json === "{}") throw new QBenchInputError("encodeFields: the object is empty. Pass at least one field.");
  // Escaped JSON is ASCII, so it has the same bytes in every encoding that a server might assume.
  return btoa(json.replace(/[\u0080-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`));
}
