import { upgradeFromTwoToThree } from "@scalar/openapi-upgrader/2.0-to-3.0";
import type { JsonObject } from "../model/json.ts";
import type { StepResult } from "./finding.ts";

/** Converts a Swagger 2.0 document to the equivalent OpenAPI 3.0 document. */
export function upgradeDocument(document: JsonObject): StepResult {
  if (document.swagger === undefined) return { document, findings: [] };
  // A clone, because the library changes its argument.
  const upgraded = upgradeFromTwoToThree(structuredClone(document));
  // The result contains values that are `undefined`, which do not exist in JSON.
  const plain: JsonObject = JSON.parse(JSON.stringify(upgraded));
  return { document: plain, findings: [{ what: "upgraded from Swagger 2.0", count: 1 }] };
}
