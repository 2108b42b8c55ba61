import type { Row } from "../document/untyped-paths.js";
import { toCsv } from "./csv.js";
import type { OutputOptions } from "./format.js";
import { toNdjson } from "./ndjson.js";
import { print } from "./print.js";
/** Stand-in. */
export const writeRows = (
  pages: AsyncIterable<Row[]> | Iterable<Row[]>,
  { format, columns, escapeFormulas = true }: OutputOptions,
): Promise<void> => print(format === "csv" ? toCsv(pages, { columns, escapeFormulas }) : toNdjson(pages));
export const writeRecord = (record: Row, options: OutputOptions): Promise<void> => writeRows([[record]], options);
