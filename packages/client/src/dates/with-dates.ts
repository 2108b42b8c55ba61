import { dateFields } from "@qbench-sdk/types";
import { QBenchResponseError } from "../errors/response-error.js";
import { parseDate } from "./dates.js";

/** Names the fields that hold a date in every response that has them. */
// With Extract, editors and declarations show the name of this type instead of all fields.
export type DateField = Extract<(typeof dateFields)[number], string>;

/**
 * Converts the type of a response, or of a part of one: each date becomes a `DateValue`, in pages, lists and references
 * too. If `onInvalidDate` returns another type, `DateValue` includes that type.
 */
export type WithDates<T, DateValue = Date, Field = DateField> = T extends object
  ? T extends Uint8Array
    ? T
    : DatedRecord<T, DateValue, Field>
  : T;

/** Describes an object of a response whose dates are converted. Write `WithDates`, which accepts any value. */
// A type of its own, so that editors and declarations show its name instead of all fields.
export type DatedRecord<T, DateValue, Field> = {
  [Key in keyof T]: Key extends Field ? ToDate<T[Key], DateValue> : WithDates<T[Key], DateValue, Field>;
};

// openapi-fetch's types replace a Date by an object that has its methods as fields of the type {}.
type ToDate<Value, DateValue> = Value extends string ? DateValue : Value extends { getTime: unknown } ? Date : Value;

/** Configures how the dates of a response are converted. */
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
): WithDates<T, Date | Other, Field> {
  return createDateConverter(options)(value) as WithDates<T, Date | Other, Field>;
}

/** Creates a function that converts the dates of a response. */
export function createDateConverter<Field extends string>({
  fields = dateFields as readonly string[] as readonly Field[],
  onInvalidDate,
}: DateOptions<Field, unknown>): (value: unknown) => unknown {
  const names = new Set<string>(fields);

  /** `recordId` is the id of the outermost record around the part. */
  function convert(part: unknown, recordId?: unknown): unknown {
    if (Array.isArray(part)) return part.map(item => convert(item, recordId));
    if (!isPlainObject(part)) return part;
    const id = recordId ?? part.id;
    return Object.fromEntries(
      Object.entries(part).map(([key, inner]) => [key, names.has(key) ? readDate(inner, key, id) : convert(inner, id)]),
    );
  }

  function readDate(inner: unknown, field: string, recordId: unknown): unknown {
    if (typeof inner !== "string" && typeof inner !== "number") return inner;
    try {
      return parseDate(inner);
    } catch (cause) {
      if (onInvalidDate) return onInvalidDate(String(inner), field as Field);
      const record = typeof recordId === "number" ? ` of record ${recordId}` : "";
      throw new QBenchResponseError(
        `${field}${record} is not a date. Set onInvalidDate to keep or replace such values.`,
        { cause },
      );
    }
  }

  return value => convert(value);
}

/**
 * Returns true for an object that came from JSON, in any realm: the prototype of its prototype is null. A response can
 * also be a stream or a Blob.
 */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== null && Object.getPrototypeOf(prototype) === null;
}
