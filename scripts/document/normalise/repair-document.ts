import { get, isObject, type Json, type JsonObject, mapItems, mapValues } from "../model/json.ts";
import { mapSchemas } from "../model/map-schemas.ts";
import { isMethod } from "../model/operations.ts";
import { schemasOf } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/** Mends what makes the vendor's document invalid, and nothing else. */
export function repairDocument(document: JsonObject): StepResult {
  const unpadded = removePadding(document);
  const answered = describeResponses(unpadded.document);
  const mended = mendSchemas(answered.document);
  const described = dropEmptyDescriptions(mended.document);
  return {
    document: described.document,
    findings: [unpadded, answered, mended, described].flatMap(({ findings }) => findings),
  };
}

/** QBench adds a key such as `qb57` with random digits to its JSON, so that compressed sizes tell nothing. */
function removePadding(document: JsonObject): StepResult {
  const entries = Object.entries(document);
  const kept = entries.filter(([key]) => !/^qb[0-9a-f]{1,4}$/.test(key));
  return {
    document: Object.fromEntries(kept),
    findings: [{ what: "padding key removed", count: entries.length - kept.length }],
  };
}

/** The schema as it should be; itself when it is that already. */
type Mend = (schema: JsonObject) => JsonObject;

/** What is wrong in schemas, all in one walk through them. */
function mendSchemas(document: JsonObject): StepResult {
  const schemas = schemasOf(document);
  const counts = new Map<string, number>();
  const mends: [what: string, mend: Mend][] = [
    [`${extra} renamed to x-json-schema-extra`, renameSchemaExtra],
    ["enumerations without a type made strings", typeEnumerations],
    ["empty lists of required properties removed", dropEmptyRequired],
    ["discriminators with names given references", schema => referInMapping(schema, schemas)],
  ];
  const result = mapSchemas(document, schema =>
    mends.reduce((current, [what, mend]) => {
      const mended = mend(current);
      if (mended !== current) counts.set(what, (counts.get(what) ?? 0) + 1);
      return mended;
    }, schema),
  );
  return { document: result, findings: mends.map(([what]) => ({ what, count: counts.get(what) ?? 0 })) };
}

const extra = "json_schema_extra";

/** A keyword of the vendor's framework that no Schema Object of OpenAPI 3.0 may have. */
function renameSchemaExtra(schema: JsonObject): JsonObject {
  const value = get(schema, extra);
  if (value === undefined) return schema;
  const { [extra]: _, ...rest } = schema;
  return { ...rest, "x-json-schema-extra": value };
}

/** An enumeration of texts without a type is of type string. */
function typeEnumerations(schema: JsonObject): JsonObject {
  const { enum: values, type } = schema;
  if (!Array.isArray(values) || type !== undefined || values.length === 0) return schema;
  return values.every(value => typeof value === "string") ? { ...schema, type: "string" } : schema;
}

/** An empty list of required properties, which OpenAPI 3.0 does not allow and which says nothing. */
function dropEmptyRequired(schema: JsonObject): JsonObject {
  if (!Array.isArray(schema.required) || schema.required.length > 0) return schema;
  const { required: _, ...rest } = schema;
  return rest;
}

/** A discriminator may name a schema where others have a reference to it (OpenAPI 3.0.3, 4.7.25.1). */
function referInMapping(schema: JsonObject, schemas: JsonObject): JsonObject {
  const mapping = get(schema.discriminator, "mapping");
  if (!isObject(schema.discriminator) || !isObject(mapping)) return schema;
  const referred = mapValues(mapping, target =>
    typeof target === "string" && Object.hasOwn(schemas, target) ? `#/components/schemas/${target}` : target,
  );
  return referred === mapping ? schema : { ...schema, discriminator: { ...schema.discriminator, mapping: referred } };
}

/** Descriptions that say nothing, such as the ones that Python's frameworks give to every enumeration. */
function dropEmptyDescriptions(document: JsonObject): StepResult {
  let count = 0;
  const withoutEmptyDescription = (value: JsonObject): JsonObject => {
    const isEmpty = value.description === "" || value.description === "An enumeration.";
    // A response must have one.
    if (!isEmpty || "content" in value) return value;
    count++;
    const { description: _, ...rest } = value;
    return rest;
  };
  const drop = (value: Json): Json => {
    if (Array.isArray(value)) return mapItems(value, drop);
    if (!isObject(value)) return value;
    return mapValues(withoutEmptyDescription(value), (child, key) =>
      key === "example" || key === "examples" || key === "responses" || key.startsWith("x-") ? child : drop(child),
    );
  };
  const result = drop(document);
  return {
    document: isObject(result) ? result : document,
    findings: [{ what: "empty descriptions removed", count }],
  };
}

function describeResponses(document: JsonObject): StepResult {
  let count = 0;
  const describe = (operation: Json): Json => {
    const responses = get(operation, "responses");
    if (!isObject(operation) || !isObject(responses) || Object.keys(responses).length > 0) return operation;
    count++;
    return { ...operation, responses: { default: { description: "Not described by the vendor" } } };
  };
  const paths = document.paths;
  if (!isObject(paths)) return { document, findings: [] };
  const described = mapValues(paths, path =>
    isObject(path)
      ? mapValues(path, (operation, method) => (isMethod(method) ? describe(operation) : operation))
      : path,
  );
  return {
    document: { ...document, paths: described },
    findings: [{ what: "empty responses described", count }],
  };
}
