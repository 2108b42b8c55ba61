export type Json = null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The object with each value changed; itself when none is, so that a step costs what it changes. Made with `fromEntries`, so
 * that no key can reach a prototype.
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

/** The list with each item changed; itself when none is. */
export function mapItems(list: Json[], change: (item: Json) => Json): Json[] {
  const changed = list.map(change);
  return changed.every((item, index) => item === list[index]) ? list : changed;
}

/** An own property alone: a document may have keys such as `constructor`. */
export const get = (value: Json | undefined, key: string): Json | undefined =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** The order of texts, the same in every locale. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const sortKeys = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => byCodeUnit(a, b)));

/** The same text for values that differ in the order of their keys alone. */
export const canonical = (value: Json): string =>
  JSON.stringify(value, (_, child) => (isObject(child) ? sortKeys(child) : child));
