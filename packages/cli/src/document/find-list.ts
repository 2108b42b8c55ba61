import type { ResourceTable } from "@qbench-sdk/client";
import { resources } from "@qbench-sdk/types";
import { closest, distance } from "fastest-levenshtein";
import { UsageError } from "../errors/usage-error.js";
import { apiRoot } from "./api-path.js";
import type { ApiPath } from "./untyped-paths.js";

interface List {
  /** The path as in the document: `/qbench/api/v2/orders/{order_id}/samples`. */
  path: ApiPath;
  /** Whether the list has the filter `last_updated`. QBench ignores unknown filters (docs/qbench-api.md §4.2). */
  hasLastUpdated: boolean;
}

const lists: readonly List[] = Object.values<ResourceTable[string]>(resources).flatMap(methods =>
  Object.values(methods).flatMap(({ path, returns, lastUpdated = false }) =>
    returns === "page" && path.startsWith("/") ? [{ path: path as ApiPath, hasLastUpdated: lastUpdated }] : [],
  ),
);

/**
 * Returns the list of the API's document that has this path, and the ids in the path by the document's names.
 *
 * @throws UsageError if the document has no such list. The message suggests another one.
 */
export function findList(path: ApiPath): List & { ids: Record<string, string> } {
  for (const list of lists) {
    const ids = matchTemplate(list.path, path);
    if (ids) return { ...list, ids };
  }
  const text = listName(path);
  throw new UsageError(`Unknown list "${text}". ${suggest(text)} To print one record, use qbench get.`);
}

function matchTemplate(template: ApiPath, path: ApiPath): Record<string, string> | undefined {
  const given = path.split("/");
  const segments = template.split("/");
  if (segments.length !== given.length) return undefined;
  const ids: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = given[index] ?? "";
    const [, name] = /^{(.+)}$/.exec(segment) ?? [];
    if (name === undefined ? segment !== value : value === "") return undefined;
    if (name !== undefined) ids[name] = value;
  }
  return ids;
}

function suggest(text: string): string {
  const given = text.split("/");
  // The names contain the ids that the user typed, so that ids do not count as differences.
  const names = lists.map(({ path }) =>
    listName(path)
      .split("/")
      .map((segment, index) => (segment.startsWith("{") ? (given[index] ?? segment) : segment))
      .join("/"),
  );
  const nearest = closest(text, names);
  if (distance(text, nearest) <= text.length / 2) return `Did you mean "${nearest}"?`;
  return `The lists are ${names.filter(name => !name.includes("/")).join(", ")}, and those below their records.`;
}

const listName = (path: string): string => path.replace(apiRoot, "");
