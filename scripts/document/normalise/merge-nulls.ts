import { isObject, type Json, type JsonObject } from "../model/json.ts";
import { mapSchemas } from "../model/map-schemas.ts";
import type { StepResult } from "./finding.ts";

/**
 * Changes the ways in which frameworks write a value that may be null to `nullable`, the only one of OpenAPI 3.0. For a
 * nested record, apispec writes `anyOf: [{ type: object, nullable: true }, { $ref }]`. Taken literally, the first
 * alternative is an object with any fields, so that the type of the record would be lost.
 */
export function mergeNulls(document: JsonObject): StepResult {
  if (!String(document.openapi).startsWith("3.0")) return { document, findings: [] };
  let count = 0;
  const result = mapSchemas(document, schema => {
    const merged = mergeAlternatives(mergeType(schema));
    if (merged !== schema) count++;
    return merged;
  });
  return { document: result, findings: [{ what: "alternatives of null merged into nullable", count }] };
}

/** Changes `type: [string, "null"]` and `type: "null"`, which only OpenAPI 3.1 allows. */
function mergeType(schema: JsonObject): JsonObject {
  const { type } = schema;
  if (type !== "null" && !Array.isArray(type)) return schema;
  const { type: _, ...rest } = schema;
  if (type === "null") return { ...rest, enum: [null], nullable: true };
  const [first, ...others] = type.filter(each => each !== "null");
  if (first === undefined || others.length > 0) return schema;
  return { ...rest, type: first, ...(type.length > 1 && { nullable: true }) };
}

function mergeAlternatives(schema: JsonObject): JsonObject {
  const key = Array.isArray(schema.anyOf) ? "anyOf" : "oneOf";
  const alternatives = schema[key];
  if (!Array.isArray(alternatives)) return schema;
  const { [key]: _, ...rest } = schema;
  const others = alternatives.filter(each => !isNull(each));
  // A bare object that may be null stands for null only, if the other alternatives say which objects are allowed.
  const records = others.filter(each => !isNullableObject(each));
  const kept = records.length > 0 && records.every(isRecord) ? records : others;
  const [only] = kept;
  if (only === undefined || kept.length === alternatives.length) return schema;
  if (kept.length > 1) return { ...rest, [key]: kept, nullable: true };
  return { ...rest, allOf: [...(Array.isArray(rest.allOf) ? rest.allOf : []), only], nullable: true };
}

const isNull = (schema: Json): boolean => {
  if (!isObject(schema)) return false;
  const { nullable, enum: values, type: _, title: __, description: ___, ...rest } = schema;
  if (Object.keys(rest).length > 0) return false;
  if (Array.isArray(values)) return values.length > 0 && values.every(value => value === null);
  return nullable === true && !("type" in schema);
};

const isNullableObject = (schema: Json): boolean => {
  if (!isObject(schema)) return false;
  const { type, nullable, title: _, description: __, ...rest } = schema;
  return type === "object" && nullable !== undefined && Object.keys(rest).length === 0;
};

const isRecord = (schema: Json): boolean =>
  isObject(schema) && (schema.$ref !== undefined || schema.properties !== undefined || schema.allOf !== undefined);
