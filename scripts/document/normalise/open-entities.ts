import { entityNames } from "../model/entities.ts";
import { get, isObject, type JsonObject, mapValues } from "../model/json.ts";
import { schemasOf, withSchemas } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/**
 * A laboratory's custom fields stand among the others in every record, and no document tells of them (facts 5.2). Requests
 * stay closed: QBench drops a field it does not know without a word, so that a slip in a name should be an error here. The
 * `id` is always there: it is what the API addresses the record by.
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
