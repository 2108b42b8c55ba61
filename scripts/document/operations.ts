import { get, isObject, type JsonObject } from "./json.ts";

const methods = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

export const isMethod = (key: string): boolean => methods.has(key);

export function countOperations(document: JsonObject): number {
  const paths = document.paths;
  if (!isObject(paths)) return 0;
  return Object.values(paths).flatMap(path => (isObject(path) ? Object.keys(path).filter(isMethod) : [])).length;
}

export function countSchemas(document: JsonObject): number {
  const schemas = get(document.components, "schemas");
  return isObject(schemas) ? Object.keys(schemas).length : 0;
}
