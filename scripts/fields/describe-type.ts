import { get, type Json } from "../document/model/json.ts";
import { referredName } from "../document/model/references.ts";

const MAX_VALUES = 4;

/** Describes the declared type of a field in a few characters, as TypeScript writes it, without null. */
export function describeType(schema: Json): string {
  const name = referredName(schema);
  if (name !== undefined) return name;
  const values = get(schema, "enum");
  if (Array.isArray(values)) {
    return values.length > MAX_VALUES
      ? `${values.length} values`
      : values.map(value => JSON.stringify(value)).join(" | ");
  }
  const parts = ["allOf", "anyOf", "oneOf"].map(key => get(schema, key)).find(Array.isArray);
  if (parts !== undefined) return [...new Set(parts.map(describeType))].join(" | ");
  const type = get(schema, "type");
  const item = get(schema, "items");
  if (type === "array") return item === undefined ? "unknown[]" : listOf(describeType(item));
  const types = [type].flat().filter(each => typeof each === "string" && each !== "null");
  return types.join(" | ") || "unknown";
}

const listOf = (item: string): string => (item.includes(" | ") ? `(${item})[]` : `${item}[]`);
