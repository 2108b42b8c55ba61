import { get, isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { mapSchemas } from "../document/model/map-schemas.ts";
import { referredName, schemasOf } from "../document/model/references.ts";

/**
 * Adds limits, formats and relations to the descriptions of values, which editors show. Types do not show them:
 * TypeScript has no limits, an alias of `string` is displayed as `string`, and openapi-fetch's types expand references.
 */
export function describeConstraints(document: JsonObject): JsonObject {
  const schemas = schemasOf(document);
  return mapSchemas(document, schema => {
    const more = [kindOf(schemas, schema), ...limitsOf(schema)].filter(text => typeof text === "string");
    if (more.length === 0) return schema;
    const { $ref, description, ...rest } = schema;
    const sentences = typeof description === "string" ? [toSentence(description), ...more] : more;
    return { ...rest, ...($ref !== undefined && { allOf: [{ $ref }] }), description: sentences.join(" ") };
  });
}

/** Returns the description of the value's schema, if it is a date type or a relation. */
function kindOf(schemas: JsonObject, schema: JsonObject): Json | undefined {
  const one = get(schemas, referredName(innermost(schema)) ?? "");
  if (String(get(one, "format")).startsWith("qbench-") || isRelation(one)) return get(one, "description");
  const each = isObject(schema.items) ? get(schemas, referredName(innermost(schema.items)) ?? "") : undefined;
  return isRelation(each) ? `A list. ${get(each, "description")}` : undefined;
}

const isRelation = (schema: Json | undefined): boolean =>
  get(schema, "x-reference") !== undefined || get(schema, "x-link") !== undefined;

/** Ends a text with a period, unless it ends with a punctuation mark. */
export const toSentence = (text: string): string => (/[.!?:]$/.test(text.trim()) ? text : `${text.trim()}.`);

/** Returns the reference inside `allOf`, where a schema has it if it has other keywords too. */
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
