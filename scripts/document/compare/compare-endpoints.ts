import { isDeepStrictEqual } from "node:util";
import { canonical, get, isObject, type Json, type JsonObject } from "../model/json.ts";
import type { Bump, Change, Directions } from "./change.ts";
import { compareSchemas } from "./compare-schemas.ts";
import { compareSecurity } from "./compare-security.ts";
import { type Contents, type Endpoint, locations, withoutExtensions } from "./endpoint.ts";
import { codeOf, listOf } from "./words.ts";

export interface Side {
  document: JsonObject;
  endpoint: Endpoint;
}

const request: Directions = { inRequest: true, inResponse: false };
const response: Directions = { inRequest: false, inResponse: true };

/** Returns what changed in an operation. */
export function compareEndpoints(old: Side, now: Side): Change[] {
  const [was, is] = [old.endpoint, now.endpoint];
  if (isDeepStrictEqual(was, is)) return [];
  const { call } = is;
  const changes: Change[] = [];
  const report = (bump: Bump, what: string): void => {
    changes.push({ bump, subject: call, what });
  };
  if (was.operationId !== is.operationId) {
    report("major", `was renamed from ${codeOf(String(was.operationId))} to ${codeOf(String(is.operationId))}`);
  }
  if (!was.isDeprecated && is.isDeprecated) {
    changes.push({ bump: "minor", subject: call, what: "is deprecated", isDeprecation: true });
  }
  if (was.isDeprecated && !is.isDeprecated) report("patch", "is not deprecated any more");
  if (was.text !== is.text) report("patch", "has a different description");
  compareOthers(was.others, is.others, what => report("major", what));
  const inRules = [
    ...compareSecurity(call, was.security, is.security),
    ...compareServers(call, was.servers, is.servers),
    ...compareParameters(old, now),
    ...compareBodies(old, now),
    ...compareResponses(old, now),
  ];
  return [...changes, ...inRules];
}

/** Reports keywords that no rule knows. A caller who depends on one has to check it. */
function compareOthers(was: JsonObject, is: JsonObject, report: (what: string) => void): void {
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    if (canonical(was[key] ?? null) !== canonical(is[key] ?? null)) report(`has different ${codeOf(key)}`);
  }
}

function compareServers(call: string, was: readonly string[], is: readonly string[]): Change[] {
  const removed = was.filter(server => !is.includes(server));
  const added = is.filter(server => !was.includes(server));
  if (removed.length > 0) {
    const to = is.length === 0 ? "no address" : listOf(is, "or");
    return [{ bump: "major", subject: call, what: `is at ${to}, was at ${listOf(removed, "or")}` }];
  }
  return added.length === 0 ? [] : [{ bump: "minor", subject: call, what: `is also at ${listOf(added, "or")}` }];
}

/** Compares the parameters of each location as the properties of one request object. */
function compareParameters(old: Side, now: Side): Change[] {
  const { call, filter } = now.endpoint;
  const isShared = filter !== undefined && filter === old.endpoint.filter;
  return locations.flatMap(location => {
    const rewritten = compareSerialization(
      call,
      parametersIn(old.endpoint, location),
      parametersIn(now.endpoint, location),
    );
    // Lists share their filters. The filter's schema is compared once, not for every list that takes it.
    if (location === "query" && isShared) return rewritten;
    const [before, after] = [old, now].map(({ document, endpoint }) => ({
      document,
      schema: parameterSchema(endpoint, location),
    }));
    if (before === undefined || after === undefined) return rewritten;
    const changes = compareSchemas(before, after, request);
    return [
      ...rewritten,
      ...changes.map(({ path, ...change }) => ({
        ...change,
        subject: call,
        part: `${location} parameter ${codeOf(path)}`,
      })),
    ];
  });
}

/** The keywords of a parameter that say how it is written into a request. */
const serialization = ["style", "explode", "allowReserved", "allowEmptyValue"];
const inSchema = ["name", "in", "required", "schema", "description", "deprecated", "example", "examples", "content"];

function compareSerialization(call: string, old: readonly JsonObject[], now: readonly JsonObject[]): Change[] {
  const form = (parameter: JsonObject) =>
    canonical([
      ...serialization.map(key => parameter[key] ?? false),
      isObject(parameter.content) ? Object.keys(parameter.content) : null,
    ]);
  return now.flatMap((parameter): Change[] => {
    const before = old.find(({ name }) => name === parameter.name);
    if (before === undefined) return [];
    const part = `parameter ${codeOf(String(parameter.name))}`;
    const changes: Change[] = [];
    const report = (what: string) => changes.push({ bump: "major", subject: call, part, what });
    if (form(before) !== form(parameter)) report("is serialized differently");
    const [was, is] = [before, parameter].map(each =>
      Object.fromEntries(
        Object.entries(withoutExtensions(each)).filter(
          ([key]) => !serialization.includes(key) && !inSchema.includes(key),
        ),
      ),
    );
    compareOthers(was ?? {}, is ?? {}, report);
    return changes;
  });
}

const parametersIn = ({ parameters }: Endpoint, location: string): JsonObject[] =>
  parameters.filter(parameter => parameter.in === location);

