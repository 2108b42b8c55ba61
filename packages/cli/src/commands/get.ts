import { type Page, unwrap } from "@qbench-sdk/client";
import type { Connection } from "../connection/connect.js";
import { createClient } from "../connection/create-client.js";
import { parseApiPath } from "../document/api-path.js";
import { addFilters, checkColumns } from "../document/check-names.js";
import { findRead } from "../document/find-read.js";
import { shortPath } from "../document/operations.js";
import { isRow, type Row } from "../document/untyped-paths.js";
import { UsageError } from "../errors/usage-error.js";
import type { OutputOptions } from "../output/format.js";
import { printJson } from "../output/print.js";
import { writeLine } from "../output/write-line.js";
import { writeRecord, writeRows } from "../output/write-rows.js";

export interface GetOptions {
  path: string;
  filters: readonly string[];
  limit?: number | undefined;
  output: OutputOptions;
}

/** Sends a GET request and prints the record, or the records of one page or up to a limit. */
export async function get(
  connection: Connection,
  { path: text, filters, limit, output: outputOptions }: GetOptions,
  signal: AbortSignal,
): Promise<void> {
  const { path, query: givenQuery } = parseApiPath(text, connection.tokenSource.origin);
  const { operation, ids } = findRead(path);
  const isList = operation.returns === "page";
  if (limit !== undefined && !isList) throw new UsageError(`--limit works only with lists, such as qbench get orders.`);
  const query = addFilters(operation, givenQuery, filters);
  if (limit !== undefined && query.page_num) throw new UsageError("Use --limit or page_num, not both.");
  const output = checkColumns(operation, outputOptions);
  const client = createClient(connection);
  const init = { params: { path: ids, query }, signal };
  if (!isList) return writeBody(await unwrap(client.GET(operation.path, init)), output);

  const listing = client.paginate(operation.path, init);
  const pages = limit === undefined ? [await unwrap(client.GET(operation.path, init))] : listing.pages({ limit });
  const count = { rows: 0, total: 0 };
  await writeRows(countRows(pages, count), output);
  if (count.rows < count.total && !connection.quiet) {
    const hasFilters = Object.keys(query).some(name => name !== "page_num" && name !== "page_size");
    const all = `qbench export ${shortPath(path)}${hasFilters ? " with the same filters" : ""}`;
    await writeLine(`${count.rows} of ${count.total} rows. For more, use --limit. For all, use ${all}.`);
  }
}

/** Yields the rows of each page, and counts them and those of the whole list. */
async function* countRows(
  pages: Iterable<Page<Row>> | AsyncIterable<Page<Row>>,
  count: { rows: number; total: number },
): AsyncGenerator<Row[]> {
  for await (const { data, total_count } of pages) {
    count.rows += data.length;
    count.total = total_count;
    yield data;
  }
}

/** Writes what a response without pages holds: a record, a list of records, or something else as JSON. */
async function writeBody(body: unknown, output: OutputOptions): Promise<void> {
  const data = isRow(body) && "data" in body ? body.data : body;
  if (isRow(data)) await writeRecord(data, output);
  else if (Array.isArray(data) && data.every(isRow)) await writeRows([data], output);
  // A 204 has no body.
  else if (data !== undefined) await printJson(data);
}
