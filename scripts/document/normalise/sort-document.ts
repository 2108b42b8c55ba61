import { byCodeUnit, isObject, type Json, type JsonObject, mapValues, sortKeys } from "../model/json.ts";

const conventional = ["openapi", "info", "servers", "security", "tags", "paths", "components"];

/** The document in its one form: whatever order its source had, the committed file changes only when the API does. */
export function sortDocument(document: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(document)
      .toSorted(byPlace)
      .map(([key, value]) => [key, sortDeep(value)]),
  );
}

function byPlace([a]: readonly [string, Json], [b]: readonly [string, Json]): number {
  const place = (key: string) => (conventional.includes(key) ? conventional.indexOf(key) : conventional.length);
  return place(a) - place(b) || byCodeUnit(a, b);
}

function sortDeep(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortDeep);
  return isObject(value) ? mapValues(sortKeys(value), sortDeep) : value;
}

export const formatDocument = (document: JsonObject): string => `${JSON.stringify(sortDocument(document), null, 2)}\n`;
