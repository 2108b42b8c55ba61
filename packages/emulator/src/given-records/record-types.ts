import type { BuiltInRecords } from "../builtin/record-fields.js";
import type { RecordId } from "../records/store.js";

/** A reference to a record, as the API shows it. `data` has the fields of the record without its references. */
export interface RecordReference {
  /** The kind of the record, as QBench names it. */
  _type: string;
  /** The URL of the record. */
  _self: string | null;
  /** The id of the record. */
  id: RecordId;
  /** The fields of the record. */
  data: Record<string, unknown>;
}

/** The type of a field in a record that is read, by kind. */
interface ShownValues {
  id: number;
  uuid: string;
  integer: number | null;
  number: number | null;
  string: string | null;
  boolean: boolean | null;
  datetime: string | null;
  date: string | null;
  object: Record<string, unknown> | null;
  objects: Record<string, unknown>[];
  integers: number[];
  strings: string[];
  any: unknown;
  reference: RecordReference | null;
  references: RecordReference[];
}

/** The type of a field in a record that is created or updated, by kind. */
interface GivenValues {
  id: number;
  uuid: string;
  integer: number | null;
  number: number | null;
  string: string | null;
  boolean: boolean | null;
  datetime: string | Date | null;
  date: string | Date | null;
  object: Readonly<Record<string, unknown>> | null;
  objects: readonly Readonly<Record<string, unknown>>[];
  integers: readonly number[];
  strings: readonly string[];
  any: unknown;
  /** The ids of the records. */
  references: readonly RecordId[];
  /** The id of a record, in a field that the API does not show. */
  link: RecordId | null;
  /** The ids of records, in a field that the API does not show. */
  links: readonly RecordId[];
}

type Shown<Kinds> = {
  [Field in keyof Kinds as Kinds[Field] extends keyof ShownValues
    ? Field
    : never]: Kinds[Field] extends keyof ShownValues ? ShownValues[Kinds[Field]] : never;
};

type Given<Kinds> = {
  readonly [Field in keyof Kinds as Kinds[Field] extends keyof GivenValues
    ? Field
    : never]?: Kinds[Field] extends keyof GivenValues ? GivenValues[Kinds[Field]] | undefined : never;
};

/**
 * The name of a collection: the last segment of the path of its list, such as `tests`. Records without a list of their
 * own have the names `attachments`, `comments`, `integration-mappings` and `printdocs`. Any other text is accepted for
 * the collections of another document, and is checked at run time.
 */
export type CollectionName = keyof BuiltInRecords | (string & {});

/**
 * A record as the API shows it: with every field, empty ones as null, dates in QBench's form, and references to other
 * records. Custom fields and those of another document are `unknown`.
 */
export type LabRecord<Collection extends CollectionName> = (Collection extends keyof BuiltInRecords
  ? Shown<BuiltInRecords[Collection]>
  : {
      /** The id of the record. */
      id: RecordId;
    }) & { [field: string]: unknown };

/**
 * The fields of a record that is created or updated. All of them are optional.
 *
 * - A reference is set by its id, such as `customer_account_id`. A list of references is set by ids: `tests: [1, 2]`.
 * - A date is a `Date`, an ISO 8601 text or a text in QBench's form, `MM/DD/YYYY hh:mm AM`. A time without a zone is UTC.
 * - Custom fields of the option `customFields` are accepted. Other unknown fields are rejected at run time.
 *
 * @example
 * ```ts
 * const order: RecordFields<"orders"> = { id: 7, customer_account_id: 3, date_received: new Date("2026-01-05T09:30Z") };
 * ```
 */
export type RecordFields<Collection extends CollectionName> = (Collection extends keyof BuiltInRecords
  ? Given<BuiltInRecords[Collection]>
  : unknown) & { readonly [field: string]: unknown };

/**
 * The records that exist from the start, by collection: a number of seeded records, or a list of exactly these records.
 * Collections that are missing have the records of a small laboratory, or the number at `"*"`.
 *
 * @example
 * ```ts
 * // An empty laboratory, except for one order with a sample.
 * const records: InitialRecords = { "*": 0, orders: [{ id: 7 }], samples: [{ order_id: 7, description: "Lot A" }] };
 * ```
 */
export type InitialRecords = {
  readonly [Collection in Exclude<keyof BuiltInRecords, "api-clients">]?: number | readonly RecordFields<Collection>[];
} & {
  /** The number of seeded records of each other collection. */
  readonly "*"?: number;
} & { readonly [collection: string]: unknown };
