import type { Row } from "../document/untyped-paths.js";
import { defaultFormat, type OutputOptions } from "./format.js";
import { withIsoDates } from "./iso-dates.js";
import { listNames } from "./list-names.js";
import { print } from "./print.js";
import { rejectUnknownColumns, selectColumns } from "./select-columns.js";
import { writeLine } from "./write-line.js";

/** Limits the names in the note about a table, so that it has two lines of 80 characters. */
const MAX_NAMES_LENGTH = 70;

type Pages = AsyncIterable<Row[]> | Iterable<Row[]>;

/**
 * Writes the rows of a list to stdout as their pages arrive, at the speed of the reader.
 *
 * @throws UsageError at the end, if there are rows and a named column occurs in none of them
 * @throws CommandError if CSV would lose a field
 */
export async function writeRows(pages: Pages, options: OutputOptions): Promise<void> {
  const { columns, raw = false, quiet = false } = options;
  const fields = new Set<string>();
  async function* prepare(): AsyncGenerator<Row[]> {
    for await (const rows of pages) {
      for (const row of rows) for (const field of Object.keys(row)) fields.add(field);
      const selected = columns ? rows.map(row => selectColumns(row, columns)) : rows;
      yield raw ? selected : selected.map(withIsoDates);
    }
  }

  let shown: readonly string[] = [];
  await print(await formatRows(prepare(), options, names => (shown = names)));
  if (columns) rejectUnknownColumns(columns, fields);
  const leftOut = [...(columns ?? fields)].filter(field => !shown.includes(field));
  if (shown.length > 0 && leftOut.length > 0 && !quiet) {
    const total = shown.length + leftOut.length;
    const names = listNames(leftOut, MAX_NAMES_LENGTH);
    await writeLine(`${shown.length} of ${total} fields fit. For others, use --columns or --format json: ${names}.`);
  }
}

/** Each format is loaded when it is used. */
async function formatRows(
  pages: AsyncIterable<Row[]>,
  options: OutputOptions,
  onFields: (fields: readonly string[]) => void,
): Promise<AsyncIterable<string>> {
  switch (options.format ?? defaultFormat()) {
    case "table": {
      const { toTable } = await import("./table.js");
      const { isTTY, columns: width } = process.stdout;
      // The width of a terminal can be unknown, or 0.
      return toTable(pages, { columns: options.columns, width: isTTY ? width || 80 : undefined, onFields });
    }
    case "json": {
      const { toJson } = await import("./json.js");
      return toJson(pages);
    }
    case "csv": {
      const { toCsv } = await import("./csv.js");
      return toCsv(pages, options);
    }
    case "ndjson": {
      const { toNdjson } = await import("./ndjson.js");
      return toNdjson(pages);
    }
  }
}

/**
 * Writes one record to stdout: a table has a line for each field, and JSON is indented.
 *
 * @throws UsageError at the end, if the record does not have a named column
 */
export async function writeRecord(record: Row, options: OutputOptions): Promise<void> {
  const { columns, raw = false, format = defaultFormat() } = options;
  if (format === "ndjson" || format === "csv") return writeRows([[record]], options);
  const selected = columns ? selectColumns(record, columns) : record;
  const row = raw ? selected : withIsoDates(selected);
  if (format === "json") await print([`${JSON.stringify(row, null, 2)}\n`]);
  else {
    const { toRecordTable } = await import("./table.js");
    await print([toRecordTable(row)]);
  }
  if (columns) rejectUnknownColumns(columns, new Set(Object.keys(record)));
}
