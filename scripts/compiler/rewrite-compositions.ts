import { get, isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { mapSchemas } from "../document/model/map-schemas.ts";
import { resolveSchema } from "../document/model/references.ts";

/**
 * Rewrites compositions of schemas to equivalent ones for which openapi-typescript generates the right types. The
 * library expects every form of composition alone, and every field where it is required.
 */
export const rewriteCompositions = (document: JsonObject): JsonObject =>
  mapSchemas(document, schema =>
    [separateReference, keepUnions, requireInherited, declareRequired, separateAlternatives].reduce(
      (current, step) => step(current, document),
      schema,
    ),
  );

/** Moves a reference with other keywords, which OpenAPI 3.1 allows, into a part. The library would ignore the others. */
function separateReference(schema: JsonObject, document: JsonObject): JsonObject {
  if (schema.$ref === undefined || String(document.openapi).startsWith("3.0")) return schema;
  const { $ref, description, ...rest } = schema;
  const isComposed = ["allOf", "anyOf", "oneOf", "properties", "required"].some(key => key in rest);
  if (!isComposed) return schema;
  return { ...(description !== undefined && { description }), allOf: [{ $ref }, rest] };
}

/**
 * Moves `anyOf` into a part of its own if the schema has other fields. The library would make the fields one more
 * alternative.
 */
function separateAlternatives(schema: JsonObject): JsonObject {
  const { anyOf } = schema;
  if (!Array.isArray(anyOf)) return schema;
  const { anyOf: _, discriminator, description, nullable, ...rest } = schema;
  const isTyped = (part: Json): boolean => !isObject(part) || Object.keys(part).some(key => key !== "required");
  const hasOthers = ["properties", "additionalProperties", "allOf"].some(key => key in rest);
  if (!anyOf.every(isTyped)) {
    const { anyOf: __, ...typed } = schema;
    return typed;
  }
  // The library gives the alternatives of `oneOf` the value of their discriminator, and those of `anyOf` not.
  const isMarked = discriminator !== undefined && rest.oneOf === undefined;
  const union = { [isMarked ? "oneOf" : "anyOf"]: anyOf, ...(discriminator !== undefined && { discriminator }) };
  const outer = { ...(description !== undefined && { description }), ...(nullable !== undefined && { nullable }) };
  if (!hasOthers) return { ...rest, ...outer, ...union };
  return { ...outer, allOf: [rest, isMarked ? { oneOf: [union] } : union] };
}

/**
 * Wraps the unions in `allOf` that have a discriminator. The library would take the union for a base class, and omit
 * the discriminator from all of its alternatives.
 */
function keepUnions(schema: JsonObject, document: JsonObject): JsonObject {
  const { allOf } = schema;
  if (!Array.isArray(allOf)) return schema;
  const isUnion = (part: Json): boolean => {
    const { discriminator, oneOf, anyOf } = resolveSchema(document, part) ?? {};
    return discriminator !== undefined && (oneOf !== undefined || anyOf !== undefined);
  };
  return { ...schema, allOf: allOf.map(part => (isUnion(part) ? { oneOf: [part] } : part)) };
}

/**
 * Repeats a field of `allOf` where it is required, if the part that requires it does not declare it. Such as `name` in
 * `allOf: [{ $ref: Base }, { required: [name] }]`, which the library would leave optional.
 */
function requireInherited(schema: JsonObject, document: JsonObject): JsonObject {
  const { allOf } = schema;
  if (!Array.isArray(allOf)) return schema;
  const inherited = new Map<string, Json>();
  const withoutInherited = (part: JsonObject): JsonObject => {
    if (!Array.isArray(part.required)) return part;
    const own = part.required.filter(name => {
      if (typeof name !== "string" || get(part.properties, name) !== undefined) return true;
      const field = allOf.map(each => findField(document, each, name)).find(each => each !== undefined);
      if (field !== undefined) inherited.set(name, field);
      return false;
    });
    const { required: _, ...rest } = part;
    return own.length === 0 ? rest : { ...rest, required: own };
  };
  const outer = withoutInherited(schema);
  const parts = allOf.map(part => (isObject(part) && part.$ref === undefined ? withoutInherited(part) : part));
  const typed = parts.filter(part => !isObject(part) || Object.keys(part).some(key => key !== "type"));
  if (inherited.size === 0) return schema;
  const repeated = { type: "object", required: [...inherited.keys()], properties: Object.fromEntries(inherited) };
  return { ...outer, allOf: [...typed, repeated] };
}

/** Repeats a field in each alternative that requires it, as in `anyOf: [{ required: [mail] }, { required: [phone] }]`. */
function declareRequired(schema: JsonObject, document: JsonObject): JsonObject {
  const declare = (alternative: Json): Json => {
    if (!isObject(alternative) || Object.keys(alternative).join() !== "required") return alternative;
    const names = Array.isArray(alternative.required) ? alternative.required.map(String) : [];
    const fields = names.flatMap((name): [string, Json][] => {
      const field = findField(document, schema, name);
      return field === undefined ? [] : [[name, field]];
    });
    return fields.length === 0
      ? alternative
      : { ...alternative, type: "object", properties: Object.fromEntries(fields) };
  };
  const { anyOf, oneOf } = schema;
  if (anyOf === undefined && oneOf === undefined) return schema;
  return {
    ...schema,
    ...(Array.isArray(anyOf) && { anyOf: anyOf.map(declare) }),
    ...(Array.isArray(oneOf) && { oneOf: oneOf.map(declare) }),
  };
}

/** Returns the schema of a field that a schema, one of its parts or each of its alternatives declares. */
function findField(document: JsonObject, schema: Json, name: string): Json | undefined {
  const resolved = resolveSchema(document, schema);
  const own = get(get(resolved, "properties"), name);
  if (own !== undefined || resolved === undefined) return own;
  const find = (part: Json): Json | undefined => findField(document, part, name);
  const { allOf, oneOf, anyOf } = resolved;
  const inherited = Array.isArray(allOf) ? allOf.map(find).find(field => field !== undefined) : undefined;
  const alternatives = [oneOf, anyOf].find(each => Array.isArray(each)) ?? [];
  if (inherited !== undefined || alternatives.length === 0) return inherited;
  const fields = alternatives.map(find).filter(field => field !== undefined);
  return fields.length < alternatives.length ? undefined : { oneOf: fields };
}
