import { isObject, type Json, type JsonObject } from "../model/json.ts";
import { referredName } from "../model/references.ts";

/**
 * Returns the types of a simplified schema as TypeScript shows them to a caller: `string`, `number`, `"Or"`, `null`,
 * `Order`, `(string | number)[]`. They do not include formats and limits.
 */
export function typeNames(schema: JsonObject): string[] {
  const types = alternatives(schema);
  return [...new Set(schema.nullable === true ? [...types, "null"] : types)].toSorted();
}

function alternatives(schema: JsonObject): string[] {
  const name = referredName(schema);
  if (name !== undefined) return [name];
  const { additionalProperties, anyOf, enum: values, type } = schema;
  if (Array.isArray(values)) return values.map(value => JSON.stringify(value));
  if (Array.isArray(anyOf)) return anyOf.filter(isObject).flatMap(typeNames);
  if (type === "array") return [`${typeName(schema.items)}[]`];
  if (type === "integer") return ["number"];
  if (isObject(schema.properties)) return [`{ ${Object.keys(schema.properties).toSorted().join(", ")} }`];
  if (isObject(additionalProperties) && Object.keys(additionalProperties).length > 0) {
    return [`Record<string, ${typeName(additionalProperties)}>`];
  }
  return [typeof type === "string" ? type : "unknown"];
}

/** Returns the types of a schema as one type. */
export function typeName(schema: Json | undefined): string {
  const types = typeNames(isObject(schema) ? schema : {});
  return types.length === 1 ? (types[0] ?? "") : `(${types.join(" | ")})`;
}

/** Returns true if every value of the narrow types is a value of the wide types. */
export function covers(wide: readonly string[], narrow: readonly string[]): boolean {
  const types = new Set(wide);
  return types.has("unknown") || narrow.every(type => types.has(type) || types.has(baseOf(type)));
}

/** Returns the type of a literal: `string` for `"Or"`, `number` for `3`. */
const baseOf = (type: string): string => {
  if (type.startsWith('"')) return "string";
  if (/^-?\d/.test(type)) return "number";
  return type === "true" || type === "false" ? "boolean" : type;
};
