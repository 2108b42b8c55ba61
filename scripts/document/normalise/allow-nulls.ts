import { entityNames, schemasByDirection } from "../model/entities.ts";
import { isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { schemasOf, withSchemas } from "../model/references.ts";
import { requiredOf } from "../model/required.ts";
import type { StepResult } from "./finding.ts";

/**
 * Makes properties nullable in schemas that only responses use, unless a property is required. QBench declares nothing
 * as nullable, but its responses have nulls everywhere (docs/qbench-api.md §1.1, docs/qbench-api.md §5.1). An update
 * accepts null, which clears a field, unless the record requires the field (docs/qbench-api.md §7). Other requests stay
 * as declared.
 */
export function allowNulls(document: JsonObject): StepResult {
  const { inRequests, inResponses } = schemasByDirection(document);
  const entities = entityNames(document);
  const schemas = schemasOf(document);
  let count = 0;

  const allow = (schema: Json): Json => {
    if (!isObject(schema) || schema.nullable === true) return schema;
    count++;
    return "$ref" in schema ? { allOf: [schema], nullable: true } : { ...schema, nullable: true };
  };
  const allowIn = (schema: JsonObject, mayBeNull: (property: string) => boolean): JsonObject =>
    isObject(schema.properties)
      ? {
          ...schema,
          properties: mapValues(schema.properties, (property, name) =>
            requiredOf(schema).includes(name) || !mayBeNull(name) ? property : allow(property),
          ),
        }
      : schema;
  const isInResponsesOnly = (name: string): boolean => inResponses.has(name) && !inRequests.has(name);

  const nullable = mapValues(schemas, (schema, name) => {
    if (!isObject(schema) || "x-reference" in schema) return schema;
    if (isInResponsesOnly(name)) return allowIn(schema, () => true);
    const entity = name.replace(/Update$/, "");
    if (entity === name || !entities.has(entity) || !isInResponsesOnly(entity)) return schema;
    const record = schemas[entity];
    return allowIn(schema, property => !requiredOf(record).includes(property));
  });
  return {
    document: count === 0 ? document : withSchemas(document, nullable),
    findings: [{ what: "properties made nullable", count }],
  };
}
