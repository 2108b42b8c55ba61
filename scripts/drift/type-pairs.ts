import { isDeepStrictEqual } from "node:util";
import { directionsOfSchemas } from "../document/compare/compare-documents.ts";
import { coveringStatus, parameterSchema } from "../document/compare/compare-endpoints.ts";
import { type Contents, type Endpoint, listEndpoints, locations } from "../document/compare/endpoint.ts";
import { canonical, isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { schemasOf } from "../document/model/references.ts";
import type { Direction } from "./strict-types.ts";

/** What callers send to an operation or as a schema, or what they read from it, before and after a change. */
export interface TypePair {
  subject: string;
  direction: Direction;
  was: Json;
  /** Undefined if it was removed. */
  is: Json | undefined;
}

export interface Versions {
  before: JsonObject;
  after: JsonObject;
}

/**
 * Returns the operations and schemas of which more than texts differ. References stay: if two versions refer to one
 * name, the schema of that name is a pair of its own.
 */
export function listTypePairs({ before, after }: Versions): TypePair[] {
  const pairs = [...schemaPairs(before, after), ...operationPairs(before, after)];
  return pairs.filter(
    ({ was, is }) => is === undefined || canonical(withoutTexts(was)) !== canonical(withoutTexts(is)),
  );
}

function schemaPairs(before: JsonObject, after: JsonObject): TypePair[] {
  const [old, now] = [schemasOf(before), schemasOf(after)];
  const directionsOf = directionsOfSchemas(before, after);
  return Object.entries(old).flatMap(([subject, was]): TypePair[] => {
    const is = now[subject];
    if (is === undefined) return [{ subject, direction: "read", was, is }];
    if (isDeepStrictEqual(was, is)) return [];
    const { inRequest, inResponse } = directionsOf(subject);
    return [
      ...(inRequest ? [{ subject, direction: "sent", was, is } as const] : []),
      ...(inResponse ? [{ subject, direction: "read", was, is } as const] : []),
    ];
  });
}

function operationPairs(before: JsonObject, after: JsonObject): TypePair[] {
  const now = listEndpoints(after);
  return [...listEndpoints(before)].flatMap(([subject, was]): TypePair[] => {
    const is = now.get(subject);
    if (is === undefined) return [{ subject, direction: "sent", was: sentBy(was, false), is }];
    if (isDeepStrictEqual(was, is)) return [];
    const isShared = was.filter !== undefined && was.filter === is.filter;
    const [[oldResponses, newResponses], sent] = [responsesOf(was, is), [was, is].map(each => sentBy(each, isShared))];
    return [
      { subject, direction: "sent", was: sent[0] ?? {}, is: sent[1] ?? {} },
      { subject, direction: "read", was: oldResponses, is: newResponses },
    ];
  });
}

/** Returns the schema of all that a caller sends: parameters by location, and the body by media type. */
function sentBy(endpoint: Endpoint, withoutQuery: boolean): JsonObject {
  const given = locations
    .filter(location => !(withoutQuery && location === "query"))
    .map(location => [location, parameterSchema(endpoint, location)] as const)
    .filter(([, { properties }]) => isObject(properties) && Object.keys(properties).length > 0);
  const { body } = endpoint;
  return objectOf(
    [...given, ...(body === undefined ? [] : [["body", oneOf(body.contents)] as const])],
    [
      ...given.filter(([, { required }]) => [required].flat().length > 0).map(([location]) => location),
      ...(body?.isRequired ? ["body"] : []),
    ],
  );
}

/** Returns the schemas of all responses by status. A status without content says nothing about its body. */
function responsesOf(was: Endpoint, is: Endpoint): [JsonObject, JsonObject] {
  const old: [string, JsonObject][] = [];
  const now: [string, JsonObject][] = [];
  for (const [status, { contents }] of was.responses) {
    if (contents.size === 0) continue;
    old.push([status, oneOf(contents)]);
    const covering = coveringStatus(status, [...is.responses.keys()]);
    const response = covering === undefined ? undefined : is.responses.get(covering);
    if (response !== undefined) now.push([status, oneOf(response.contents)]);
  }
  return [objectOf(old), objectOf(now)];
}

/** Returns the union of the media types. Each is a schema by its name, because callers choose or distinguish them. */
function oneOf(contents: Contents): JsonObject {
  const alternatives = [...contents]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, { schema }]) => objectOf([[type, isObject(schema) ? schema : {}]]));
  return alternatives.length === 1 ? (alternatives[0] ?? {}) : alternatives.length === 0 ? {} : { oneOf: alternatives };
}

/** The additional field keeps an object without fields from being one with any fields. */
const objectOf = (
  properties: readonly (readonly [string, JsonObject])[],
  required: readonly string[] = properties.map(([name]) => name),
): JsonObject => ({
  type: "object",
  properties: { ...Object.fromEntries(properties), "": { enum: [""] } },
  required: [...required, ""],
});

const texts = new Set(["description", "title", "summary", "example", "examples", "externalDocs", "deprecated"]);

/** Returns a schema without what types do not express. Fields may have any name, also that of a text. */
function withoutTexts(value: Json, isFields = false): Json {
  if (Array.isArray(value)) return value.map(each => withoutTexts(each));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => isFields || !(key.startsWith("x-") || texts.has(key)));
  return Object.fromEntries(
    entries.map(([key, child]) => [key, withoutTexts(child, key === "properties" && !isFields)]),
  );
}
