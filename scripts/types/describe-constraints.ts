import { get, isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { mapSchemas } from "../document/model/map-schemas.ts";
import { referredName, schemasOf } from "../document/model/references.ts";

/**
 * The document with limits, formats and relations in the descriptions of values, which editors show: a TypeScript type has no
 * place for limits, an alias of `string` does not show, and openapi-fetch's types spell references out.
 */
export function describeValues(document: JsonObject): JsonObject {
  const schemas = schemasOf(document);
  return mapSchemas(document, schema => {
    const { $ref, description, ...rest } = schema;
    const more = [kindOf(schemas, schema), ...limitsOf(schema)].filter(text => typeof text === "string");
    if (more.length === 0) return schema;
    const said = typeof description === "string" ? [toSentence(description), ...more] : more;
    return { ...rest, ...($ref !== undefined && { allOf: [{ $ref }] }), description: said.join(" ") };
  });
}

/** What a value is, when its schema is one of ours that types do not show. */
function kindOf(schemas: JsonObject, schema: JsonObject): Json | undefined {
  const one = get(schemas, referredName(innermost(schema)) ?? "");
  if (String(get(one, "format")).startsWith("qbench-") || isRelation(one)) return get(one, "description");
  const each = isObject(schema.items) ? get(schemas, referredName(innermost(schema.items)) ?? "") : undefined;
  return isRelation(each) ? `A list. ${get(each, "description")}` : undefined;
}

const isRelation = (schema: Json | undefined): boolean =>
  get(schema, "x-reference") !== undefined || get(schema, "x-link") !== undefined;

const toSentence = (text: string): string => (/[.!?:]$/.test(text.trim()) ? text : `${text.trim()}.`);

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
