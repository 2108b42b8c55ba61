import { get, isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { referredName, schemasOf, withSchemas } from "../model/references.ts";
import { requiredOf } from "../model/required.ts";
import type { StepResult } from "./finding.ts";

/**
 * Writes a named record that is composed with `allOf` as one object with all fields. The later steps type the fields
 * of a record, and overlays correct them, however the record is written.
 */
export function flattenRecords(document: JsonObject): StepResult {
  const schemas = schemasOf(document);
  let count = 0;
  const result = mapValues(schemas, (schema, name) => {
    if (get(schema, "allOf") === undefined) return schema;
    const flat = flatten(schema, schemas, [name]);
    if (flat === undefined || !isObject(flat.properties) || Object.keys(flat.properties).length === 0) return schema;
    count++;
    return flat;
  });
  return {
    document: count === 0 ? document : withSchemas(document, result),
    findings: [{ what: "records composed of several schemas written as one", count }],
  };
}

/** Keywords that only objects have. Schemas with any other keyword of types stay as they are. */
const keywords = new Set(["allOf", "additionalProperties", "nullable", "properties", "required", "type"]);
const annotations = new Set(["deprecated", "description", "example", "externalDocs", "title", "xml"]);

/** Returns an object with the fields of all parts, or undefined if a part is not an object with named fields. */
function flatten(schema: Json, schemas: JsonObject, open: readonly string[]): JsonObject | undefined {
  const name = referredName(schema);
  if (name !== undefined) {
    return open.includes(name) ? undefined : flatten(schemas[name] ?? null, schemas, [...open, name]);
  }
  if (!isObject(schema) || (schema.type !== undefined && schema.type !== "object")) return undefined;
  const isKnown = (key: string): boolean => keywords.has(key) || annotations.has(key) || key.startsWith("x-");
  if (!Object.keys(schema).every(isKnown)) return undefined;
  const { allOf, ...own } = schema;
  if (!Array.isArray(allOf)) return own;
  const parts: JsonObject[] = [];
  for (const part of allOf) {
    const flat = flatten(part, schemas, open);
    if (flat === undefined) return undefined;
    // The texts of a shared schema describe the shared part, not the record.
    const { type: _, nullable: __, ...rest } = flat;
    parts.push(referredName(part) === undefined ? rest : withoutTexts(rest));
  }
  return mergeParts([...parts, own]);
}

const withoutTexts = (schema: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => keywords.has(key)));

function mergeParts(parts: readonly JsonObject[]): JsonObject {
  const properties = new Map<string, Json>();
  for (const [key, property] of parts.flatMap(part =>
    Object.entries(isObject(part.properties) ? part.properties : {}),
  )) {
    const present = properties.get(key);
    properties.set(key, present === undefined ? property : both(present, property));
  }
  const required = new Set(parts.flatMap(requiredOf));
  // A part that allows no other fields would forbid those of all other parts.
  const open = parts.map(part => part.additionalProperties).findLast(each => each !== undefined && each !== false);
  return {
    ...Object.assign({}, ...parts.map(({ properties: _, required: __, additionalProperties: ___, ...rest }) => rest)),
    type: "object",
    ...(open !== undefined && { additionalProperties: open }),
    ...(required.size > 0 && { required: [...required] }),
    properties: Object.fromEntries(properties),
  };
}

/** Returns a schema that fulfills both. A part repeats a field to describe it, or to narrow it. */
const both = (one: Json, other: Json): Json =>
  JSON.stringify(one) === JSON.stringify(other) ? one : { allOf: [one, other] };
