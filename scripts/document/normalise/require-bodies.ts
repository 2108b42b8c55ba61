import { isObject, type JsonObject } from "../model/json.ts";
import { mapOperations } from "../model/operations.ts";
import type { StepResult } from "./finding.ts";

/** Makes request bodies required. QBench marks none as required, although writes need them (docs/qbench-api.md §1.1). */
export function requireBodies(document: JsonObject): StepResult {
  let count = 0;
  const result = mapOperations(document, ({ operation }) => {
    const { requestBody } = operation;
    if (!isObject(requestBody) || "$ref" in requestBody || requestBody.required !== undefined) return operation;
    count++;
    return { ...operation, requestBody: { ...requestBody, required: true } };
  });
  return { document: count === 0 ? document : result, findings: [{ what: "request bodies made required", count }] };
}
