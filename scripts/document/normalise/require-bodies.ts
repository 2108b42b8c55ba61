import { isObject, type JsonObject } from "../model/json.ts";
import { mapOperations } from "../model/operations.ts";
import type { StepResult } from "./finding.ts";

/** QBench marks no request body as required, and has no use for a call without the one it declares (facts 1.1). */
export function requireBodies(document: JsonObject): StepResult {
  let count = 0;
  const result = mapOperations(document, ({ operation }) => {
    const { requestBody } = operation;
    if (!isObject(requestBody) || "$ref" in requestBody || requestBody.required !== undefined) return operation;
    count++;
    return { ...operation, requestBody: { ...requestBody, required: true } };
  });
  return { document: count === 0 ? document : result, findings: [{ what: "request bodies required", count }] };
}
