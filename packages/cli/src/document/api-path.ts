import { UsageError } from "../errors/usage-error.js";
import type { ApiPath, Query } from "./untyped-paths.js";

export const apiRoot = "/qbench/api/v2/";

/**
 * Parses a path from the command line, with or without a query. `orders/1` and `/orders/1` are relative to the API. A
 * path that starts with `/qbench/` is complete, and so is a URL of the tenant itself, such as the `_self` of a record.
 *
 * @throws UsageError if the path names another host, is not part of the API, or has an invalid escape. The message
 *   repeats neither.
 */
export function parseApiPath(text: string, origin: string): { path: ApiPath; query: Query } {
  const isUrl = /^[a-z][a-z\d+.-]*:\/\//i.test(text);
  if (isUrl ? !URL.canParse(text) || new URL(text).origin !== origin : /^[/\\]{2}/.test(text)) {
    throw new UsageError(
      `The path names another host than QBENCH_URL (${origin}). The access token is sent to that host only.`,
    );
  }
  const isComplete = isUrl || text.startsWith("/qbench/");
  const url = new URL(isComplete ? text : apiRoot + text.replace(/^\//, ""), origin);
  if (!isDecodable(url.pathname)) throw new UsageError("The path has a % that does not begin an escape such as %20.");
  if (!url.pathname.startsWith("/qbench/") || url.pathname === apiRoot) {
    throw new UsageError(`The path is not part of the API. Use a path such as orders/1 or ${apiRoot}orders/1.`);
  }
  return { path: `/${url.pathname.slice(1)}`, query: collectQuery(url.searchParams) };
}

function collectQuery(pairs: Iterable<[string, string]>): Query {
  // Has no prototype, so that a parameter can have any name.
  const query: Query = Object.create(null);
  for (const [name, value] of pairs) query[name] = [...(query[name] ?? []), value];
  return query;
}

/**
 * Returns the path of a text, without checks: that of `orders/1`, `/orders/1?page_size=5`, or the URL of a record. For
 * commands that send nothing.
 */
export function toApiPath(text: string): ApiPath {
  const [path = ""] = text.replace(/^[a-z]+:\/\/[^/]+/i, "").split("?");
  return path.startsWith("/qbench/") ? `/${path.slice(1)}` : `${apiRoot}${path.replace(/^\//, "")}`;
}

/** Returns true if each % of a path begins an escape. */
export function isDecodable(path: string): boolean {
  try {
    // The result is used, because bundlers remove a call whose result is not.
    return decodeURIComponent(path) !== "";
  } catch {
    return false;
  }
}
