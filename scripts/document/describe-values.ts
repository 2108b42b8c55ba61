import { get, isObject, type Json, type JsonObject } from "./json.ts";
import { mapSchemas } from "./map-schemas.ts";
import { referredName, schemasOf } from "./references.ts";

/**
 * The document with the limits and formats of values in their descriptions, which editors show: a TypeScript type has no place
 * for the first, and an alias of `string` does not show in the second's.
 */
export function describeValues(document: JsonObject): JsonObject {
  const formats = new Map(
    Object.entries(schemasOf(document))
      .filter(([, schema]) => String(get(schema, "format")).startsWith("qbench-"))
      .map(([name, schema]) => [name, get(schema, "description")]),
  );
  return mapSchemas(document, schema => {
    const format = formats.get(referredName(innermost(schema)) ?? "");
    const sentences = [schema.description, format, ...limitsOf(schema)].filter(text => typeof text === "string");
    if (sentences.length === (schema.description === undefined ? 0 : 1)) return schema;
    const { $ref, ...rest } = schema;
    return { ...rest, ...($ref !== undefined && { allOf: [{ $ref }] }), description: sentences.join(" ") };
  });
}

/** What a schema refers to by `allOf`, which is how it refers when something stands beside the reference. */
const innermost = (schema: JsonObject): JsonObject => {
  const [only] = Array.isArray(schema.allOf) ? schema.allOf : [];
  return isObject(only) ? innermost(only) : schema;
};

function limitsOf({ maxLength, minLength, maximum, minimum, pattern, maxItems }: JsonObject): string[] {
  const sentences: [Json | undefined, string][] = [
    [minLength, `At least ${minLength} characters.`],
    [maxLength, `At most ${maxLength} characters.`],
    [minimum, `At least ${minimum}.`],
    [maximum, `At most ${maximum}.`],
    [maxItems, `At most ${maxItems} items.`],
    [pattern, `Matches \`${pattern}\`.`],
  ];
  return sentences.filter(([value]) => typeof value === "number" || typeof value === "string").map(([, text]) => text);
}
