import type { Row } from "../document/untyped-paths.js";
import { UsageError } from "../errors/usage-error.js";
import { listNames } from "./list-names.js";

/** Returns a record with only these fields, in this order. It omits fields that the record does not have. */
export const selectColumns = (row: Row, columns: readonly string[]): Row =>
  Object.fromEntries(columns.filter(field => Object.hasOwn(row, field)).map(field => [field, row[field]]));

/** Returns the value of a field. A field that is called `constructor` is not taken from the prototype. */
export const fieldOf = (row: Row, field: string): unknown => (Object.hasOwn(row, field) ? row[field] : undefined);

const MAX_NAMES_LENGTH = 500;

/** @throws UsageError if there were records, and none of them has one of the named columns */
export function rejectUnknownColumns(columns: readonly string[], fields: ReadonlySet<string>): void {
  const unknown = fields.size === 0 ? [] : columns.filter(field => !fields.has(field));
  if (unknown.length === 0) return;
  throw new UsageError(
    `No row has these fields of --columns: ${unknown.join(", ")}. The rows have ${listNames([...fields], MAX_NAMES_LENGTH)}.`,
  );
}
