import { sanitizeText } from "@qbench-sdk/auth/internal";
import { stringify } from "csv-stringify/sync";
import type { Row } from "../document/untyped-paths.js";
import { IncompleteExportError } from "../errors/incomplete-export-error.js";
import { UsageError } from "../errors/usage-error.js";

export interface CsvOptions {
  /**
   * The fields to write, in this order. By default the fields of the first page, because QBench sends empty fields as
   * null instead of omitting them (docs/qbench-api.md §5.1).
   */
  columns: readonly string[] | undefined;
  escapeFormulas: boolean;
}

/** Limits the list of all columns in a message. The fields of an order take 800 characters. */
const MAX_COLUMNS_LENGTH = 3000;

/**
 * Formats rows as CSV: a header, then one line per row. Objects and lists become JSON, and null becomes empty.
 *
 * @throws IncompleteExportError if a later row has a field without a column and no columns were named, because the
 *   field would be lost silently
 * @throws UsageError at the end, if a named column occurs in no row
 */
export async function* toCsv(
  pages: AsyncIterable<Row[]> | Iterable<Row[]>,
  { columns, escapeFormulas }: CsvOptions,
): AsyncGenerator<string> {
  const cast = { boolean: String, string: escapeFormulas ? escapeFormulaText : String };
  let header: readonly string[] | undefined;
  const fields = new Set<string>();
  for await (const rows of pages) {
    const isFirst = !header;
    for (const row of rows) for (const field of Object.keys(row)) fields.add(field);
    const written = header ?? columns ?? [...fields];
    header = written;
    if (!columns && fields.size > written.length) {
      const missing = sanitizeText([...fields].slice(written.length).join(", "));
      const all = sanitizeText([...fields].join(","), [], MAX_COLUMNS_LENGTH);
      throw new IncompleteExportError(
        `Rows after the first page have fields without a column: ${missing}. Name all columns: --columns ${all}`,
      );
    }
    // Each row is passed as a list, because csv-stringify would read a dot in a field's name as a path.
    const lines = rows.map(row => written.map(field => row[field]));
    yield stringify(isFirst && written.length > 0 ? [written, ...lines] : lines, { cast });
  }
  if (!header && columns) yield stringify([columns]);
  const unknown = fields.size === 0 ? [] : (columns ?? []).filter(field => !fields.has(field));
  if (unknown.length > 0) {
    throw new UsageError(
      `No row has these fields of --columns: ${unknown.join(", ")}. The rows have ${sanitizeText([...fields].join(", "))}.`,
    );
  }
}

/**
 * Puts a `'` before text that a spreadsheet would run as a formula, because texts can come from customers. Numbers stay
 * as they are.
 */
function escapeFormulaText(text: string): string {
  return /^[=+\-@\t\r＝＋－＠]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
}
