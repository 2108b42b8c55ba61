import { get, isObject, type Json, type JsonObject } from "../model/json.ts";
import { mapOperations } from "../model/operations.ts";
import { schemasOf, toReference } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

const reference = { $ref: "#/components/responses/Unauthorized" };

/** Declares a 401 response for every operation that needs a token. QBench declares none (docs/qbench-api.md §3.4). */
export function declareUnauthorized(document: JsonObject): StepResult {
  let count = 0;
  const result = mapOperations(document, ({ operation }) => {
    const { responses, security = document.security } = operation;
    const isOpen = !Array.isArray(security) || security.length === 0;
    if (isOpen || !isObject(responses) || "401" in responses) return operation;
    count++;
    return { ...operation, responses: { ...responses, "401": reference } };
  });
  if (count === 0) return { document, findings: [] };
  const components = isObject(document.components) ? document.components : {};
  const responses = isObject(components.responses) ? components.responses : {};
  const unauthorized: Json = get(responses, "Unauthorized") ?? {
    description: "The access token is missing, invalid or expired",
    ...("ErrorResponse" in schemasOf(document) && {
      content: { "application/json": { schema: toReference("ErrorResponse") } },
    }),
  };
  return {
    document: { ...result, components: { ...components, responses: { ...responses, Unauthorized: unauthorized } } },
    findings: [{ what: "401 responses declared", count }],
  };
}
