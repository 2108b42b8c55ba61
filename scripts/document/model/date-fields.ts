import { byCodeUnit, get, isObject, type Json, type JsonObject } from "./json.ts";
import { listOperations } from "./operations.ts";
import { perDocument } from "./per-document.ts";
import { resolveSchema, sharedPart } from "./references.ts";

/** Returns the fields that are a date in every successful response, so that a client can recognize them by name. */
export function dateFields(document: JsonObject): string[] {
  const { dates, others } = responseFields(document);
  return [...dates].filter(name => !others.has(name)).toSorted(byCodeUnit);
}

interface ResponseFields {
  dates: ReadonlySet<string>;
  others: ReadonlySet<string>;
}

/** Returns the names of the fields of successful responses: those that are a date, and those of another type. */
export const responseFields: (document: JsonObject) => ResponseFields = perDocument(document => {
  const dates = new Set<string>();
  const others = new Set<string>();
  const seen = new Set<JsonObject>();

  function visit(schema: Json | undefined): void {
    const resolved = resolveSchema(document, schema);
    if (resolved === undefined || seen.has(resolved)) return;
    seen.add(resolved);
    const { properties, items, additionalProperties } = resolved;
    for (const [name, property] of Object.entries(isObject(properties) ? properties : {})) {
      (isDate(document, property) ? dates : others).add(name);
      visit(property);
    }
    visit(items);
    visit(additionalProperties);
    for (const part of partsOf(resolved)) visit(part);
  }

  for (const { operation } of listOperations(document)) {
    const { responses } = operation;
    for (const [status, response] of Object.entries(isObject(responses) ? responses : {})) {
      const content = get(sharedPart(document, response) ?? response, "content");
      if (/^2/.test(status)) visit(get(get(content, "application/json"), "schema"));
    }
  }
  return { dates, others };
});

const partsOf = (schema: JsonObject): Json[] =>
  ["allOf", "anyOf", "oneOf"].flatMap(key => {
    const parts = schema[key];
    return Array.isArray(parts) ? parts : [];
  });

/** Returns true if a property has one of the date types that `typeDates` assigns, or is nullable with one. */
function isDate(document: JsonObject, property: Json): boolean {
  const schema = resolveSchema(document, property);
  if (schema === undefined) return false;
  if (/^qbench-(date-time|date|unix-seconds)$/.test(String(schema.format))) return true;
  const parts = partsOf(schema).filter(part => get(part, "type") !== "null");
  return parts.length > 0 && parts.every(part => isDate(document, part));
}
