export type Json = null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Returns a copy of the object with each value changed, or the object itself if no value changed. So a step costs only
 * what it changes. The copy is made with `fromEntries`, so that no key can reach a prototype.
 */
export function mapValues(object: JsonObject, change: (value: Json, key: string) => Json): JsonObject {
  let isSame = true;
  const entries = Object.entries(object);
  for (const entry of entries) {
    const [key, value] = entry;
    entry[1] = change(value, key);
    isSame &&= entry[1] === value;
  }
  return isSame ? object : Object.fromEntries(entries);
}

/** Returns a copy of the list with each item changed, or the list itself if no item changed. */
export function mapItems(list: Json[], change: (item: Json) => Json): Json[] {
  const changed = list.map(change);
  return changed.every((item, index) => item === list[index]) ? list : changed;
}

/** Returns an own property only, because a document may have keys such as `constructor`. */
export const get = (value: Json | undefined, key: string): Json | undefined =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** Compares texts for sorting, in the same way in every locale. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const sortKeys = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => byCodeUnit(a, b)));

/** Returns JSON text that is the same for values that differ only in the order of their keys. */
export const canonical = (value: Json): string =>
  JSON.stringify(value, (_, child) => (isObject(child) ? sortKeys(child) : child));
