import { get, isObject, type JsonObject } from "../model/json.ts";
import { listOperations } from "../model/operations.ts";
import { reachableSchemas, schemasOf, toReference, withSchemas } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/** Removes schemas that no operation refers to, such as the filters that QBench declares and does not use. */
export function pruneSchemas(document: JsonObject): StepResult {
  const { schemas: _, ...otherComponents } = isObject(document.components) ? document.components : {};
  const filters = listOperations(document)
    .map(({ operation }) => get(operation, "x-filter"))
    .filter(name => typeof name === "string");
  const { components: __, ...rest } = document;
  const kept = reachableSchemas(document, [rest, otherComponents, ...filters.map(toReference)]);
  const all = Object.entries(schemasOf(document));
  const left = all.filter(([name]) => kept.has(name));
  return {
    document: left.length === all.length ? document : withSchemas(document, Object.fromEntries(left)),
    findings: [{ what: "unused schemas removed", count: all.length - left.length }],
  };
}
