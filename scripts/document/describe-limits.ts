import { isObject, type Json, type JsonObject } from "./json.ts";
import { mapSchemas } from "./map-schemas.ts";

/** The document with the limits of values in their descriptions, which editors show; types have no place for them. */
export function describeLimits(document: JsonObject): JsonObject {
  return mapSchemas(document, schema => {
    const limits = limitsOf(schema);
    if (limits.length === 0) return schema;
    const { description } = schema;
    return { ...schema, description: [...(typeof description === "string" ? [description] : []), ...limits].join(" ") };
  });
}

function limitsOf({ maxLength, minLength, maximum, minimum, pattern, maxItems }: JsonObject): string[] {
  const sentences: [Json | undefined, string][] = [
    [minLength, `At least ${minLength} characters.`],
    [maxLength, `At most ${maxLength} characters.`],
    [minimum, `At least ${minimum}.`],
    [maximum, `At most ${maximum}.`],
    [maxItems, `At most ${maxItems} items.`],
    [pattern, `Matches \`${String(pattern)}\`.`],
  ];
  return sentences.filter(([value]) => value !== undefined && !isObject(value)).map(([, sentence]) => sentence);
}
