import type { AnyLists, Query } from "./any-api.js";
import { readApiPath, readQuery } from "./api-path.js";
import type { Connection } from "./connect.js";
import { toFile, toStdout } from "./export-destination.js";
import { type Format, formatRows } from "./format-rows.js";
import { hasLastUpdated } from "./has-last-updated.js";
import { parseSince } from "./parse-since.js";
import { noProgressLine, progressLine } from "./progress-line.js";
import { readRows } from "./read-rows.js";
import { UsageError } from "./usage-error.js";

export interface ExportOptions {
  list: string;
  format: Format;
  filter?: readonly string[] | undefined;
  since?: string | undefined;
  fields?: string | undefined;
  output?: string | undefined;
}

/** Writes all rows of a list, page by page, in constant memory. */
export async function exportList(
  { createClient, origin }: Connection,
  options: ExportOptions,
  signal: AbortSignal,
): Promise<void> {
  const { path, query: inPath } = readApiPath(options.list, origin);
  if (Object.keys(inPath).length > 0) throw new UsageError("list: is without a query; give --filter key=value");
  const query = readFilters(path, options);
  const fields = options.fields === undefined ? undefined : readFields(options.fields);
  const destination = options.output === undefined ? toStdout : await toFile(options.output);

  // On one terminal the rows are progress enough, and a line between them would spoil them.
  const isSeen = process.stderr.isTTY && (options.output !== undefined || !process.stdout.isTTY);
  const line = isSeen ? progressLine(process.stderr) : noProgressLine;
  const pages = createClient<AnyLists>().paginate(path, { params: { query }, signal }).pages();
  try {
    await destination.write(formatRows(readRows(pages, line.show), options.format, fields), signal);
  } finally {
    line.clear();
  }
}

function readFilters(path: string, { filter = [], since }: ExportOptions): Query {
  const query = readQuery("--filter", filter);
  if (query.page_num || query.page_size) throw new UsageError("--filter: an export reads all pages by itself");
  if (since === undefined) return query;
  if (!hasLastUpdated(path))
    throw new UsageError("--since: this list has no filter last_updated, and would come whole");
  if (query.last_updated) throw new UsageError("--since, --filter last_updated: give one of them, not both");
  return { ...query, last_updated: [String(parseSince(since, Date.now()))] };
}

function readFields(text: string): string[] {
  const fields = text.split(",").map(field => field.trim());
  if (fields.includes("") || new Set(fields).size < fields.length) {
    throw new UsageError("--fields: takes names with commas between them, each once, such as id,state");
  }
  return fields;
}
