import { entityNames } from "../model/entities.ts";
import { get, isObject, type JsonObject, mapValues } from "../model/json.ts";
import { schemasOf, withSchemas } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/**
 * Allows additional properties in entities, and requires their `id`, which the API addresses every record by. Records
 * contain the laboratory's custom fields, which no document declares (docs/qbench-api.md §5.2). Requests stay closed:
 * QBench silently ignores unknown fields, so a typing error in a name should be a compile error.
 */
export function openEntities(document: JsonObject): StepResult {
  const entities = entityNames(document);
  const schemas = mapValues(schemasOf(document), (schema, name) => {
    if (!entities.has(name) || !isObject(schema)) return schema;
    const required = Array.isArray(schema.required) ? schema.required : [];
    return {
      ...schema,
      additionalProperties: schema.additionalProperties ?? true,
      ...(get(schema.properties, "id") !== undefined && {
        required: required.includes("id") ? required : [...required, "id"],
      }),
    };
  });
  return {
    document: entities.size === 0 ? document : withSchemas(document, schemas),
    findings: [{ what: "entities opened for custom fields", count: entities.size }],
  };
}
