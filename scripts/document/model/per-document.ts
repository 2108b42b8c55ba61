import type { JsonObject } from "./json.ts";

/**
 * Returns the function with its results kept for as long as the document exists. No step changes a document: each one
 * returns a new one.
 */
export function perDocument<T>(compute: (document: JsonObject) => T): (document: JsonObject) => T {
  const results = new WeakMap<JsonObject, { result: T }>();
  return document => {
    const known = results.get(document);
    if (known !== undefined) return known.result;
    const result = compute(document);
    results.set(document, { result });
    return result;
  };
}
