import { canonical, get, isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { isMethod, listOperations, type Operation, parametersOf } from "../model/operations.ts";
import { sharedPart } from "../model/references.ts";

/**
 * An operation as its callers see it: shared parts are resolved, defaults are written out, and parts that may have any
 * order have a fixed one.
 */
export interface Endpoint {
  /** Method and path: `GET /qbench/api/v2/orders`. */
  call: string;
  operationId: Json | undefined;
  isDeprecated: boolean;
  /** Summary and description. */
  text: string;
  /** Each way to sign a request: the schemes that it needs, each with its scopes. */
  security: ReadonlyMap<string, readonly string[]>[];
  servers: string[];
  /** The name of the schema that stands for the query. */
  filter: Json | undefined;
  parameters: JsonObject[];
  body: Body | undefined;
  /** By status. */
  responses: ReadonlyMap<string, EndpointResponse>;
  /** Keywords that no rule knows. */
  others: JsonObject;
}

interface Body {
  isRequired: boolean;
  contents: Contents;
  others: JsonObject;
}

interface EndpointResponse {
  contents: Contents;
  headers: JsonObject;
  others: JsonObject;
}

/** Media Type Objects by media type, without parameters such as `charset`. */
export type Contents = ReadonlyMap<string, JsonObject>;

export const locations = ["path", "query", "header", "cookie"] as const;

/** Returns the operations of a document by call. */
export const listEndpoints = (document: JsonObject): Map<string, Endpoint> =>
  new Map(
    listOperations(document).map(each => {
      const endpoint = readEndpoint(document, each);
      return [endpoint.call, endpoint];
    }),
  );

function readEndpoint(document: JsonObject, { method, path, operation }: Operation): Endpoint {
  const item = get(document.paths, path);
  const { operationId, deprecated, summary, description, security, servers, requestBody, responses, ...rest } =
    operation;
  const { parameters: _, tags: __, externalDocs: ___, "x-filter": filter, ...others } = rest;
  const needed = security ?? document.security;
  return {
    call: `${method.toUpperCase()} ${path}`,
    operationId,
    isDeprecated: deprecated === true,
    text: JSON.stringify([summary, description]),
    security: Array.isArray(needed) && needed.length > 0 ? needed.map(readScopes) : [new Map()],
    servers: readServers(servers ?? get(item, "servers") ?? document.servers),
    filter,
    parameters: locations.flatMap(location => {
      const own = parametersOf(document, operation, location);
      const shared = parametersOf(document, { parameters: get(item, "parameters") ?? [] }, location);
      const isReplaced = ({ name }: JsonObject) => own.some(each => each.name === name);
      return [...shared.filter(each => !isReplaced(each)), ...own].map(withDefaults);
    }),
    body: readBody(requestBody === undefined ? undefined : (sharedPart(document, requestBody) ?? requestBody)),
    responses: new Map(
      Object.entries(isObject(responses) ? responses : {}).map(([status, response]) => [
        /^\dxx$/i.test(status) ? status.toUpperCase() : status,
        readResponse(document, sharedPart(document, response) ?? response),
      ]),
    ),
    others: { ...itemOthers(item), ...withoutExtensions(others) },
  };
}

/** The keywords of a path that are read above. Texts of a path are not part of its operations. */
const itemKeywords = new Set(["parameters", "servers", "summary", "description"]);

const itemOthers = (item: Json | undefined): JsonObject =>
  Object.fromEntries(
    Object.entries(withoutExtensions(isObject(item) ? item : {})).filter(
      ([key]) => !itemKeywords.has(key) && !isMethod(key),
    ),
  );

const readScopes = (alternative: Json): ReadonlyMap<string, readonly string[]> =>
  new Map(
    Object.entries(isObject(alternative) ? alternative : {}).map(([scheme, scopes]) => [
      scheme,
      [scopes].flat().map(String).toSorted(),
    ]),
  );

const readServers = (servers: Json | undefined): string[] =>
  [servers]
    .flat()
    .filter(isObject)
    .map(({ description: _, ...server }) =>
      Object.keys(server).join() === "url" ? String(server.url) : canonical(server),
    );

/** Writes out how a parameter is serialized if the document leaves it to the default. */
function withDefaults(parameter: JsonObject): JsonObject {
  const style = parameter.style ?? (parameter.in === "query" || parameter.in === "cookie" ? "form" : "simple");
  return { ...parameter, style, explode: parameter.explode ?? style === "form" };
}

function readBody(body: Json | undefined): Body | undefined {
  if (!isObject(body)) return undefined;
  const { required, content, description: _, ...others } = body;
  return { isRequired: required === true, contents: readContents(content), others: withoutExtensions(others) };
}

function readResponse(document: JsonObject, response: Json): EndpointResponse {
  const { content, headers, description: _, ...others } = isObject(response) ? response : {};
  return {
    contents: readContents(content),
    headers: isObject(headers)
      ? Object.fromEntries(
          Object.entries(mapValues(headers, each => sharedPart(document, each) ?? each)).map(([name, header]) => [
            name.toLowerCase(),
            header,
          ]),
        )
      : {},
    others: withoutExtensions(others),
  };
}

const readContents = (content: Json | undefined): Contents =>
  new Map(
    Object.entries(isObject(content) ? content : {}).map(([type, media]) => [
      type.split(";")[0]?.trim().toLowerCase() ?? type,
      isObject(media) ? media : {},
    ]),
  );

export const withoutExtensions = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !key.startsWith("x-")));
