import { stringify } from "csv-stringify/sync";
import type { Row } from "./any-api.js";
import { tellUser } from "./tell-user.js";
import { UsageError } from "./usage-error.js";

export type Format = "ndjson" | "csv";

/**
 * Writes rows, page by page. The columns of CSV are the fields that were asked for, else all of the first page; values that
 * are objects or lists are JSON, null is empty.
 *
 * @throws UsageError for a field that no row of the first page has. Empty fields are null, not missing (facts 5.1)
 */
export async function* formatRows(
  pages: AsyncIterable<Row[]>,
  format: Format,
  fields: readonly string[] | undefined,
): AsyncGenerator<string> {
  let columns = fields;
  let isFirst = true;
  const leftOut = new Set<string>();
  for await (const rows of pages) {
    if (isFirst && fields && rows.length > 0) demandFields(fields, rows);
    if (format === "ndjson") {
      yield rows.map(row => `${JSON.stringify(fields ? pick(row, fields) : row)}\n`).join("");
    } else {
      columns ??= keysOf(rows);
      if (!fields) for (const key of keysOf(rows)) if (!columns.includes(key)) leftOut.add(key);
      // A field may have a dot in its name, so each row is given as a list.
      const cells = rows.map(row => columns?.map(column => row[column]));
      const header = isFirst && columns.length > 0 ? [columns] : [];
      yield stringify([...header, ...cells], { cast: { boolean: String } });
    }
    isFirst = false;
  }
  if (leftOut.size > 0) {
    tellUser(`not in the first page, so left out: ${[...leftOut].join(", ")}; name all columns with --fields`);
  }
}

const keysOf = (rows: readonly Row[]): string[] => [...new Set(rows.flatMap(row => Object.keys(row)))];

const pick = (row: Row, fields: readonly string[]): Row =>
  Object.fromEntries(fields.map(field => [field, row[field] ?? null]));

function demandFields(fields: readonly string[], rows: readonly Row[]): void {
  const known = keysOf(rows);
  const unknown = fields.filter(field => !known.includes(field));
  if (unknown.length > 0) {
    throw new UsageError(`--fields: no row has ${unknown.join(", ")}; there are ${known.join(", ")}`);
  }
}
