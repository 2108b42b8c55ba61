export type Json = null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Returns a copy of the object with each value changed, or the object itself if no value changed. So a step costs only
 * what it changes.
 */
export function mapValues(object: JsonObject, change: (value: Json, key: string) => Json): JsonObject {
  let copy: JsonObject | undefined;
  for (const key of Object.keys(object)) {
    const value = object[key] ?? null;
    const changed = change(value, key);
    if (changed === value) continue;
    // A copy with the same own properties, so that no key can reach a prototype.
    copy ??= { ...object };
    copy[key] = changed;
  }
  return copy ?? object;
}

/** Returns a copy of the list with each item changed, or the list itself if no item changed. */
export function mapItems(list: Json[], change: (item: Json) => Json): Json[] {
  let copy: Json[] | undefined;
  for (const [index, item] of list.entries()) {
    const changed = change(item);
    if (changed === item) continue;
    copy ??= [...list];
    copy[index] = changed;
  }
  return copy ?? list;
}

/**
 * Returns a copy to change in place. Equal parts of a document can be one object, such as aliases in YAML. In the copy
 * each part is an object of its own, so that a change to one does not change the others.
 */
export const copyDeep = <Value extends Json>(value: Value): Value => JSON.parse(JSON.stringify(value));

/** Returns a copy of the object without some of its keys, or the object itself if it has none of them. */
export const dropKeys = (object: JsonObject, isDropped: (key: string) => boolean): JsonObject =>
  Object.keys(object).some(isDropped)
    ? Object.fromEntries(Object.entries(object).filter(([key]) => !isDropped(key)))
    : object;

/** Returns an own property only, because a document may have keys such as `constructor`. */
export const get = (value: Json | undefined, key: string): Json | undefined =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** Compares texts for sorting, in the same way in every locale. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Returns a copy of the object with sorted keys, or the object itself if its keys are sorted. */
function sortKeys(object: JsonObject): JsonObject {
  const keys = Object.keys(object);
  if (keys.every((key, index) => index === 0 || byCodeUnit(keys[index - 1] ?? "", key) <= 0)) return object;
  return Object.fromEntries(keys.toSorted(byCodeUnit).map(key => [key, object[key] ?? null]));
}

/** Returns the value with the keys of every object in it sorted. */
export function sortDeep(value: Json): Json {
  if (Array.isArray(value)) return mapItems(value, sortDeep);
  return isObject(value) ? mapValues(sortKeys(value), sortDeep) : value;
}

/** Returns JSON text that is the same for values that differ only in the order of their keys. */
export const canonical = (value: Json): string => JSON.stringify(sortDeep(value));
