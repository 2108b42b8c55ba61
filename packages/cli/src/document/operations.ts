import type { ResourceTable } from "@qbench-sdk/client";
import { resources } from "@qbench-sdk/types";
import { type OperationOutline, outline } from "@qbench-sdk/types/outline";
import { apiRoot, isDecodable } from "./api-path.js";
import type { ApiPath } from "./untyped-paths.js";

type ResourceMethod = ResourceTable[string][string];

/** An operation of the API's document. */
export interface Operation extends OperationOutline, Pick<ResourceMethod, "returns" | "echoes"> {
  /** In upper case. */
  readonly method: string;
  /** The path as in the document: `/qbench/api/v2/orders/{order_id}/samples`. */
  readonly path: ApiPath;
}

/** Every operation of the document. */
export const operations: readonly Operation[] = listOperations();

function listOperations(): Operation[] {
  const methods = Object.values<ResourceTable[string]>(resources).flatMap(each => Object.values(each));
  const byKey = new Map(methods.map(each => [`${each.method} ${each.path}`, each]));
  return Object.entries(outline).map(([key, entry]) => {
    const [method = "", path = ""] = key.split(" ");
    const { returns, echoes } = byKey.get(key) ?? {};
    return { ...entry, method, path: `/${path.slice(1)}`, ...(returns && { returns }), ...(echoes && { echoes }) };
  });
}

/** An operation, and the ids in a path by the document's names. */
export interface FoundOperation {
  operation: Operation;
  ids: Record<string, string>;
}

/**
 * Returns the operation of the document that has this method and path. A path without parameters is preferred, so that
 * `/reports/publish` is not read as a report.
 */
export function findOperation(method: string, path: ApiPath): FoundOperation | undefined {
  if (!isDecodable(path)) return undefined;
  const found = operations.flatMap(operation => {
    const ids = operation.method === method ? matchTemplate(operation.path, path) : undefined;
    return ids ? [{ operation, ids }] : [];
  });
  return found.sort((a, b) => Object.keys(a.ids).length - Object.keys(b.ids).length)[0];
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
    if (name !== undefined) ids[name] = decodeURIComponent(value);
  }
  return ids;
}

/** Returns a path as a user types it: `orders/1` for `/qbench/api/v2/orders/1`. */
export const shortPath = (path: string): string => path.replace(apiRoot, "");
