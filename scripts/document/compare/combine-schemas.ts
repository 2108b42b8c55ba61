import { byCodeUnit, canonical, get, isObject, type Json, type JsonObject } from "../model/json.ts";

/** The most alternatives that `allOf` of unions is multiplied into. Larger ones stay as they are. */
const MAX_ALTERNATIVES = 16;

/** Keywords for people and for tools. They do not change which values are valid. */
const annotations = ["title", "description", "example", "examples", "externalDocs", "xml", "$comment", "deprecated"];

/** Returns the union of the alternatives: without duplicates, and without literals whose type is an alternative. */
export function unite(alternatives: readonly JsonObject[]): JsonObject {
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
export function merge(parts: readonly JsonObject[], whole: JsonObject): JsonObject {
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
export const hasMeaning = (schema: JsonObject): boolean =>
  Object.keys(withoutAnnotations(schema)).some(key => key !== "nullable");

export const byText = (a: Json, b: Json): number => byCodeUnit(canonical(a), canonical(b));
