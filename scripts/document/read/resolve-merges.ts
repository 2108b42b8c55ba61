import { isObject, type Json, type JsonObject, mapItems, mapValues } from "../model/json.ts";

/**
 * Resolves the merge keys of YAML: `<<: *base`, or a list of maps. It visits each shared value once, because the YAML
 * library would visit it for each alias, which never ends in a document that nests merges of merges.
 */
export function resolveMerges(value: Json, done: Map<Json, Json> = new Map()): Json {
  if (typeof value !== "object" || value === null) return value;
  const known = done.get(value);
  if (known !== undefined) return known;
  // A value that contains itself stays as it is. It is rejected later, because its depth has no limit.
  done.set(value, value);
  const visit = (child: Json): Json => resolveMerges(child, done);
  const resolved = Array.isArray(value) ? mapItems(value, visit) : merge(mapValues(value, visit));
  done.set(value, resolved);
  return resolved;
}

/** Adds the keys of the merged maps. The own keys of the object win, then those of the first map. */
function merge(object: JsonObject): JsonObject {
  if (!Object.hasOwn(object, "<<")) return object;
  const { "<<": merged, ...own } = object;
  const maps = [merged].flat();
  if (!maps.every(isObject)) throw new Error("A merge key << needs a map or a list of maps");
  return Object.fromEntries([...maps.toReversed(), own].flatMap(map => Object.entries(map)));
}
