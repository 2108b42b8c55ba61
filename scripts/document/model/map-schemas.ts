import { isObject, type Json, type JsonObject, mapItems, mapValues } from "./json.ts";
import { isData, mapNamed } from "./map-parts.ts";

const schemaKeys = new Set([
  "additionalItems",
  "additionalProperties",
  "contains",
  "contentSchema",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
const schemaLists = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const schemaMaps = new Set(["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"]);

type ChangeSchema = (schema: JsonObject) => JsonObject;

/** Returns the document with each Schema Object changed, the innermost first. Names and examples stay as they are. */
export function mapSchemas(document: JsonObject, change: ChangeSchema): JsonObject {
  const inSchema = (schema: Json): Json => mapSchema(schema, change);
  const outside = (value: Json): Json => {
    if (Array.isArray(value)) return mapItems(value, outside);
    if (!isObject(value)) return value;
    return mapValues(value, (child, key) => {
      if (key === "schema") return inSchema(child);
      if (key === "schemas") return mapNamed(key, child, inSchema);
      return isData(key) ? child : mapNamed(key, child, outside);
    });
  };
  return mapValues(document, (value, key) => (isData(key) ? value : mapNamed(key, value, outside)));
}

/** Returns the schema with itself and each schema in it changed, the innermost first. */
export function mapSchema(schema: Json, change: ChangeSchema): Json {
  const inside = (part: Json): Json => mapSchema(part, change);
  if (!isObject(schema)) return schema;
  return change(
    mapValues(schema, (value, key) => {
      if (schemaKeys.has(key)) return inside(value);
      if (schemaLists.has(key) && Array.isArray(value)) return mapItems(value, inside);
      if (schemaMaps.has(key) && isObject(value)) return mapValues(value, inside);
      return value;
    }),
  );
}
