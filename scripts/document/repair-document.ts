import type { StepResult } from "./finding.ts";
import { get, isObject, type Json, type JsonObject, mapValues } from "./json.ts";
import { mapSchemas } from "./map-schemas.ts";
import { isMethod } from "./operations.ts";

/** Mends what makes the vendor's document invalid, and nothing else. */
export function repairDocument(document: JsonObject): StepResult {
  const unpadded = removePadding(document);
  const renamed = renameSchemaExtra(unpadded.document);
  const answered = describeResponses(renamed.document);
  return {
    document: answered.document,
    findings: [...unpadded.findings, ...renamed.findings, ...answered.findings],
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
