import { entityNames } from "../model/entities.ts";
import { isObject, type JsonObject, mapValues } from "../model/json.ts";
import { schemasOf, withSchemas } from "../model/references.ts";
import { requiredOf } from "../model/required.ts";
import type { StepResult } from "./finding.ts";

/** Requires the `id` of every record, because the API addresses records by it (docs/qbench-api.md §4). */
export function requireIds(document: JsonObject): StepResult {
  const entities = entityNames(document);
  let count = 0;
  const schemas = mapValues(schemasOf(document), (schema, name) => {
    if (!entities.has(name) || !isObject(schema)) return schema;
    const required = requiredOf(schema);
    if (required.includes("id")) return schema;
    count++;
    return { ...schema, required: [...required, "id"] };
  });
  return {
    document: count === 0 ? document : withSchemas(document, schemas),
    findings: [{ what: "records whose id is required", count }],
  };
}
