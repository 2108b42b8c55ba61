import { schemasByDirection } from "../model/entities.ts";
import { isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { schemasOf, withSchemas } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/**
 * QBench declares nothing as nullable and answers with nulls everywhere (facts 1.1 and 5.1). In what only answers hold, every
 * property that is not required may be null; requests stay as they are declared.
 */
export function allowNulls(document: JsonObject): StepResult {
  const { sent, answered } = schemasByDirection(document);
  let count = 0;
  const allow = (schema: Json): Json => {
    if (!isObject(schema) || schema.nullable === true) return schema;
    count++;
    return "$ref" in schema ? { allOf: [schema], nullable: true } : { ...schema, nullable: true };
  };
  const schemas = mapValues(schemasOf(document), (schema, name) => {
    if (!answered.has(name) || sent.has(name) || !isObject(schema) || !isObject(schema.properties)) return schema;
    if ("x-reference" in schema) return schema;
    const required = Array.isArray(schema.required) ? schema.required : [];
    return {
      ...schema,
      properties: mapValues(schema.properties, (property, key) =>
        required.includes(key) ? property : allow(property),
      ),
    };
  });
  return {
    document: count === 0 ? document : withSchemas(document, schemas),
    findings: [{ what: "properties of answers that may be null", count }],
  };
}
