import { stringify } from "csv-stringify/sync";
import type { Row } from "./any-list.js";
import { IncompleteError } from "./incomplete-error.js";
import { UsageError } from "./usage-error.js";

export interface CsvOptions {
  /** Which fields, in which order; else those of the first page, as empty fields are null and not missing (facts 5.1). */
  columns: readonly string[] | undefined;
  escapeFormulas: boolean;
}

/**
 * A header and one line for each row. Objects and lists are JSON, null is empty.
 *
 * @throws IncompleteError when a field comes up that has no column and none were named: it would be lost in silence
 * @throws UsageError at the end, for a column that no row had
 */
export async function* toCsv(
  pages: AsyncIterable<Row[]>,
  { columns, escapeFormulas }: CsvOptions,
): AsyncGenerator<string> {
  const cast = { boolean: String, string: escapeFormulas ? escapeFormula : String };
  let header = columns;
  const fields = new Set<string>();
  for await (const rows of pages) {
    const isFirst = fields.size === 0;
    for (const row of rows) for (const field of Object.keys(row)) fields.add(field);
    const written = header ?? [...fields];
    header = written;
    if (!columns && fields.size > written.length) {
      const late = [...fields].slice(written.length).join(", ");
      throw new IncompleteError(
        `rows after the first page have fields without a column: ${late}; name all columns: --columns ${[...fields].join(",")}`,
      );
    }
    // A field may have a dot in its name, so each row is given as a list.
    const lines = rows.map(row => written.map(field => row[field]));
    yield stringify(isFirst && written.length > 0 ? [written, ...lines] : lines, { cast });
  }
  const unknown = fields.size === 0 ? [] : (columns ?? []).filter(field => !fields.has(field));
  if (unknown.length > 0) {
    throw new UsageError(`--columns: no row has ${unknown.join(", ")}; there are ${[...fields].join(", ")}`);
  }
}

/** A `'` before what a spreadsheet would run as a formula: texts come from customers too. Numbers are no formulas. */
function escapeFormula(text: string): string {
  return /^[=+\-@\t\r＝＋－＠]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
}
