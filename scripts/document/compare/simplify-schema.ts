import { byCodeUnit, canonical, get, isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { referredName, resolveSchema } from "../model/references.ts";

/** The most alternatives that `allOf` of unions is multiplied into. Larger ones stay as they are. */
const MAX_ALTERNATIVES = 16;
const MAX_DEPTH = 64;

/** Keywords for people and for tools. They do not change which values are valid. */
const annotations = ["title", "description", "example", "examples", "externalDocs", "xml", "$comment", "deprecated"];

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
 * The result has `nullable` instead of the type null, `anyOf` for each kind of union, `enum` instead of `const`, and one
 * object instead of `allOf` of objects. References stay, except inside of `allOf`.
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

/** Returns the union of the alternatives: without duplicates, and without literals whose type is an alternative. */
function unite(alternatives: readonly JsonObject[]): JsonObject {
  let isNullable = false;
  const flat = alternatives.flatMap((each): JsonObject[] => {
    if (each.nullable === true) isNullable = true;
    const { nullable: _, ...rest } = each;
    if (isEmptyUnion(each)) return [];
    return Array.isArray(rest.anyOf) && Object.keys(rest).length === 1 ? rest.anyOf.filter(isObject) : [rest];
  });
  const plain = new Set(
    flat.filter(each => Object.keys(withoutAnnotations(each)).join() === "type").map(({ type }) => type),
  );
  const literals = new Map<Json | undefined, Json[]>();
  const kept = new Map<string, JsonObject>();
  for (const each of flat) {
    const meaning = withoutAnnotations(each);
    const isLiteral = Array.isArray(each.enum) && Object.keys(meaning).toSorted().join() === "enum,type";
    if (isLiteral && !plain.has(each.type)) {
      literals.set(each.type, [...(literals.get(each.type) ?? []), ...[each.enum ?? []].flat()]);
    } else if (!isLiteral) kept.set(canonical(meaning), each);
  }
  for (const [type, values] of literals) {
    const each = { type: type ?? null, enum: [...new Set(values)].toSorted(byText) };
    kept.set(canonical(each), each);
  }
  const list = [...kept].toSorted(([a], [b]) => byCodeUnit(a, b)).map(([, each]) => each);
  const [first] = list;
  const union: JsonObject = list.length === 1 && first !== undefined ? first : list.length === 0 ? {} : { anyOf: list };
  return isNullable ? { ...union, nullable: true } : union;
}

/** Returns true for the type null alone, which is a union of nothing and null. */
const isEmptyUnion = (schema: JsonObject): boolean =>
  schema.nullable === true && Object.keys(withoutAnnotations(schema)).join() === "nullable";

/** Returns one schema for a value that is valid for all parts and for the whole. */
function merge(parts: readonly JsonObject[], whole: JsonObject): JsonObject {
  // Each alternative of a part is combined with all other parts.
  let alternatives: JsonObject[] = [whole];
  const left: Json[] = [];
  for (const part of parts) {
    const own = alternativesOf(part);
    const merged = alternatives.flatMap(each => own.map(other => intersect(each, other)));
    if (merged.length > MAX_ALTERNATIVES || merged.includes(undefined)) left.push(part);
    else alternatives = merged.filter(each => each !== undefined);
  }
  const union = alternatives.length === 1 ? (alternatives[0] ?? {}) : unite(alternatives);
  if (left.length === 0) return union;
  return { ...union, allOf: left.toSorted((a, b) => byCodeUnit(canonical(a), canonical(b))) };
}

function alternativesOf(schema: JsonObject): JsonObject[] {
  const { anyOf, nullable, ...rest } = schema;
  if (!Array.isArray(anyOf)) return [schema];
  return anyOf.filter(isObject).map(each => ({ ...each, ...withText(rest), ...(nullable === true && { nullable }) }));
}

const withText = (schema: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => annotations.includes(key)));

/** Returns the schema that is valid where both are. Returns undefined if that needs `allOf`. */
function intersect(a: JsonObject, b: JsonObject): JsonObject | undefined {
  if (!hasMeaning(a)) return { ...b, ...a };
  if (!hasMeaning(b)) return { ...b, ...a };
  if ([a, b].some(each => each.$ref !== undefined || each.allOf !== undefined || each.anyOf !== undefined))
    return undefined;
  const result: JsonObject = { ...b, ...a };
  // A value is null only if each part allows it. A part without a type does not say.
  const isNullable = a.nullable === true && b.nullable === true;
  if (isNullable) result.nullable = true;
  else if (hasValues(a) && hasValues(b)) delete result.nullable;
  for (const key of Object.keys(b)) {
    const [mine, other] = [a[key], b[key]];
    if (mine === undefined || other === undefined || canonical(mine) === canonical(other)) continue;
    if (key === "nullable" || annotations.includes(key)) continue;
    if (key === "required") result.required = [...new Set([mine, other].flat())].toSorted(byText);
    else if (key === "properties" && isObject(mine) && isObject(other)) {
      const properties = intersectProperties(mine, other);
      if (properties === undefined) return undefined;
      result.properties = properties;
    } else if (key === "additionalProperties" && isObject(mine) && isObject(other)) {
      result.additionalProperties = Object.keys(mine).length === 0 ? other : mine;
    } else return undefined;
  }
  return dropImplied(result, a, b);
}

/** Removes `additionalProperties` that a part has only because the part declares no fields. */
function dropImplied(result: JsonObject, a: JsonObject, b: JsonObject): JsonObject {
  const isBare = (schema: JsonObject) =>
    schema.properties === undefined && canonical(schema.additionalProperties ?? null) === "{}";
  const declares = (schema: JsonObject) => schema.properties !== undefined && schema.additionalProperties === undefined;
  if (!(isBare(a) && declares(b)) && !(isBare(b) && declares(a))) return result;
  const { additionalProperties: _, ...rest } = result;
  return rest;
}

function intersectProperties(a: JsonObject, b: JsonObject): JsonObject | undefined {
  const result: JsonObject = { ...b, ...a };
  for (const [key, mine] of Object.entries(a)) {
    const other = get(b, key);
    if (!isObject(mine) || !isObject(other)) continue;
    const both = canonical(mine) === canonical(other) ? mine : intersect(mine, other);
    if (both === undefined) return undefined;
    result[key] = both;
  }
  return result;
}

const hasValues = (schema: JsonObject): boolean =>
  ["type", "enum", "$ref", "anyOf", "allOf"].some(key => schema[key] !== undefined);

const withoutAnnotations = (schema: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => !annotations.includes(key) && !key.startsWith("x-")));

/** Returns true if the schema says more than texts and null. */
const hasMeaning = (schema: JsonObject): boolean =>
  Object.keys(withoutAnnotations(schema)).some(key => key !== "nullable");

const byText = (a: Json, b: Json): number => byCodeUnit(canonical(a), canonical(b));
