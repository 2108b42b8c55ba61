import type { ResourceTable } from "@qbench-sdk/client";
import { resources } from "@qbench-sdk/types";
import { closest, distance } from "fastest-levenshtein";
import type { ApiPath } from "./any-list.js";
import { apiRoot } from "./api-path.js";
import { UsageError } from "./usage-error.js";

interface List {
  /** As the document has it: `/qbench/api/v2/orders/{order_id}/samples`. */
  path: ApiPath;
  /** It has the filter `last_updated`. An unknown filter is ignored (facts 4.2): the list would come whole. */
  hasLastUpdated: boolean;
}

const lists: readonly List[] = Object.values<ResourceTable[string]>(resources).flatMap(methods =>
  Object.values(methods).flatMap(({ path, returns, lastUpdated = false }) =>
    returns === "page" && path.startsWith("/") ? [{ path: path as ApiPath, hasLastUpdated: lastUpdated }] : [],
  ),
);

/**
 * The list of the API's document that has this path, and the ids in it by the document's names.
 *
 * @throws UsageError that suggests another, when there is none
 */
export function findList(path: ApiPath): List & { ids: Record<string, string> } {
  for (const list of lists) {
    const ids = match(list.path, path);
    if (ids) return { ...list, ids };
  }
  const text = nameOf(path);
  throw new UsageError(`${text}: is no list of the API. ${suggest(text)} One record is printed by qbench get.`);
}

function match(template: ApiPath, path: ApiPath): Record<string, string> | undefined {
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
  // With the ids that were given, so that they do not count as differences.
  const names = lists.map(({ path }) =>
    nameOf(path)
      .split("/")
      .map((segment, index) => (segment.startsWith("{") ? (given[index] ?? segment) : segment))
      .join("/"),
  );
  const nearest = closest(text, names);
  if (distance(text, nearest) <= text.length / 2) return `Is ${nearest} meant?`;
  return `There are ${names.filter(name => !name.includes("/")).join(", ")} and the lists below their records.`;
}

const nameOf = (path: string): string => path.replace(apiRoot, "");
