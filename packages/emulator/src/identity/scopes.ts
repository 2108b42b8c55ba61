import { methods, type OpenApiDocument } from "../openapi/document.js";
import { apiPath } from "../paths.js";

/**
 * What an API client may call: `GET /orders`, `* /orders*`, `GET /*`. A method or `*`, and a path of the document under
 * the API's base path; a `*` at the path's end stands for the rest. QBench's own names for scopes are not published.
 */
export type Scope = `${"*" | "GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;

export const allScopes: readonly Scope[] = ["* /*"];

const shortPath = (path: string): string => (path.startsWith(apiPath) ? path.slice(apiPath.length) : path);

export function isInScope(scopes: readonly Scope[], method: string, path: string): boolean {
  const short = shortPath(path);
  return scopes.some(scope => {
    const [verb, pattern = ""] = scope.split(" ");
    if (verb !== "*" && verb !== method.toUpperCase()) return false;
    return pattern.endsWith("*") ? short.startsWith(pattern.slice(0, -1)) : short === pattern;
  });
}

/** The document as one API client sees it. The token operations need no scope. */
export function documentInScope(document: OpenApiDocument, scopes: readonly Scope[]): OpenApiDocument {
  const paths = Object.entries(document.paths).flatMap(([path, item]) => {
    const hidden = methods.filter(method => !shortPath(path).startsWith("/auth/") && !isInScope(scopes, method, path));
    const kept = Object.fromEntries(Object.entries(item).filter(([key]) => !hidden.some(method => method === key)));
    return methods.some(method => method in kept) ? [[path, kept] as const] : [];
  });
  return { ...document, paths: Object.fromEntries(paths) };
}
