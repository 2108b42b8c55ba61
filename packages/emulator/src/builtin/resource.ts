/** The kinds of records that a report is listed under. */
export type ReportLevel = "order" | "sample" | "test";

/**
 * An entity of the built-in API. The built-in document, the behavior of each operation and the seeded records are all
 * derived from these objects. They hold what the vendor has published: names, types and operations.
 *
 * `fields` is written in a compact notation: `name:type` for each field, separated by spaces. A `*` after the name
 * marks a required field. These are the types:
 *
 * - `i` integer, `n` number, `s` string, `s<=50` string with a maximum length, `b` boolean, `o` object
 * - `dt` date and time, `d` date
 * - `[x]` list of x
 * - `a|b` a or b
 * - `x=v` x with the default v
 * - `Customer`, or any capitalized name: a reference to that entity. `customer:Customer` stands beside `customer_id:i`.
 *
 * `filters` is written as `name:type=path`. The path leads over relations to the compared field, as in
 * `order_ids:[i]=sample.order_id`. `?path` selects records with a value at that path, `!path` records without one. A
 * filter without a path compares the field of its own name. If the entity has no such field, the filter is accepted and
 * has no effect, because its effect is not published. Filters have these types, too:
 *
 * - `range`, `range+`: a family of date parameters, such as `date_created_start` and `date_created_end`
 * - `since`: unix seconds
 * - `encoded`: base64 of a JSON object
 * - `tag-action`: how the values of a tag filter combine; the path is the name of that filter
 * - `from`, `to`: the lower and the upper bound of a number
 * - `amount`: a comparison of money
 * - `covered`: ids of records that a report covers; the path is their level
 *
 * The word `sorted` stands for the parameters `sort_by`, `sort_order` and `include_deleted`.
 */
export interface Resource {
  /** The path segment of its collection. Absent if the entity has no collection of its own. */
  collection?: string;
  /** The name of its records in the emulator's option `records`, if it has no collection of its own. */
  records?: string;
  tag: string;
  /** The operations that the API has: some of list, get, create, update and delete. */
  verbs?: string;
  fields: string;
  filters?: string;
  /** Fields that a new record must have and that an update cannot set to null, separated by spaces. */
  required?: string;
  /** The body of create. Absent if it has the read fields. */
  create?: string;
  /** The body of update. Absent if it has the read fields. */
  update?: string;
  /** Fields whose type in the body of create differs from the read type. */
  createTypes?: string;
  /** Collections below one record, such as `/orders/{order_id}/samples`, by path segment. */
  nested?: Record<string, Nested>;
  /** Custom fields that the emulated tenant has defined: name and field type. */
  custom?: Record<string, "STR" | "TEXT" | "NUM">;
  seed?: Seed;
}

/** A relation from one record to many. Exactly one of `where`, `ids`, `link` and `covers` selects the children. */
export interface Nested {
  /** The entity of the children. */
  entity: string;
  /** The path from a child to the parent's id. */
  where?: string;
  /** Further values that a child must have, by field. Used together with `where`. */
  equals?: Record<string, string>;
  /** The parent's field that lists the ids of the children. */
  ids?: string;
  /** A many-to-many relation: the role of the parent and the role of the child. */
  link?: readonly [string, string];
  /** The children are the reports that cover the parent, which is of this level. */
  covers?: ReportLevel;
  /** The parent's field that lists the children as references, if its name differs from the path segment. */
  field?: string;
  /** True if the operation takes page parameters only, although lists of the child have filters. */
  paged?: boolean;
  /** True if the vendor's document declares no response for the operation. */
  undocumented?: boolean;
  /** False for a relation that only filters use: no operation lists it. */
  exposed?: boolean;
}

/** The records of an entity that exist from the start. */
export interface Seed {
  /** The number of records of the small laboratory. */
  count: number;
  /** The number of all records, if the option `records` sets it. */
  total?: number;
  /** Values by field, taken in turn, record by record. */
  values?: Record<string, readonly unknown[]>;
  /** Fields that refer to the ids 1 to n, taken in turn, so that every parent has children. */
  roundRobin?: Record<string, number>;
  /** Fields that stay null. */
  empty?: readonly string[];
}

/** One field or filter, read from the notation. */
export interface Field {
  name: string;
  type: string;
  required: boolean;
  /** The part after `=`: the path of a filter, or the default of a field. */
  value?: string;
}

/** Parses the notation that {@link Resource} describes: `name*:type=value ...`. */
export const readFields = (notation: string): Field[] =>
  notation
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map(token => {
      // Not the "=" of a maximum length, as in "s<=50".
      const [head = "", ...value] = token.split(/(?<!<)=/);
      const [name = "", type = ""] = head.split(":");
      return {
        name: name.replace("*", ""),
        type,
        required: name.endsWith("*"),
        ...(value.length > 0 && { value: value.join("=") }),
      };
    });

/** Returns the entity that a type refers to: `Customer` for the types `Customer` and `[Customer]`. */
export const referencedEntity = (type: string): string | undefined => /^\[?([A-Z]\w*)\]?$/.exec(type)?.[1];
