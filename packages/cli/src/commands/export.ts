import { type ListProgress, parseSince, QBenchInputError, updatedSince } from "@qbench-sdk/client";
import type { Connection } from "../connection/connect.js";
import { createClient } from "../connection/create-client.js";
import { parseApiPath } from "../document/api-path.js";
import { addFilters, checkColumns } from "../document/check-names.js";
import { findList } from "../document/find-read.js";
import type { Query } from "../document/untyped-paths.js";
import { UsageError } from "../errors/usage-error.js";
import type { OutputOptions } from "../output/format.js";
import { createProgressBar } from "../output/progress-bar.js";
import { readPages } from "../output/read-pages.js";
import { writeRows } from "../output/write-rows.js";

export interface ExportOptions {
  list: string;
  filters: readonly string[];
  since?: string | undefined;
  limit?: number | undefined;
  output: OutputOptions;
}

/** Writes all rows of a list to stdout, page by page. If it is stopped, it has written whole rows only. */
export async function exportList(
  connection: Connection,
  { list, filters, since, limit, output: outputOptions }: ExportOptions,
  signal: AbortSignal,
): Promise<void> {
  const { path, query: givenQuery } = parseApiPath(list, connection.tokenSource.origin);
  const { operation, ids } = findList(path);
  const query = addFilters(operation, givenQuery, filters);
  if (query.page_num || query.page_size)
    throw new UsageError("An export reads all pages. Remove page_num and page_size from the filters.");
  if (since !== undefined) {
    if (!operation.query.some(({ name }) => name === "last_updated")) {
      throw new UsageError("--since is not possible, because this list has no filter last_updated.");
    }
    if (query.last_updated) throw new UsageError("Use --since or last_updated, not both.");
    Object.assign(query, sinceFilter(since));
  }
  const output = checkColumns(operation, outputOptions);

  const bar = await createProgressBar("rows", connection);
  const onProgress = ({ rows, total }: ListProgress): void =>
    bar.show({ done: rows, total: Math.min(total, limit ?? total) });
  const init = { params: { path: ids, query }, signal, onProgress };
  const listing = createClient(connection).paginate(operation.path, init);
  try {
    await writeRows(readPages(listing.pages(limit === undefined ? {} : { limit }), signal), output);
  } finally {
    bar.remove();
  }
}

function sinceFilter(text: string): Query {
  try {
    return { last_updated: [updatedSince(parseSince(text)).last_updated] };
  } catch (error) {
    if (!(error instanceof QBenchInputError)) throw error;
    throw new UsageError(
      "Invalid value for --since. Use 30m, 12h, 7d or 2w, or a date such as 2026-01-31 or 2026-01-31T08:00Z.",
    );
  }
}
