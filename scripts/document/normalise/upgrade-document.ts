import { upgradeFromTwoToThree } from "@scalar/openapi-upgrader/2.0-to-3.0";
import type { JsonObject } from "../model/json.ts";
import type { StepResult } from "./finding.ts";

/** A Swagger 2.0 document as the OpenAPI 3.0 document that says the same. */
export function upgradeDocument(document: JsonObject): StepResult {
  if (document.swagger === undefined) return { document, findings: [] };
  // The library changes what it is given.
  const upgraded = upgradeFromTwoToThree(structuredClone(document));
  // It leaves values that are `undefined` behind, which JSON has none of.
  const plain: JsonObject = JSON.parse(JSON.stringify(upgraded));
  return { document: plain, findings: [{ what: "upgraded from Swagger 2.0", count: 1 }] };
}
