import { createQBenchClient, parseSince, QBenchInputError, updatedSince } from "@qbench-sdk/client";
import type { Connection } from "../connection/connect.js";
import { parseApiPath } from "../document/api-path.js";
import { findList } from "../document/find-list.js";
import type { Query, UntypedPaths } from "../document/untyped-paths.js";
import { UsageError } from "../errors/usage-error.js";
import { toNdjson } from "../output/ndjson.js";
import { print } from "../output/print.js";
import { createProgressBar } from "../output/progress-bar.js";
import { readPages } from "../output/read-pages.js";

export interface ExportOptions {
  list: string;
  format: "ndjson" | "csv";
  since?: string | undefined;
  columns?: string | undefined;
  escapeFormulas: boolean;
}

/** Writes all rows of a list to stdout, page by page. If it is stopped, it has written whole rows only. */
export async function exportList(
  { tokenSource, fetch, onEvent }: Connection,
  { list, format, since, columns, escapeFormulas }: ExportOptions,
  signal: AbortSignal,
): Promise<void> {
  const { path: listPath, query } = parseApiPath(list, tokenSource.origin);
  const { path, ids, hasLastUpdated } = findList(listPath);
  if (query.page_num || query.page_size)
    throw new UsageError("An export reads all pages. Remove page_num and page_size from the query.");
  if (since !== undefined) {
    if (!hasLastUpdated) {
      throw new UsageError(
        "--since is not possible: this list has no filter last_updated, so QBench would return all rows.",
      );
    }
    if (query.last_updated) throw new UsageError("Use --since or last_updated, not both.");
    Object.assign(query, sinceFilter(since));
  }
  if (columns !== undefined && format !== "csv") throw new UsageError("--columns works only with --format csv.");
  const names = columns === undefined ? undefined : parseColumns(columns);

  const client = createQBenchClient<UntypedPaths>({ tokenSource, fetch, onEvent });
  const bar = await createProgressBar();
  const listing = client.paginate(path, { params: { path: ids, query }, signal, onProgress: bar.show });
  const pages = readPages(listing.pages(), signal);
  try {
    if (format === "csv") {
      const { toCsv } = await import("../output/csv.js");
      await print(toCsv(pages, { columns: names, escapeFormulas }));
    } else {
      await print(toNdjson(pages));
    }
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

function parseColumns(text: string): string[] {
  const columns = text.split(",").map(name => name.trim());
  if (columns.includes("") || new Set(columns).size < columns.length) {
    throw new UsageError("Invalid value for --columns. Name each field once, separated by commas, such as id,state.");
  }
  return columns;
}
