import { get, isObject, type Json, type JsonObject, mapValues } from "./json.ts";
import { perDocument } from "./per-document.ts";
import { resolveSchema, schemasOf, sharedPart, unwrap } from "./references.ts";

const methods = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

export const isMethod = (key: string): boolean => methods.has(key);

export interface Operation {
  method: string;
  path: string;
  operation: JsonObject;
}

export const listOperations: (document: JsonObject) => readonly Operation[] = perDocument(document => {
  const { paths } = document;
  if (!isObject(paths)) return [];
  return Object.entries(paths).flatMap(([path, item]) =>
    isObject(item)
      ? Object.entries(item).flatMap(([method, operation]) =>
          isMethod(method) && isObject(operation) ? [{ method, path, operation }] : [],
        )
      : [],
  );
});

/** Returns the document with each operation changed. */
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

/**
 * Returns the operation's own parameters in one location, such as `query`. It does not return those of its path item.
 */
export function parametersOf(document: JsonObject, operation: JsonObject, location: string): JsonObject[] {
  const { parameters } = operation;
  return (Array.isArray(parameters) ? parameters : [])
    .map(parameter => sharedPart(document, parameter) ?? parameter)
    .filter(isObject)
    .filter(parameter => parameter.in === location);
}

/** Returns the content of the first successful response, by media type. */
function responseContent(document: JsonObject, operation: JsonObject): Json | undefined {
  if (!isObject(operation.responses)) return undefined;
  const [, response] = Object.entries(operation.responses).find(([status]) => /^2/.test(status)) ?? [];
  return get(response === undefined ? undefined : (sharedPart(document, response) ?? response), "content");
}

/** Returns the JSON schema of the first successful response, without resolving a reference. */
export const responseSchema = (document: JsonObject, operation: JsonObject): Json | undefined =>
  unwrap(get(get(responseContent(document, operation), "application/json"), "schema"));

/** Returns true if a successful response is a list without an envelope. */
export const returnsBareList = (document: JsonObject, operation: JsonObject): boolean =>
  get(resolveSchema(document, responseSchema(document, operation)), "items") !== undefined;

/** Returns true if a successful response has a content, and none of it is JSON. */
export function returnsFile(document: JsonObject, operation: JsonObject): boolean {
  const types = Object.keys(responseContent(document, operation) ?? {});
  return types.length > 0 && !types.some(type => type.includes("json"));
}

/** Returns the statuses of success that an operation declares. */
export const successStatuses = ({ responses }: JsonObject): string[] =>
  isObject(responses) ? Object.keys(responses).filter(status => /^2/.test(status)) : [];

/** Returns the JSON schema of a request body, without resolving a reference. */
export function bodySchema(document: JsonObject, { requestBody }: JsonObject): Json | undefined {
  const body = requestBody === undefined ? undefined : (sharedPart(document, requestBody) ?? requestBody);
  return unwrap(get(get(get(body, "content"), "application/json"), "schema"));
}

/** Returns the schema of the items of a request body that is a list. */
export const bodyItem = (document: JsonObject, operation: JsonObject): Json | undefined =>
  unwrap(get(resolveSchema(document, bodySchema(document, operation)), "items"));

/** Returns the fields of a response's envelope, each with its schema. */
export function envelopeOf(document: JsonObject, operation: JsonObject): JsonObject {
  const properties = get(resolveSchema(document, responseSchema(document, operation)), "properties");
  return isObject(properties) ? properties : {};
}

/** Returns the schema of the record in a response's envelope, or of the items of the list in it. */
export function responseItem(document: JsonObject, operation: JsonObject): Json | undefined {
  const data = unwrap(get(envelopeOf(document, operation), "data"));
  return unwrap(get(resolveSchema(document, data), "items")) ?? data;
}

/** Returns true for a list: its request has `page_num`, or its response has `total_pages` (docs/qbench-api.md §4.1). */
export const isList = (document: JsonObject, operation: JsonObject): boolean =>
  parametersOf(document, operation, "query").some(({ name }) => name === "page_num") ||
  returnsPage(document, operation);

export const returnsPage = (document: JsonObject, operation: JsonObject): boolean =>
  get(envelopeOf(document, operation), "total_pages") !== undefined;

/** Returns true for a document of QBench. Steps that depend on QBench's conventions apply to no other document. */
export const isQBench = (document: JsonObject): boolean =>
  isObject(document.paths) && Object.keys(document.paths).some(path => path.startsWith("/qbench/"));
