import { toApiPath } from "../document/api-path.js";
import { findList, lists } from "../document/find-read.js";
import { shortPath } from "../document/operations.js";
import { typeText } from "../document/type-text.js";
import type { Row } from "../document/untyped-paths.js";
import type { OutputOptions } from "../output/format.js";
import { rejectUnknownColumns } from "../output/select-columns.js";
import { writeRows } from "../output/write-rows.js";

/**
 * Writes the lists of the API's document, or the filters of one of them. The name can be that of a list, a path with
 * ids, or a URL. Needs no settings and sends nothing.
 *
 * @throws UsageError if the document has no such list, of which the message names the closest one, or if a column is
 *   unknown
 */
export async function showLists(name: string | undefined, output: OutputOptions): Promise<void> {
  const rows = name === undefined ? listRows() : filterRows(name);
  if (output.columns) rejectUnknownColumns(output.columns, new Set(rows.flatMap(row => Object.keys(row))));
  await writeRows([rows], output);
}

const listRows = (): Row[] =>
  lists.map(({ path, summary = null }) => ({ name: shortPath(path), description: summary }));

function filterRows(name: string): Row[] {
  const { operation } = findList(toApiPath(name));
  return operation.query.map(field => ({
    name: field.name,
    type: typeText(field),
    description: field.description ?? null,
  }));
}
