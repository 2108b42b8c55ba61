import { dropKeys, isObject, type Json, type JsonObject, mapItems, mapValues } from "./json.ts";

/** Keys whose values map names to parts. In `properties`, `example` is the name of a property. */
const nameMaps = new Set([
  ...["$defs", "definitions", "dependentSchemas", "patternProperties", "properties", "schemas"],
  ...["callbacks", "content", "encoding", "headers", "links", "parameters", "pathItems", "paths", "requestBodies"],
  ...["responses", "securitySchemes", "variables", "webhooks"],
]);
const dataKeys = new Set(["const", "default", "enum", "example", "examples"]);

/** Returns true for a key whose value is data: an example, a default, an extension. Data contain no references. */
export const isData = (key: string): boolean => dataKeys.has(key) || key.startsWith("x-");

/**
 * Returns the value with every object in it changed, except in data such as examples. `change` gets an object, and a
 * function that continues with the objects inside of an object.
 */
export function mapParts(value: Json, change: (part: JsonObject, inside: Inside) => Json): Json {
  const inside: Inside = part => mapValues(part, (child, key) => (isData(key) ? child : mapNamed(key, child, visit)));
  const visit = (child: Json): Json => {
    if (Array.isArray(child)) return mapItems(child, visit);
    return isObject(child) ? change(child, inside) : child;
  };
  return visit(value);
}

/** Changes a value, or each value in a map of names. In an operation, `parameters` is a list. */
export const mapNamed = (key: string, value: Json, change: (value: Json) => Json): Json =>
  nameMaps.has(key) && isObject(value) ? mapValues(value, change) : change(value);

export type Inside = (part: JsonObject) => JsonObject;

/** Calls `visit` with every object in the value, except in data such as examples. It does not recurse. */
export function eachPart(value: Json, visit: (part: JsonObject) => void): void {
  const open: { value: Json; isNameMap: boolean }[] = [{ value, isNameMap: false }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    // Not `push(...items)`: a list can have more items than a call may have arguments.
    if (Array.isArray(next.value)) for (const item of next.value) open.push({ value: item, isNameMap: false });
    if (!isObject(next.value)) continue;
    if (!next.isNameMap) visit(next.value);
    for (const [key, child] of Object.entries(next.value)) {
      if (next.isNameMap) open.push({ value: child, isNameMap: false });
      else if (!isData(key)) open.push({ value: child, isNameMap: nameMaps.has(key) });
    }
  }
}

/** Returns the document without its data, for libraries that would follow references in examples. */
export function withoutData(document: JsonObject): JsonObject {
  const bare = mapParts(document, (part, inside) => inside(dropData(part)));
  return isObject(bare) ? bare : document;
}

/** Returns an object without those of its data that libraries would follow. */
export const dropData = (part: JsonObject): JsonObject =>
  dropKeys(part, key => isData(key) && hasReference(part[key] ?? null));

/** Returns true if libraries would take something in the data for a reference or for the name of a schema. */
function hasReference(data: Json): boolean {
  const open: Json[] = [data];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== "object" || next === null) continue;
    if (isObject(next) && Object.keys(next).some(key => key.startsWith("$") || key === "discriminator")) return true;
    for (const child of Object.values(next)) open.push(child);
  }
  return false;
}
