import { resources } from "@qbench-sdk/types";
import { closest, distance } from "fastest-levenshtein";
import type { ApiPath } from "./any-list.js";
import { apiRoot } from "./api-path.js";
import { UsageError } from "./usage-error.js";

interface List {
  /** The segments of its path; `{order_id}` stands for any. */
  segments: string[];
  /** It has the filter `last_updated`. An unknown filter is ignored (facts 4.2): the list would come whole. */
  hasLastUpdated: boolean;
}

const lists: readonly List[] = Object.values<Readonly<Record<string, string>>>(resources).flatMap(calls =>
  Object.values(calls).flatMap(call => {
    const [, path, lastUpdated] = /^GET ([^?]+)\?page_num(&last_updated)?/.exec(call) ?? [];
    return path === undefined ? [] : [{ segments: path.split("/"), hasLastUpdated: lastUpdated !== undefined }];
  }),
);

const isParameter = (segment: string): boolean => segment.startsWith("{");

/**
 * The list of the API's document that has this path.
 *
 * @throws UsageError that suggests another, when there is none
 */
export function findList(path: ApiPath): List {
  const given = path.split("/");
  const list = lists.find(
    ({ segments }) =>
      segments.length === given.length &&
      segments.every((segment, index) => (isParameter(segment) ? given[index] !== "" : segment === given[index])),
  );
  if (list) return list;
  const text = nameOf(path);
  throw new UsageError(`${text}: is no list of the API. ${suggest(text, given)} One record is printed by qbench get.`);
}

function suggest(text: string, given: readonly string[]): string {
  const names = lists.map(({ segments }) =>
    nameOf(segments.map((segment, index) => (isParameter(segment) ? (given[index] ?? segment) : segment)).join("/")),
  );
  const nearest = closest(text, names);
  if (distance(text, nearest) <= text.length / 2) return `Is ${nearest} meant?`;
  return `There are ${names.filter(name => !name.includes("/")).join(", ")} and the lists below their records.`;
}

const nameOf = (path: string): string => path.replace(apiRoot, "");
