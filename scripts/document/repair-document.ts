import type { StepResult } from "./finding.ts";
import { get, isObject, type Json, type JsonObject, mapValues } from "./json.ts";
import { mapSchemas } from "./map-schemas.ts";
import { isMethod } from "./operations.ts";
import { schemasOf } from "./references.ts";

/** Mends what makes the vendor's document invalid, and nothing else. */
export function repairDocument(document: JsonObject): StepResult {
  const unpadded = removePadding(document);
  const renamed = renameSchemaExtra(unpadded.document);
  const answered = describeResponses(renamed.document);
  const typed = typeEnumerations(answered.document);
  const mapped = referInMappings(dropEmptyRequired(typed.document));
  const described = dropEmptyDescriptions(mapped.document);
  return {
    document: described.document,
    findings: [unpadded, renamed, answered, typed, mapped, described].flatMap(({ findings }) => findings),
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

/** A keyword of the vendor's framework that no Schema Object of OpenAPI 3.0 may have. */
function renameSchemaExtra(document: JsonObject): StepResult {
  const [from, to] = ["json_schema_extra", "x-json-schema-extra"];
  let count = 0;
  const result = mapSchemas(document, schema => {
    const extra = get(schema, from);
    if (extra === undefined) return schema;
    count++;
    const { [from]: _, ...rest } = schema;
    return { ...rest, [to]: extra };
  });
  return { document: result, findings: [{ what: `${from} renamed to ${to}`, count }] };
}

/** An enumeration of texts without a type is of type string. */
function typeEnumerations(document: JsonObject): StepResult {
  let count = 0;
  const result = mapSchemas(document, schema => {
    const values = schema.enum;
    if (!Array.isArray(values) || schema.type !== undefined || values.length === 0) return schema;
    if (!values.every(value => typeof value === "string")) return schema;
    count++;
    return { ...schema, type: "string" };
  });
  return { document: result, findings: [{ what: "enumerations without a type made strings", count }] };
}

/** An empty list of required properties, which OpenAPI 3.0 does not allow and which says nothing. */
const dropEmptyRequired = (document: JsonObject): JsonObject =>
  mapSchemas(document, schema => {
    if (!Array.isArray(schema.required) || schema.required.length > 0) return schema;
    const { required: _, ...rest } = schema;
    return rest;
  });

/** A discriminator may name a schema where others have a reference to it (OpenAPI 3.0.3, 4.7.25.1). */
function referInMappings(document: JsonObject): StepResult {
  const schemas = schemasOf(document);
  let count = 0;
  const result = mapSchemas(document, schema => {
    const mapping = get(schema.discriminator, "mapping");
    if (!isObject(schema.discriminator) || !isObject(mapping)) return schema;
    const refer = (target: Json): Json => {
      if (typeof target !== "string" || !Object.hasOwn(schemas, target)) return target;
      count++;
      return `#/components/schemas/${target}`;
    };
    return { ...schema, discriminator: { ...schema.discriminator, mapping: mapValues(mapping, refer) } };
  });
  return {
    document: count === 0 ? document : result,
    findings: [{ what: "names in discriminators made references", count }],
  };
}

/** Descriptions that say nothing, such as the ones that Python's frameworks give to every enumeration. */
function dropEmptyDescriptions(document: JsonObject): StepResult {
  let count = 0;
  const drop = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(drop);
    if (!isObject(value)) return value;
    const entries = Object.entries(value).filter(([key, child]) => {
      // A response must have one.
      const isEmpty = key === "description" && (child === "" || child === "An enumeration.") && !("content" in value);
      if (isEmpty) count++;
      return !isEmpty;
    });
    return mapValues(Object.fromEntries(entries), (child, key) =>
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
