import { sanitizeText } from "@qbench-sdk/auth/internal";
import { stringify } from "csv-stringify/sync";
import type { Row } from "../document/untyped-paths.js";
import { CommandError } from "../errors/command-error.js";
import type { OutputOptions } from "./format.js";
import { fieldOf } from "./select-columns.js";

/** Limits the list of all columns in a message. The fields of an order take 800 characters. */
const MAX_COLUMNS_LENGTH = 3000;

/**
 * Formats rows as CSV: a header, then one line per row. Objects and lists become JSON, and null becomes empty. By default,
 * the columns are the fields of the first page, because QBench sends empty fields as null instead of omitting them
 * (docs/qbench-api.md §5.1).
 *
 * @throws CommandError if a later row has a field without a column and no columns were named, because the
 *   field would be lost silently
 */
export async function* toCsv(
  pages: AsyncIterable<Row[]>,
  {
    columns,
    declared,
    bom = false,
    escapeFormulas = true,
  }: Pick<OutputOptions, "columns" | "declared" | "bom" | "escapeFormulas">,
): AsyncGenerator<string> {
  const options = {
    cast: { boolean: String, string: escapeFormulas ? escapeFormulaText : String, object: objectText },
  };
  let header: readonly string[] | undefined;
  const fields = new Set<string>();
  for await (const rows of pages) {
    if (rows.length === 0) continue;
    const isFirst = !header;
    if (!columns) for (const row of rows) for (const field of Object.keys(row)) fields.add(field);
    const written = header ?? columns ?? [...fields];
    header = written;
    if (!columns && fields.size > written.length) {
      const missing = sanitizeText([...fields].slice(written.length).join(", "));
      const names = Array.from(fields, name => (declared && !declared.includes(name) ? `+${name}` : name));
      const all = sanitizeText(names.join(","), [], MAX_COLUMNS_LENGTH);
      throw new CommandError(
        `Rows after the first page have fields without a column: ${missing}. Use --format ndjson, or name the columns: --columns ${all}`,
      );
    }
    // Each row is passed as a list, because csv-stringify would read a dot in a field's name as a path.
    const lines = rows.map(row => written.map(field => fieldOf(row, field)));
    if (isFirst && written.length > 0) yield `${bom ? "\ufeff" : ""}${stringify([written], options)}`;
    // Many programs skip an empty line, so an empty row of one column needs quotes.
    yield stringify(lines, { ...options, quoted_empty: written.length === 1 });
  }
  if (!header && columns) yield `${bom ? "\ufeff" : ""}${stringify([columns], options)}`;
}

const objectText = (value: object): string => (JSON.isRawJSON(value) ? value.rawJSON : JSON.stringify(value));

/**
 * Matches text that a spreadsheet would run as a formula. Spreadsheets trim invisible characters, and some accept other
 * forms of the signs.
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{C}\p{Z}\p{DI}\p{M}]*[=+\-@＝＋－＠﹦﹢﹣﹫−])/u;

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** Puts a `'` before a formula, because texts can come from customers. Numbers stay as they are. */
const escapeFormulaText = (text: string): string =>
  FORMULA.test(text) && !NUMBER.test(text.trim()) ? `'${text}` : text;
