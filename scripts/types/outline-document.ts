import type {
  BodyOutline,
  FieldOutline,
  FieldType,
  OperationOutline,
} from "../../packages/types/src/common/outline.ts";
import { simplifySchema } from "../document/compare/simplify-schema.ts";
import { hideFields } from "../document/model/hide-fields.ts";
import { dropKeys, get, isObject, type Json, type JsonObject, mapValues } from "../document/model/json.ts";
import { bodySchema, isList, listOperations, type Operation, responseSchema } from "../document/model/operations.ts";
import { resolveSchema, schemasOf, sharedPart, withSchemas } from "../document/model/references.ts";

/** Returns the outline of each operation, by its method and path. */
export function outlineDocument(document: JsonObject): Map<string, OperationOutline> {
  const prepared = withoutSharedTexts(hideFields(document));
  return new Map(
    listOperations(prepared).map(each => [
      `${each.method.toUpperCase()} ${each.path}`,
      outlineOperation(prepared, each),
    ]),
  );
}

/** Removes the descriptions of named schemas. They describe a type, not the fields that have it. */
const withoutSharedTexts = (document: JsonObject): JsonObject =>
  withSchemas(
    document,
    mapValues(schemasOf(document), schema =>
      isObject(schema) ? dropKeys(schema, key => key === "description") : schema,
    ),
  );

function outlineOperation(document: JsonObject, each: Operation): OperationOutline {
  const { operation } = each;
  const summary = toLine(operation.summary);
  const body = outlineBody(document, operation);
  const record = recordOf(document, operation);
  return {
    ...(summary && { summary }),
    query: queryOf(document, each),
    ...(body && { body }),
    ...(record && { record }),
  };
}

/** Returns the query parameters of an operation. Its own ones replace those of its path that have the same name. */
function queryOf(document: JsonObject, { path, operation }: Operation): FieldOutline[] {
  const parameters = [get(get(document.paths, path), "parameters") ?? [], operation.parameters ?? []]
    .flat()
    .map(parameter => sharedPart(document, parameter) ?? parameter)
    .filter(isObject)
    .filter(parameter => parameter.in === "query");
  const byName = new Map(parameters.map(parameter => [String(parameter.name), parameter]));
  return [...byName].map(([name, { schema, description }]) => outlineField(document, name, schema, description));
}

function outlineBody(document: JsonObject, operation: JsonObject): BodyOutline | undefined {
  const body = alternativesOf(document, bodySchema(document, operation));
  const fields = fieldsOf(document, withItems(document, body));
  return fields && { isList: body.every(isArray), fields };
}

/** Returns the fields of the records in a response. Returns undefined if a record may have undeclared fields. */
function recordOf(document: JsonObject, operation: JsonObject): FieldOutline[] | undefined {
  const response = alternativesOf(document, responseSchema(document, operation));
  const records = withItems(
    document,
    response.flatMap(each => alternativesOf(document, dataOf(document, operation, each) ?? each)),
  );
  const isClosed = records.every(({ additionalProperties }) => (additionalProperties ?? false) === false);
  return isClosed ? fieldsOf(document, records) : undefined;
}

/** Returns what an envelope contains. Besides `data` it has its page, or its own address and type (docs/qbench-api.md §5.1). */
function dataOf(document: JsonObject, operation: JsonObject, response: JsonObject): Json | undefined {
  const { data, ...others } = isObject(response.properties) ? response.properties : {};
  const isEnvelope = isList(document, operation) || Object.keys(others).every(name => name.startsWith("_"));
  return isEnvelope ? data : undefined;
}

const isArray = ({ type }: JsonObject): boolean => type === "array";

/** Replaces each list by its items. */
const withItems = (document: JsonObject, schemas: readonly JsonObject[]): JsonObject[] =>
  schemas.flatMap(schema => (isArray(schema) ? alternativesOf(document, schema.items) : [schema]));

/** Returns the fields of objects. A field that several of them have, such as those of a union, has all their types. */
function fieldsOf(document: JsonObject, schemas: readonly JsonObject[]): FieldOutline[] | undefined {
  const objects = schemas.filter(({ type }) => type === "object");
  if (objects.length === 0) return undefined;
  const byName = Map.groupBy(
    objects.flatMap(({ properties }) => Object.entries(isObject(properties) ? properties : {})),
    ([name]) => name,
  );
  return [...byName].map(([name, entries]) => {
    const [first = {}, ...others] = entries.map(([, schema]) => schema);
    const schema = others.length === 0 ? first : { anyOf: [first, ...others] };
    return outlineField(document, name, schema, get(first, "description"));
  });
}

function outlineField(
  document: JsonObject,
  name: string,
  schema: Json | undefined,
  description: Json | undefined,
): FieldOutline {
  const alternatives = alternativesOf(document, schema);
  const each = withItems(document, alternatives);
  const values = each.every(one => Array.isArray(one.enum)) ? each.flatMap(one => [one.enum ?? []].flat()) : [];
  const text = toLine(description ?? get(schema, "description"));
  return {
    name,
    type: unite(each.map(typeOf)),
    ...(alternatives.some(isArray) && { isList: true }),
    ...(values.length > 0 && { values: [...new Set(values.map(String))] }),
    ...(text && { description: text }),
  };
}

/** Returns the types that a value can have, without null, references and unions. Each named schema occurs once. */
function alternativesOf(document: JsonObject, schema: Json | undefined): JsonObject[] {
  const seen = new Set<JsonObject>();
  function split({ $ref, anyOf, allOf, ...own }: JsonObject): JsonObject[] {
    if ($ref !== undefined) {
      const target = resolveSchema(document, { $ref });
      if (target === undefined || seen.has(target)) return [];
      seen.add(target);
      return split(simplifySchema(document, target));
    }
    const alternatives = Array.isArray(anyOf) ? anyOf.filter(isObject).flatMap(split) : [own];
    if (!Array.isArray(allOf)) return alternatives;
    // Parts that could not be written as one schema. Those without a type only limit the values of the others.
    return [...alternatives, ...allOf.filter(isObject).flatMap(split)].filter(({ type }) => type !== undefined);
  }
  return split(simplifySchema(document, schema));
}

const dateTypes: Record<string, FieldType> = {
  "qbench-date": "date",
  "qbench-date-time": "date-time",
  "qbench-unix-seconds": "unix-seconds",
};

const types: Record<string, FieldType> = {
  boolean: "boolean",
  integer: "integer",
  number: "number",
  object: "object",
  string: "text",
};

const typeOf = ({ type, format }: JsonObject): FieldType => dateTypes[String(format)] ?? types[String(type)] ?? "any";

function unite(alternatives: readonly FieldType[]): FieldType {
  const [first = "any", ...others] = new Set(alternatives);
  if (others.length === 0) return first;
  return [first, ...others].every(type => type === "integer" || type === "number") ? "number" : "any";
}

const toLine = (text: Json | undefined): string =>
  typeof text === "string" ? text.replaceAll(/\s+/g, " ").trim() : "";
