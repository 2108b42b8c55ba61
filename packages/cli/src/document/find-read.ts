import { distance } from "fastest-levenshtein";
import { closestName } from "../errors/closest-name.js";
import { UsageError } from "../errors/usage-error.js";
import { type FoundOperation, findOperation, type Operation, operations, shortPath } from "./operations.js";
import type { ApiPath } from "./untyped-paths.js";

const reads = operations.filter(({ method }) => method === "GET");

/** Every list of the document. */
export const lists: readonly Operation[] = reads.filter(({ returns }) => returns === "page");

/**
 * Returns the list of the document that has this path.
 *
 * @throws UsageError if the document has no such list. The message names the closest one.
 */
export function findList(path: ApiPath): FoundOperation {
  const found = findOperation("GET", path);
  if (found?.operation.returns === "page") return found;
  const text = shortPath(path);
  const other = found ? "To print one record, use qbench get." : suggest(text, lists);
  throw new UsageError(`Unknown list "${text}". ${other} qbench lists shows all lists.`);
}

/**
 * Returns the GET operation of the document that has this path.
 *
 * @throws UsageError if the document has no such operation. The message names the closest one.
 */
export function findRead(path: ApiPath): FoundOperation {
  const found = findOperation("GET", path);
  if (found) return found;
  const text = shortPath(path);
  throw new UsageError(
    `The API's document has no "${text}". ${suggest(text, reads)} For paths that are not in the document, use qbench api.`,
  );
}

function suggest(text: string, candidates: readonly Operation[]): string {
  const given = text.split("/");
  // The names contain the ids that the user typed, so that ids do not count as differences.
  const names = candidates.map(({ path }) =>
    shortPath(path)
      .split("/")
      .map((segment, index) => (segment.startsWith("{") ? given[index] || segment : segment))
      .join("/"),
  );
  const nearest = closestName(text, names);
  if (distance(text.toLowerCase(), nearest.toLowerCase()) <= text.length / 2) return `Did you mean "${nearest}"?`;
  return `The closest valid name is "${nearest}".`;
}
