import { escapeLines } from "../../../packages/auth/src/errors/sanitize-text.ts";
import { byCodeUnit, type Json, type JsonObject, sortDeep } from "../model/json.ts";

const conventional = ["openapi", "info", "servers", "security", "tags", "paths", "components"];

/** Sorts the document, so that the committed file changes only if the API changes, whatever order the source has. */
export function sortDocument(document: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(document)
      .toSorted(byConvention)
      .map(([key, value]) => [key, sortDeep(value)]),
  );
}

function byConvention([a]: readonly [string, Json], [b]: readonly [string, Json]): number {
  const rank = (key: string) => (conventional.includes(key) ? conventional.indexOf(key) : conventional.length);
  return rank(a) - rank(b) || byCodeUnit(a, b);
}

/** Formats the document as a file, without invisible characters that could hide a part of it from a reader. */
export const formatDocument = (document: JsonObject): string =>
  `${escapeLines(JSON.stringify(sortDocument(document), null, 2))}\n`;
