import { toApiPath } from "../document/api-path.js";
import { findList, lists } from "../document/find-read.js";
import { shortPath } from "../document/operations.js";
import { typeText } from "../document/type-text.js";
import type { Row } from "../document/untyped-paths.js";
import type { OutputOptions } from "../output/format.js";
import { writeRows } from "../output/write-rows.js";

/**
 * Writes the lists of the API's document, or the filters of one of them. The name can be that of a list, or a path with
 * ids. Needs no settings and sends nothing.
 *
 * @throws UsageError if the document has no such list. The message names the closest one.
 */
export async function showLists(name: string | undefined, output: OutputOptions): Promise<void> {
  await writeRows([name === undefined ? listRows() : filterRows(name)], output);
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
