import { get, isObject, type Json } from "../model/json.ts";
import { referredName } from "../model/references.ts";

/**
 * Returns the alternatives of a schema as TypeScript shows them to a caller: `string`, `number`, `"Or"`, `null`,
 * `Order`, `(string | number)[]`. They do not include formats and limits.
 */
export function valueTypes(schema: Json | undefined): string[] {
  const types = alternatives(schema);
  const isNullable = get(schema, "nullable") === true;
  return [...new Set(isNullable ? [...types, "null"] : types)].toSorted();
}

function alternatives(schema: Json | undefined): string[] {
  const name = referredName(schema);
  if (name !== undefined) return [name];
  if (!isObject(schema)) return ["unknown"];
  const { allOf, anyOf, oneOf, type, enum: values } = schema;
  if (Array.isArray(values)) return values.map(value => JSON.stringify(value));
  if ("const" in schema) return [JSON.stringify(schema.const)];
  const either = [anyOf, oneOf].filter(Array.isArray).flat();
  if (either.length > 0) return either.flatMap(valueTypes);
  if (Array.isArray(allOf)) {
    if (allOf.length === 1) return valueTypes(allOf[0]);
    return [
      allOf
        .map(part => nameOf(valueTypes(part)))
        .toSorted()
        .join(" & "),
    ];
  }
  if (Array.isArray(type)) return type.flatMap(each => alternatives({ ...schema, type: each }));
  if (type === "array") return [`${nameOf(valueTypes(schema.items))}[]`];
  if (type === "integer") return ["number"];
  if (isObject(schema.properties)) return [`{ ${Object.keys(schema.properties).toSorted().join(", ")} }`];
  return [typeof type === "string" ? type : "unknown"];
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

/** Joins the alternatives to one type, for a list of changes. */
export const nameOf = (types: readonly string[]): string =>
  types.length === 1 ? (types[0] ?? "") : `(${types.join(" | ")})`;
