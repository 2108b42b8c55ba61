import { formatDate, parseDate, toUnixSeconds } from "./dates.js";

/** A date, or a text in any form that `parseDate` takes. */
export type DateInput = Date | string;

/** A time between two ends, of which one may be open. */
export type DateRange = { from: DateInput; to?: DateInput } | { from?: DateInput; to: DateInput };

/** The filter of a date family: `date_created_start` and `date_created_end`. */
export type DateRangeFilter<Field extends string> = { [Key in `${Field}_${"start" | "end"}`]?: string };

/** The date families of a query: `date_created` where it has `date_created_start` and `date_created_end`. */
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
 * The filter for whole days in UTC, both of them included: `dateRange("date_created", { from: "07/01/2025" })`. A time of day
 * is dropped, as days are what the filters are known to take (facts 4.2).
 *
 * The compiler refuses it as the query of a list without the family, but not where it is spread: there
 * `dateRange<DateFamily<OrderFilter>>` does.
 *
 * @throws RangeError for what is no date, when both ends are open, and when `from` is after `to`
 */
export function dateRange<Field extends string>(field: Field, { from, to }: DateRange): DateRangeFilter<Field> {
  const [start, end] = [from, to].map(when => (when === undefined ? undefined : toDate(when)));
  if (!start && !end) throw new RangeError(`${field}: give from, to, or both`);
  if (start && end && start > end) throw new RangeError(`${field}: from is after to`);
  const filter: Record<string, string> = {};
  if (start) filter[`${field}_start`] = formatDate(start);
  if (end) filter[`${field}_end`] = formatDate(end);
  return filter as DateRangeFilter<Field>;
}

/**
 * The filter for what has changed since: `last_updated` in unix seconds (facts 4.2).
 *
 * @throws RangeError for what is no date
 */
export function updatedSince(when: DateInput): { last_updated: string } {
  return { last_updated: toUnixSeconds(toDate(when)) };
}

const toDate = (when: DateInput): Date => (typeof when === "string" ? parseDate(when) : when);

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * Reads how far back to go: `30m`, `12h`, `7d` or `2w` before `now`, or a date in any form that `parseDate` takes. A day is
 * 24 hours.
 *
 * @throws RangeError when it is neither
 */
export function parseSince(value: string, now: Date = new Date()): Date {
  const [, count, unit] = /^\s*(\d+)([mhdw])\s*$/.exec(value) ?? [];
  if (!unit) return parseDate(value);
  // By way of parseDate, so that what lies before all dates is refused alike.
  return parseDate((now.getTime() - Number(count) * unitMs[unit as keyof typeof unitMs]) / 1000);
}

/**
 * Base64 of a JSON object of field to value, which the filters named `*_encoded` take (facts 4.2):
 * `{ additional_fields_encoded: encodeFields({ site: "Zürich" }) }`.
 *
 * @throws RangeError without a field, and for a number that JSON has not
 */
export function encodeFields(fields: Record<string, string | number | boolean | null>): string {
  const json = JSON.stringify(fields, (_, value: unknown) => {
    if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError("A field is not a finite number");
    return value;
  });
  if (json === "{}") throw new RangeError("There is no field to filter by");
  // Escaped, the JSON is ASCII: the same bytes in UTF-8 as in any encoding that a server might read it in.
  return btoa(json.replace(/[\u0080-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`));
}
