import { get, isObject, type Json, type JsonObject, mapValues } from "./json.ts";
import { resolveSchema, schemasOf, sharedPart } from "./references.ts";

const methods = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

export const isMethod = (key: string): boolean => methods.has(key);

export interface Operation {
  method: string;
  path: string;
  operation: JsonObject;
}

export function listOperations(document: JsonObject): Operation[] {
  const { paths } = document;
  if (!isObject(paths)) return [];
  return Object.entries(paths).flatMap(([path, item]) =>
    isObject(item)
      ? Object.entries(item).flatMap(([method, operation]) =>
          isMethod(method) && isObject(operation) ? [{ method, path, operation }] : [],
        )
      : [],
  );
}

/** The document with each operation changed. */
export function mapOperations(document: JsonObject, change: (operation: Operation) => JsonObject): JsonObject {
  const { paths } = document;
  if (!isObject(paths)) return document;
  return {
    ...document,
    paths: mapValues(paths, (item, path) =>
      isObject(item)
        ? mapValues(item, (operation, method) =>
            isMethod(method) && isObject(operation) ? change({ method, path, operation }) : operation,
          )
        : item,
    ),
  };
}

export const countOperations = (document: JsonObject): number => listOperations(document).length;

export const countSchemas = (document: JsonObject): number => Object.keys(schemasOf(document)).length;

/** An operation's own parameters of one place, those of its path not among them. */
export function parametersOf(document: JsonObject, operation: JsonObject, place: string): JsonObject[] {
  const { parameters } = operation;
  return (Array.isArray(parameters) ? parameters : [])
    .map(parameter => sharedPart(document, parameter) ?? parameter)
    .filter(isObject)
    .filter(parameter => parameter.in === place);
}

/** The JSON schema of the first successful answer, as it stands there. */
function answerSchema(document: JsonObject, operation: JsonObject): Json | undefined {
  if (!isObject(operation.responses)) return undefined;
  const [, response] = Object.entries(operation.responses).find(([status]) => /^2/.test(status)) ?? [];
  const content = get(response === undefined ? undefined : (sharedPart(document, response) ?? response), "content");
  return get(get(content, "application/json"), "schema");
}

/** The statuses of success that an operation declares. */
export const successStatuses = ({ responses }: JsonObject): string[] =>
  isObject(responses) ? Object.keys(responses).filter(status => /^2/.test(status)) : [];

/** The schema of the items of a body that is a list. */
export function bodyItem(document: JsonObject, { requestBody }: JsonObject): Json | undefined {
  const body = requestBody === undefined ? undefined : (sharedPart(document, requestBody) ?? requestBody);
  const schema = get(get(get(body, "content"), "application/json"), "schema");
  return get(resolveSchema(document, schema), "items");
}

/** The fields of an answer's envelope, each with its schema. */
export function envelopeOf(document: JsonObject, operation: JsonObject): JsonObject {
  const properties = get(resolveSchema(document, answerSchema(document, operation)), "properties");
  return isObject(properties) ? properties : {};
}

/** What an answer's envelope holds: one schema, or the items of a list. */
export function answerItem(document: JsonObject, operation: JsonObject): Json | undefined {
  const data = get(envelopeOf(document, operation), "data");
  return get(resolveSchema(document, data), "items") ?? data;
}

/** QBench's lists have pages: asked for by `page_num`, answered with `total_pages` (facts 4.1). */
export const isList = (document: JsonObject, operation: JsonObject): boolean =>
  parametersOf(document, operation, "query").some(({ name }) => name === "page_num") ||
  answersPage(document, operation);

export const answersPage = (document: JsonObject, operation: JsonObject): boolean =>
  get(envelopeOf(document, operation), "total_pages") !== undefined;

/** Whether a document is QBench's: the rules that come from knowing QBench are for it alone. */
export const isQBench = (document: JsonObject): boolean =>
  isObject(document.paths) && Object.keys(document.paths).some(path => path.startsWith("/qbench/"));
