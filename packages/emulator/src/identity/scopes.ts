import { methods, type OpenApiDocument } from "../openapi/document.js";
import { apiPath } from "../paths.js";

/**
 * The operations that an API client may call, such as `GET /orders`, `* /orders*` or `GET /*`.
 *
 * A scope is a method or `*`, and a path of the document below the API's base path. A `*` at the end of the path
 * matches any suffix. QBench's own names for scopes are not published (docs/qbench-api.md §2).
 *
 * @example
 * ```ts
 * const scopes: Scope[] = ["GET /orders*", "PATCH /tests"];
 * ```
 */
export type Scope = `${"*" | "GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;

export const allScopes: readonly Scope[] = ["* /*"];

/** Returns true if the value has the form of a scope. */
export const isScope = (value: unknown): value is Scope =>
  typeof value === "string" && /^(\*|GET|POST|PUT|PATCH|DELETE) \/\S*$/.test(value);

const shortPath = (path: string): string => (path.startsWith(apiPath) ? path.slice(apiPath.length) : path);

export function isInScope(scopes: readonly Scope[], method: string, path: string): boolean {
  const short = shortPath(path);
  return scopes.some(scope => {
    const [verb, pattern = ""] = scope.split(" ");
    if (verb !== "*" && verb !== method.toUpperCase()) return false;
    return pattern.endsWith("*") ? short.startsWith(pattern.slice(0, -1)) : short === pattern;
  });
}

/** Returns the document as an API client sees it. The token operations need no scope. */
export function documentInScope(document: OpenApiDocument, scopes: readonly Scope[]): OpenApiDocument {
  const paths = Object.entries(document.paths).flatMap(([path, item]) => {
    const hidden = methods.filter(method => !shortPath(path).startsWith("/auth/") && !isInScope(scopes, method, path));
    const kept = Object.fromEntries(Object.entries(item).filter(([key]) => !hidden.some(method => method === key)));
    return methods.some(method => method in kept) ? [[path, kept] as const] : [];
  });
  return { ...document, paths: Object.fromEntries(paths) };
}
