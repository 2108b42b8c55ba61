import { schemasByDirection } from "../model/entities.ts";
import { isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { schemasOf, withSchemas } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/**
 * Makes properties nullable in schemas that only responses use, unless a property is required. QBench declares nothing
 * as nullable, but its responses have nulls everywhere (docs/qbench-api.md §1.1, docs/qbench-api.md §5.1). Requests
 * stay as declared.
 */
export function allowNulls(document: JsonObject): StepResult {
  const { inRequests, inResponses } = schemasByDirection(document);
  let count = 0;
  const allow = (schema: Json): Json => {
    if (!isObject(schema) || schema.nullable === true) return schema;
    count++;
    return "$ref" in schema ? { allOf: [schema], nullable: true } : { ...schema, nullable: true };
  };
  const schemas = mapValues(schemasOf(document), (schema, name) => {
    const isResponseOnly = inResponses.has(name) && !inRequests.has(name);
    if (!isResponseOnly || !isObject(schema) || !isObject(schema.properties)) return schema;
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
    findings: [{ what: "properties of responses made nullable", count }],
  };
}
