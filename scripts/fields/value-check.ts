import { format, type Schema, Validator } from "@cfworker/json-schema";
import { isObject, type Json, type JsonObject, mapValues } from "../document/model/json.ts";
import { resolveSchema } from "../document/model/references.ts";
import { isDateOnly, isDateTime, isUnixSeconds } from "./observation.ts";

format["qbench-date-time"] = isDateTime;
format["qbench-date"] = isDateOnly;
format["qbench-unix-seconds"] = isUnixSeconds;

/** Schemas of values are shallow. The limit ends schemas that contain themselves. */
const MAX_DEPTH = 4;
const kept = new Set(["const", "enum", "required", "type"]);

/** Checks values against the types of their schemas. Lengths, ranges and patterns are not part of a type. */
export function createValueCheck(document: JsonObject): (value: Json, schema: Json) => boolean {
  const validators = new Map<Json, Validator>();
  return (value, schema) => {
    let validator = validators.get(schema);
    if (validator === undefined) {
      const converted = toJsonSchema(document, schema, 0);
      validator = new Validator(isSchema(converted) ? converted : {}, "2020-12");
      validators.set(schema, validator);
    }
    return validator.validate(value).valid;
  };
}

const isSchema = (value: JsonObject): value is JsonObject & Schema => typeof value === "object";

/** Converts a schema of OpenAPI to JSON Schema, without references and with the keywords that make its type. */
function toJsonSchema(document: JsonObject, schema: Json, depth: number): JsonObject {
  const resolved = resolveSchema(document, schema);
  if (resolved === undefined || depth > MAX_DEPTH) return {};
  const inner = (part: Json): JsonObject => toJsonSchema(document, part, depth + 1);
  const { nullable, format: family, items, properties, additionalProperties } = resolved;
  const converted: JsonObject = {
    ...Object.fromEntries(Object.entries(resolved).filter(([key]) => kept.has(key))),
    ...(/^qbench-/.test(String(family)) && { format: String(family) }),
    ...(items !== undefined && { items: inner(items) }),
    ...(isObject(properties) && { properties: mapValues(properties, inner) }),
    ...(isObject(additionalProperties) && { additionalProperties: inner(additionalProperties) }),
  };
  for (const key of ["allOf", "anyOf", "oneOf"]) {
    const parts = resolved[key];
    if (Array.isArray(parts)) converted[key] = parts.map(inner);
  }
  return nullable === true ? { anyOf: [converted, { type: "null" }] } : converted;
}
