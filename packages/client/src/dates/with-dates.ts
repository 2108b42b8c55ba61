import { dateFields } from "@qbench-sdk/types";
import { QBenchResponseError } from "../errors/response-error.js";
import { parseDate } from "./dates.js";

/** Names the fields that hold a date in every response that has them. */
export type DateField = (typeof dateFields)[number];

/**
 * Converts the type of a response, or of a part of one: each date becomes a `Date`, in pages, lists and references too.
 * `Other` is what `onInvalidDate` returns.
 */
export type WithDates<T, Field = DateField, Other = never> = T extends object
  ? { [Key in keyof T]: Key extends Field ? ToDate<T[Key], Other> : WithDates<T[Key], Field, Other> }
  : T;

type ToDate<Value, Other> = Value extends string ? Date | Other : Value;

/** Configures `withDates` and `datedClient`. */
export interface DateOptions<Field extends string = DateField, Other = never> {
  /** The fields that hold dates. Default: those of the first API client. Others are in `@qbench-sdk/types/<client>`. */
  fields?: readonly Field[];
  /**
   * Returns a replacement for a value that is not a date. With `value => value`, the text stays, and the types then say
   * `Date | string`. Default: throws a `QBenchResponseError` that names the field.
   */
  onInvalidDate?: (value: string, field: Field) => Other;
}

/**
 * Copies a response and converts its dates to `Date`. Null stays null. The original is not changed.
 *
 * @example
 * ```ts
 * const order = withDates(await client.orders.get(1));
 * console.log(order.date_created?.getTime());
 * ```
 *
 * @throws QBenchResponseError with the name of the field, if a value is not a date and `onInvalidDate` is not set
 */
export function withDates<T, Field extends string = DateField, Other = never>(
  value: T,
  options: DateOptions<Field, Other> = {},
): WithDates<T, Field, Other> {
  const { fields = dateFields, onInvalidDate } = options;
  const names = new Set<string>(fields);

  function convert(part: unknown): unknown {
    if (Array.isArray(part)) return part.map(convert);
    if (!isPlainObject(part)) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, inner]) => [key, names.has(key) ? readDate(inner, key) : convert(inner)]),
    );
  }

  function readDate(inner: unknown, field: string): unknown {
    if (typeof inner !== "string" && typeof inner !== "number") return inner;
    try {
      return parseDate(inner);
    } catch (cause) {
      if (onInvalidDate) return onInvalidDate(String(inner), field as Field);
      throw new QBenchResponseError(`${field} is not a date. Set onInvalidDate to keep or replace such values.`, {
        cause,
      });
    }
  }

  return convert(value) as WithDates<T, Field, Other>;
}

/** Returns true for an object that came from JSON. A response can also be a stream or a Blob. */
const isPlainObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
