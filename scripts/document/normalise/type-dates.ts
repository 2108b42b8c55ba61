import { CommandError } from "../../command/command-error.ts";
import { get, isObject, type Json, type JsonObject } from "../model/json.ts";
import { mapSchemas } from "../model/map-schemas.ts";
import { mapOperations } from "../model/operations.ts";
import { schemasOf, toReference, withSchemas } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/**
 * The families of dates by their declared format. QBench declares a date as "a date-time or a string", which does not
 * define the string. Its families are known (docs/qbench-api.md §5.3), and each has a name.
 */
const families: Record<string, { name: string; schema: JsonObject }> = {
  "date-time": {
    name: "DateTime",
    schema: {
      type: "string",
      format: "qbench-date-time",
      description: "A time in UTC: `MM/DD/YYYY hh:mm AM`, ISO 8601 or unix seconds.",
      example: "07/16/2025 02:30 PM",
    },
  },
  date: {
    name: "DateOnly",
    schema: {
      type: "string",
      format: "qbench-date",
      description: "A day in UTC: `MM/DD/YYYY`.",
      example: "07/16/2025",
    },
  },
  "unix-seconds": {
    name: "UnixSeconds",
    schema: {
      type: "string",
      format: "qbench-unix-seconds",
      description: "Unix seconds, as text.",
      example: "1752676200",
    },
  },
};

export function typeDates(document: JsonObject): StepResult {
  let count = 0;
  const used = new Set<string>();
  const inQueries = mapOperations(document, ({ operation }) => {
    const { parameters } = operation;
    if (!Array.isArray(parameters)) return operation;
    return {
      ...operation,
      parameters: parameters.map(parameter => {
        const schema = get(parameter, "schema");
        const family = familyOfFilter(String(get(parameter, "name")));
        if (!isObject(parameter) || !isObject(schema) || schema.type !== "string" || family === undefined) {
          return parameter;
        }
        count++;
        used.add(family);
        const { type: _, ...rest } = schema;
        return { ...parameter, schema: referTo(family, rest) };
      }),
    };
  });
  const typed = mapSchemas(inQueries, schema => {
    const format = formatOf(schema.anyOf);
    const family = format === undefined ? undefined : families[format];
    if (family === undefined) return schema;
    count++;
    used.add(family.name);
    // An overlay that declares a date also applies to its own result, which refers to the type already.
    const { anyOf, $ref: _, ...rest } = schema;
    const isNullable = Array.isArray(anyOf) && anyOf.some(each => get(each, "nullable") === true);
    return referTo(family.name, { ...rest, ...(isNullable && { nullable: true }) });
  });
  if (count === 0) return { document, findings: [] };
  const schemas = { ...schemasOf(typed) };
  for (const { name, schema } of Object.values(families)) {
    if (!used.has(name)) continue;
    const present = schemas[name];
    if (present !== undefined && get(present, "format") !== schema.format) {
      throw new CommandError(
        `The document has its own schema ${name}, which is the name of a date type. Rename it in openapi/names.json.`,
      );
    }
    schemas[name] = schema;
  }
  return { document: withSchemas(typed, schemas), findings: [{ what: "dates typed", count }] };
}

/** Refers to a schema. Uses `allOf` if there are other keywords: OpenAPI 3.0 ignores keywords next to a reference. */
const referTo = (name: string, rest: JsonObject): JsonObject =>
  Object.keys(rest).length === 0 ? toReference(name) : { ...rest, allOf: [toReference(name)] };

/** Returns the family of a filter by its name: `date_created_start`, `last_updated` (docs/qbench-api.md §4.2). */
function familyOfFilter(name: string): string | undefined {
  if (/(^|_)last_updated$/.test(name)) return "UnixSeconds";
  return /_(start|end)$/.test(name) && !/_id_range_/.test(name) ? "DateOnly" : undefined;
}

/** Returns the format in `anyOf: [{ type: string, format: date-time }, { type: string }]`. */
function formatOf(alternatives: Json | undefined): string | undefined {
  if (!Array.isArray(alternatives) || alternatives.length !== 2) return undefined;
  const [first, second] = alternatives;
  if (!isObject(first) || !isObject(second) || first.type !== "string" || second.type !== "string") return undefined;
  if (Object.keys(second).some(key => key !== "type" && key !== "nullable")) return undefined;
  const format = get(first, "format");
  return typeof format === "string" && Object.hasOwn(families, format) ? format : undefined;
}