/** Returns the parameters of one location as the schema of an object. */
export function parameterSchema(endpoint: Endpoint, location: string): JsonObject {
  const all = parametersIn(endpoint, location);
  return {
    type: "object",
    required: all.filter(({ required }) => required === true).map(({ name }) => String(name)),
    properties: Object.fromEntries(
      all.map(({ name, schema, content, description, deprecated }): [string, Json] => [
        String(name),
        {
          ...schemaOf(schema ?? schemaOfContent(content)),
          ...(description !== undefined && { description }),
          ...(deprecated === true && { deprecated }),
        },
      ]),
    ),
    additionalProperties: false,
  };
}

const schemaOf = (schema: Json | undefined): JsonObject => (isObject(schema) ? schema : {});

/** Returns the schema of a parameter or header that declares it under a media type. */
function schemaOfContent(content: Json | undefined): Json {
  const [media] = isObject(content) ? Object.values(content) : [];
  return get(media, "schema") ?? {};
}

function compareBodies(old: Side, now: Side): Change[] {
  const [was, is] = [old.endpoint.body, now.endpoint.body];
  const subject = now.endpoint.call;
  if (was === undefined && is === undefined) return [];
  if (was === undefined) return [{ bump: is?.isRequired ? "major" : "minor", subject, what: "accepts a body" }];
  if (is === undefined) return [{ bump: "major", subject, what: "no longer accepts a body" }];
  const changes: Change[] = [];
  if (!was.isRequired && is.isRequired) changes.push({ bump: "major", subject, what: "requires its body" });
  if (was.isRequired && !is.isRequired) changes.push({ bump: "minor", subject, what: "no longer requires its body" });
  compareOthers(was.others, is.others, what => changes.push({ bump: "major", subject, part: "body", what }));
  return [...changes, ...compareContents("body", was.contents, is.contents, old, now, request)];
}

function compareResponses(old: Side, now: Side): Change[] {
  const [was, is] = [old.endpoint.responses, now.endpoint.responses];
  const subject = now.endpoint.call;
  const hadSuccess = [...was.keys()].some(status => status.startsWith("2"));
  const replaced = new Set<string>();
  const changes = [...was].flatMap(([status, before]): Change[] => {
    const covering = coveringStatus(status, [...is.keys()]);
    const after = covering === undefined ? undefined : is.get(covering);
    if (after === undefined || covering === undefined) {
      // A response without declared content is replaced by the responses that are declared now.
      return [
        { bump: before.contents.size > 0 ? "major" : "minor", subject, what: `no longer returns ${codeOf(status)}` },
      ];
    }
    const part = `response ${codeOf(status)}`;
    const found: Change[] = [];
    if (covering !== status) {
      replaced.add(covering);
      // The types of a response list its statuses.
      const bump: Bump = status.startsWith("2") ? "major" : "minor";
      found.push({ bump, subject, part, what: `is now declared as ${codeOf(covering)}` });
    }
    compareOthers(before.others, after.others, what => found.push({ bump: "major", subject, part, what }));
    return [
      ...found,
      ...compareHeaders(part, before.headers, after.headers, old, now),
      ...compareContents(part, before.contents, after.contents, old, now, response),
    ];
  });
  const added = [...is.keys()].filter(status => !was.has(status) && !replaced.has(status));
  return [
    ...changes,
    ...added.map((status): Change => {
      const isSuccess = status.startsWith("2") || status === "default";
      return { bump: isSuccess && hadSuccess ? "major" : "minor", subject, what: `may return ${codeOf(status)}` };
    }),
  ];
}

/** Returns the declared status that includes a status: itself, its range or the default. */
export const coveringStatus = (status: string, declared: readonly string[]): string | undefined =>
  [status, `${status[0]}XX`, "default"].find(each => declared.includes(each));

function compareHeaders(part: string, was: JsonObject, is: JsonObject, old: Side, now: Side): Change[] {
  const schema = (headers: JsonObject): JsonObject =>
    parameterSchema(
      {
        ...now.endpoint,
        parameters: Object.entries(headers).map(([name, header]) => ({
          ...(isObject(header) ? header : {}),
          name,
          in: "header",
        })),
      },
      "header",
    );
  const [before, after] = [schema(was), schema(is)];
  return compareSchemas(
    { document: old.document, schema: before },
    { document: now.document, schema: after },
    response,
  ).map(({ path, ...change }) => ({ ...change, subject: now.endpoint.call, part: `${part} header ${codeOf(path)}` }));
}

function compareContents(
  part: string,
  was: Contents,
  is: Contents,
  old: Side,
  now: Side,
  directions: Directions,
): Change[] {
  const subject = now.endpoint.call;
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((type): Change[] => {
    const [before, after] = [was.get(type), is.get(type)];
    // If the response already had a media type, callers have to distinguish two.
    const isAnother = directions.inResponse && was.size > 0;
    if (before === undefined) {
      return [{ bump: isAnother ? "major" : "minor", subject, part, what: `may be ${codeOf(type)}` }];
    }
    if (after === undefined) return [{ bump: "major", subject, part, what: `can no longer be ${codeOf(type)}` }];
    const changes: Change[] = [];
    const report = (what: string) => changes.push({ bump: "major", subject, part, what });
    compareOthers(mediaOthers(before), mediaOthers(after), report);
    const found = compareSchemas(
      { document: old.document, schema: before.schema },
      { document: now.document, schema: after.schema },
      directions,
    );
    return [
      ...changes,
      ...found.map(({ path, ...change }) => ({
        ...change,
        subject,
        part: path === "" ? part : `${part} ${codeOf(path)}`,
      })),
    ];
  });
}

const mediaOthers = ({ schema: _, example: __, examples: ___, ...others }: JsonObject): JsonObject =>
  withoutExtensions(others);
