import type { ApiPath, Query } from "./any-list.js";
import { UsageError } from "./usage-error.js";

export const apiRoot = "/qbench/api/v2/";

/**
 * What a path on the command line names: `orders/1` and `/orders/1` are relative to the API, `/qbench/…` is taken as it is,
 * and so is an address of the tenant itself, such as a record's `_self`. Each may have a query.
 *
 * @throws UsageError for another host, and for what is no part of the API. Neither host nor query is repeated.
 */
export function readApiPath(text: string, origin: string): { path: ApiPath; query: Query } {
  const isAddress = /^[a-z][a-z\d+.-]*:\/\//i.test(text);
  if (isAddress ? !URL.canParse(text) || new URL(text).origin !== origin : /^[/\\]{2}/.test(text)) {
    throw new UsageError(`path: is on another host than QBENCH_URL (${origin}), where tokens are not sent`);
  }
  const isWhole = isAddress || text.startsWith("/qbench/");
  const url = new URL(isWhole ? text : apiRoot + text.replace(/^\//, ""), origin);
  if (!url.pathname.startsWith("/qbench/") || url.pathname === apiRoot) {
    throw new UsageError(`path: is not a path of the API, such as orders/1 or ${apiRoot}orders/1`);
  }
  return { path: `/${url.pathname.slice(1)}`, query: collect(url.searchParams) };
}

function collect(pairs: Iterable<[string, string]>): Query {
  // Without a prototype, so that no name is taken.
  const query: Query = Object.create(null);
  for (const [key, value] of pairs) query[key] = [...(query[key] ?? []), value];
  return query;
}
