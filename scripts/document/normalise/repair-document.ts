import { get, isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { mapParts } from "../model/map-parts.ts";
import { mapSchemas } from "../model/map-schemas.ts";
import { isMethod } from "../model/operations.ts";
import { schemasOf } from "../model/references.ts";
import type { Finding, StepResult } from "./finding.ts";

/** Repairs what makes the vendor's document invalid, and nothing else. */
export function repairDocument(document: JsonObject): StepResult {
  const unpadded = removePadding(document);
  const versioned = completeVersion(unpadded.document);
  const completed = repairParts(versioned.document);
  const withResponses = describeResponses(completed.document);
  const repaired = repairSchemas(withResponses.document);
  const described = dropEmptyDescriptions(repaired.document);
  return {
    document: described.document,
    findings: [unpadded, versioned, completed, withResponses, repaired, described].flatMap(({ findings }) => findings),
  };
}

/**
 * Removes the key with random digits, such as `qb57`, that QBench adds to its JSON. It keeps compressed sizes from
 * revealing the content (docs/qbench-api.md §6.4).
 */
function removePadding(document: JsonObject): StepResult {
  const entries = Object.entries(document);
  const kept = entries.filter(([key]) => !/^qb[0-9a-f]{1,4}$/.test(key));
  return {
    document: Object.fromEntries(kept),
    findings: [{ what: "padding key removed", count: entries.length - kept.length }],
  };
}

/** Adds the third number to the version `3.0`, which YAML reads as the number 3. */
function completeVersion(document: JsonObject): StepResult {
  const version = String(document.openapi) === "3" ? "3.0" : String(document.openapi);
  if (!/^3\.[01]$/.test(version)) return { document, findings: [] };
  return {
    document: { ...document, openapi: `${version}.0` },
    findings: [{ what: "version of OpenAPI completed", count: 1 }],
  };
}

/** Repairs parts of all kinds in one walk through them. */
function repairParts(document: JsonObject): StepResult {
  const completed = { what: "missing scopes and schemas added", count: 0 };
  const simplified = { what: "media types written without their charset", count: 0 };
  const result = mapParts(document, (part, inside) =>
    inside(simplifyMediaTypes(completePart(part, completed), simplified)),
  );
  return { document: isObject(result) ? result : document, findings: [completed, simplified] };
}

/** Adds scopes that an OAuth flow lacks, and replaces null by a schema. */
function completePart(part: JsonObject, finding: Finding): JsonObject {
  const isFlow = typeof part.authorizationUrl === "string" || typeof part.tokenUrl === "string";
  const missing = {
    ...(isFlow && part.scopes === undefined && { scopes: {} }),
    ...(part.schema === null && { schema: {} }),
  };
  const count = Object.keys(missing).length;
  finding.count += count;
  return count === 0 ? part : { ...part, ...missing };
}

/**
 * Changes `application/json; charset=utf-8` to `application/json`, the name by which later steps find a schema. JSON has
 * no `charset` parameter (RFC 8259 section 11). Other media types lose their charset only, so that a new charset does not
 * change the types. A name that the content already has is not replaced.
 */
function simplifyMediaTypes(part: JsonObject, finding: Finding): JsonObject {
  const { content } = part;
  if (!isObject(content)) return part;
  const taken = new Set(Object.keys(content));
  let count = 0;
  const entries = Object.entries(content).map(([name, media]): [string, Json] => {
    const [, type] = /^\s*(application\/(?:[\w.+-]+\+)?json)\s*(?:;.*)?$/i.exec(name) ?? [];
    const simple = type?.toLowerCase() ?? withoutCharset(name);
    if (taken.has(simple)) return [name, media];
    taken.add(simple);
    count++;
    return [simple, media];
  });
  finding.count += count;
  return count === 0 ? part : { ...part, content: Object.fromEntries(entries) };
}

const withoutCharset = (mediaType: string): string =>
  mediaType
    .split(";")
    .filter((part, index) => index === 0 || !/^\s*charset\s*=/i.test(part))
    .join(";")
    .trimEnd();

/** Returns the repaired schema, or the schema itself if it needs no repair. */
type Repair = (schema: JsonObject) => JsonObject;

/** Repairs schemas in one walk through all of them. */
function repairSchemas(document: JsonObject): StepResult {
  const schemas = schemasOf(document);
  const counts = new Map<string, number>();
  const repairs: [what: string, repair: Repair][] = [
    [`${extra} renamed to x-json-schema-extra`, renameSchemaExtra],
    ["enumerations typed as strings", typeEnumerations],
    ["empty lists of required properties removed", dropEmptyRequired],
    ["discriminators changed from names to references", schema => referInMapping(schema, schemas)],
  ];
  const result = mapSchemas(document, schema =>
    repairs.reduce((current, [what, repair]) => {
      const repaired = repair(current);
      if (repaired !== current) counts.set(what, (counts.get(what) ?? 0) + 1);
      return repaired;
    }, schema),
  );
  return { document: result, findings: repairs.map(([what]) => ({ what, count: counts.get(what) ?? 0 })) };
}

const extra = "json_schema_extra";

/** Renames a keyword of the vendor's framework that OpenAPI 3.0 does not allow in a Schema Object. */
function renameSchemaExtra(schema: JsonObject): JsonObject {
  const value = get(schema, extra);
  if (value === undefined) return schema;
  const { [extra]: _, ...rest } = schema;
  return { ...rest, "x-json-schema-extra": value };
}

/** Adds the type to an enumeration of texts. */
function typeEnumerations(schema: JsonObject): JsonObject {
  const { enum: values, type } = schema;
  if (!Array.isArray(values) || type !== undefined || values.length === 0) return schema;
  return values.every(value => typeof value === "string") ? { ...schema, type: "string" } : schema;
}

/** Drops an empty list of required properties, which OpenAPI 3.0 does not allow. */
function dropEmptyRequired(schema: JsonObject): JsonObject {
  if (!Array.isArray(schema.required) || schema.required.length > 0) return schema;
  const { required: _, ...rest } = schema;
  return rest;
}

/** Changes names in the mapping of a discriminator to references. OpenAPI 3.0 allows both. */
function referInMapping(schema: JsonObject, schemas: JsonObject): JsonObject {
  const mapping = get(schema.discriminator, "mapping");
  if (!isObject(schema.discriminator) || !isObject(mapping)) return schema;
  const referred = mapValues(mapping, target =>
    typeof target === "string" && Object.hasOwn(schemas, target) ? `#/components/schemas/${target}` : target,
  );
  return referred === mapping ? schema : { ...schema, discriminator: { ...schema.discriminator, mapping: referred } };
}

/** Drops empty descriptions, and the one that Python's frameworks give to every enumeration. */
function dropEmptyDescriptions(document: JsonObject): StepResult {
  let count = 0;
  const withoutEmptyDescription = (value: JsonObject): JsonObject => {
    const isEmpty = value.description === "" || value.description === "An enumeration.";
    if (!isEmpty || "content" in value) return value;
    count++;
    const { description: _, ...rest } = value;
    return rest;
  };
  const result = mapParts(document, (part, inside) => {
    // A response must have a description.
    const described = withoutEmptyDescription(part);
    if (described.responses === undefined) return inside(described);
    const { responses, ...rest } = described;
    return { ...inside(rest), responses };
  });
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
