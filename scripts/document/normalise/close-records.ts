import { entityNames, entityOf } from "../model/entities.ts";
import { isObject, type JsonObject, mapValues } from "../model/json.ts";
import { schemasOf, withSchemas } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/**
 * Removes `additionalProperties` from records, and from the requests that write them. QBench's framework writes it for
 * unknown fields. Types with it would accept misspelled fields, and services could not add their custom fields.
 */
export function closeRecords(document: JsonObject): StepResult {
  const entities = entityNames(document);
  let count = 0;
  const schemas = mapValues(schemasOf(document), (schema, name) => {
    if (!isObject(schema) || !entities.has(entityOf(name))) return schema;
    const { additionalProperties, ...rest } = schema;
    if (additionalProperties === undefined || additionalProperties === false) return schema;
    count++;
    return rest;
  });
  return {
    document: count === 0 ? document : withSchemas(document, schemas),
    findings: [{ what: "records closed to undeclared fields", count }],
  };
}
