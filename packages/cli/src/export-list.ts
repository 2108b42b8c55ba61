import { createQBenchClient, parseSince, QBenchInputError, updatedSince } from "@qbench-sdk/client";
import type { AnyList, Query } from "./any-list.js";
import { readApiPath } from "./api-path.js";
import type { Connection } from "./connect.js";
import { toCsv } from "./csv.js";
import { findList } from "./find-list.js";
import { toNdjson } from "./ndjson.js";
import { print } from "./print.js";
import { progressBar } from "./progress-bar.js";
import { readPages } from "./read-pages.js";
import { UsageError } from "./usage-error.js";

export interface ExportOptions {
  list: string;
  format: "ndjson" | "csv";
  since?: string | undefined;
  columns?: string | undefined;
  escapeFormulas: boolean;
}

/** Writes all rows of a list to stdout, page by page. When it is stopped, what has been written are whole rows. */
export async function exportList(
  { tokenSource }: Connection,
  { list, format, since, columns, escapeFormulas }: ExportOptions,
  signal: AbortSignal,
): Promise<void> {
  const { path: given, query } = readApiPath(list, tokenSource.origin);
  const { path, ids, hasLastUpdated } = findList(given);
  if (query.page_num || query.page_size)
    throw new UsageError("page_num, page_size: an export reads all pages by itself");
  if (since !== undefined) {
    if (!hasLastUpdated) throw new UsageError("--since: this list has no filter last_updated, and would come whole");
    if (query.last_updated) throw new UsageError("--since, last_updated: give one of them, not both");
    Object.assign(query, sinceFilter(since));
  }
  if (columns !== undefined && format !== "csv") throw new UsageError("--columns: goes with --format csv");
  const names = columns === undefined ? undefined : readColumns(columns);

  const client = createQBenchClient<AnyList>({ tokenSource });
  const bar = progressBar();
  const listing = client.paginate(path, { params: { path: ids, query }, signal, onProgress: bar.show });
  const pages = readPages(listing.pages(), signal);
  try {
    await print(format === "csv" ? toCsv(pages, { columns: names, escapeFormulas }) : toNdjson(pages));
  } finally {
    bar.remove();
  }
}

function sinceFilter(text: string): Query {
  try {
    return { last_updated: [updatedSince(parseSince(text)).last_updated] };
  } catch (error) {
    if (!(error instanceof QBenchInputError)) throw error;
    throw new UsageError("--since: takes 30m, 12h, 7d or 2w, or a date such as 2026-01-31 or 2026-01-31T08:00Z");
  }
}

function readColumns(text: string): string[] {
  const columns = text.split(",").map(name => name.trim());
  if (columns.includes("") || new Set(columns).size < columns.length) {
    throw new UsageError("--columns: takes names with commas between them, each once, such as id,state");
  }
  return columns;
}
