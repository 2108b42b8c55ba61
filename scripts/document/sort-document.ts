import { isObject, type Json, type JsonObject } from "./json.ts";

const conventional = ["openapi", "info", "servers", "security", "tags", "paths", "components"];

/** The document in its one form: whatever order its source had, the committed file changes only when the API does. */
export function sortDocument(document: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(document)
      .toSorted(byPlace)
      .map(([key, value]) => [key, sortKeys(value)]),
  );
}

function byPlace([a]: readonly [string, Json], [b]: readonly [string, Json]): number {
  const place = (key: string) => (conventional.includes(key) ? conventional.indexOf(key) : conventional.length);
  return place(a) - place(b) || byCodeUnit(a, b);
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => byCodeUnit(a, b))
      .map(([key, child]) => [key, sortKeys(child)]),
  );
}

/** The same in every locale. */
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const formatDocument = (document: JsonObject): string => `${JSON.stringify(sortDocument(document), null, 2)}\n`;
