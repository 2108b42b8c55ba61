import { dateFields } from "@qbench-sdk/types";
import { parseDate } from "./dates.js";

/** The fields that hold a date in every answer that has them. */
export type DateField = (typeof dateFields)[number];

/**
 * An answer, or a part of one, with a `Date` in place of each date's text; pages, lists and references included. `Other` is
 * what stands there for a text that is no date.
 */
export type WithDates<T, Field = DateField, Other = never> = T extends object
  ? { [Key in keyof T]: Key extends Field ? ToDate<T[Key], Other> : WithDates<T[Key], Field, Other> }
  : T;

type ToDate<Value, Other> = Value extends string ? Date | Other : Value;

export interface DateOptions<Field extends string = DateField, Other = never> {
  /** The fields that hold dates; default those of the first API client. Others are in `@qbench-sdk/types/<client>`. */
  fields?: readonly Field[];
  /**
   * What to put in place of a value that is no date; `value => value` keeps it, and the types then say `Date | string`.
   * Default: a RangeError that names the field.
   */
  onInvalidDate?: (value: string, field: Field) => Other;
}

/**
 * A copy of an answer with its dates as `Date`; null stays null, and the value that was given stays as it is.
 *
 * @throws RangeError with the name of the field, for a text that is no date and no `onInvalidDate`
 */
export function withDates<T, Field extends string = DateField, Other = never>(
  value: T,
  options: DateOptions<Field, Other> = {},
): WithDates<T, Field, Other> {
  const { fields = dateFields, onInvalidDate } = options;
  const names = new Set<string>(fields);

  function convert(part: unknown): unknown {
    if (Array.isArray(part)) return part.map(convert);
    if (!isPlain(part)) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, inner]) => [key, names.has(key) ? read(inner, key) : convert(inner)]),
    );
  }

  function read(inner: unknown, field: string): unknown {
    if (typeof inner !== "string" && typeof inner !== "number") return inner;
    try {
      return parseDate(inner);
    } catch (cause) {
      if (onInvalidDate) return onInvalidDate(String(inner), field as Field);
      throw new RangeError(`${field} is not a date: set onInvalidDate to go on`, { cause });
    }
  }

  return convert(value) as WithDates<T, Field, Other>;
}

/** Whether it came from JSON: an answer may be a stream or a Blob too. */
const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
