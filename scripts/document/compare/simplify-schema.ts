import { canonical, isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { referredName, resolveSchema } from "../model/references.ts";
import { byText, hasMeaning, merge, unite } from "./combine-schemas.ts";

/** Deeper schemas stay as they are. */
const MAX_DEPTH = 64;

/** Values that mean the same as a missing keyword. */
const defaults: Record<string, Json> = {
  ...{ deprecated: false, nullable: false, readOnly: false, writeOnly: false, uniqueItems: false, required: [] },
  ...{ minLength: 0, minItems: 0, minProperties: 0, exclusiveMinimum: false, exclusiveMaximum: false },
};

const keywordsByType: Record<string, readonly string[]> = {
  array: ["items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains"],
  object: ["properties", "required", "additionalProperties", "patternProperties", "minProperties", "maxProperties"],
  string: ["minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"],
  integer: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"],
};

/**
 * Returns the simplest schema with the same meaning, so that two ways to write a schema give the same result.
 *
 * The result has `nullable` instead of the type null, `anyOf` for each kind of union, `enum` instead of `const`, and
 * one object instead of `allOf` of objects. References stay, except inside of `allOf`.
 */
export function simplifySchema(document: JsonObject, schema: Json | undefined): JsonObject {
  return simplify(document, schema, [], 0);
}

function simplify(document: JsonObject, schema: Json | undefined, open: readonly string[], depth: number): JsonObject {
  if (schema === false) return { not: {} };
  if (!isObject(schema)) return {};
  if (depth > MAX_DEPTH) return schema;
  const inside = (part: Json | undefined): JsonObject => simplify(document, part, open, depth + 1);
  const { allOf, anyOf, oneOf, type, const: only, ...others } = schema;
  const known: JsonObject = withoutDefaults(others);
  if (isObject(known.properties)) known.properties = mapValues(known.properties, inside);
  if ("items" in known) known.items = inside(known.items);
  if ("additionalProperties" in known && known.additionalProperties !== false) {
    known.additionalProperties = inside(known.additionalProperties);
  }
  if (Array.isArray(known.required)) known.required = [...new Set(known.required)].toSorted(byText);
  moveExclusiveLimits(known);
  if (only !== undefined) known.enum = [only];
  if (Array.isArray(known.enum)) {
    if (known.enum.includes(null)) known.nullable = true;
    known.enum = [...new Set(known.enum.filter(value => value !== null))].toSorted(byText);
  }
  const types = [type].flat().filter(each => typeof each === "string");
  if (types.includes("null")) known.nullable = true;
  const kinds = types.filter(each => each !== "null");
  const isSplit = kinds.length > 1;
  const whole = isSplit ? withoutTyped(known) : withType(known, kinds[0]);
  const needsContent =
    hasMeaning(whole) || isSplit || [allOf].flat().length > 1 || anyOf !== undefined || oneOf !== undefined;
  const parts = (Array.isArray(allOf) ? allOf : []).map(part =>
    needsContent ? resolved(document, part, open, depth + 1) : inside(part),
  );
  const unions = [anyOf, oneOf].filter(Array.isArray).map(list => unite(list.map(inside)));
  return merge([...parts, ...unions, ...(isSplit ? [unite(splitTypes(known, kinds))] : [])], whole);
}

/** Replaces a reference inside of `allOf` by its target, unless the target contains the reference. */
function resolved(document: JsonObject, part: Json, open: readonly string[], depth: number): JsonObject {
  const name = referredName(part);
  if (name === undefined) return simplify(document, part, open, depth);
  if (open.includes(name)) return isObject(part) ? part : {};
  const { $ref: _, ...siblings } = isObject(part) ? part : {};
  const target = simplify(document, resolveSchema(document, part), [...open, name], depth);
  return merge([target], withoutDefaults(siblings));
}

function withoutDefaults(schema: JsonObject): JsonObject {
  const entries = Object.entries(schema).filter(
    ([key, value]) => !(key in defaults && canonical(defaults[key] ?? null) === canonical(value)),
  );
  return Object.fromEntries(entries);
}

/** Writes exclusive limits as OpenAPI 3.1 does: `exclusiveMinimum: 5` for `minimum: 5, exclusiveMinimum: true`. */
function moveExclusiveLimits(schema: JsonObject): void {
  for (const [exclusive, inclusive] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (schema[exclusive] !== true || schema[inclusive] === undefined) continue;
    schema[exclusive] = schema[inclusive];
    delete schema[inclusive];
  }
}

/** Adds the type that the other keywords imply, and writes an object without fields as one with any fields. */
function withType(schema: JsonObject, given: string | undefined): JsonObject {
  const { properties, additionalProperties } = schema;
  const implied =
    isObject(properties) || isObject(additionalProperties) ? "object" : "items" in schema ? "array" : undefined;
  const type = given ?? implied ?? typeOfEach(schema.enum);
  if (type === undefined) return schema;
  const isBare = type === "object" && (properties === undefined || Object.keys(properties ?? {}).length === 0);
  if (!isBare || additionalProperties !== undefined || schema.$ref !== undefined) return { ...schema, type };
  const { properties: _, ...rest } = schema;
  return { ...rest, type, additionalProperties: {} };
}

function typeOfEach(values: Json | undefined): string | undefined {
  const types = new Set(Array.isArray(values) ? values.map(value => typeof value) : []);
  const [type] = types;
  return types.size === 1 && (type === "string" || type === "number" || type === "boolean") ? type : undefined;
}

/** Returns one schema for each type of a list. Each one keeps the keywords that concern it. */
function splitTypes(schema: JsonObject, types: readonly string[]): JsonObject[] {
  return types
    .map(type => {
      const own = Object.entries(schema).filter(([key]) => keywordsByType[type]?.includes(key));
      const values = Array.isArray(schema.enum) ? schema.enum.filter(value => isOfType(value, type)) : undefined;
      return withType({ ...Object.fromEntries(own), ...(values !== undefined && { enum: values }) }, type);
    })
    .filter(({ enum: values }) => !Array.isArray(values) || values.length > 0);
}

const typedKeywords = new Set(["enum", ...Object.values(keywordsByType).flat()]);

const withoutTyped = (schema: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => !typedKeywords.has(key)));

const isOfType = (value: Json, type: string): boolean =>
  type === "integer" ? Number.isInteger(value) : type === "array" ? Array.isArray(value) : typeof value === type;
