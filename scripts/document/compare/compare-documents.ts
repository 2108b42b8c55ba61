import { schemasByDirection } from "../model/entities.ts";
import { canonical, get, isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { listOperations, type Operation, parametersOf } from "../model/operations.ts";
import { schemasOf, sharedPart } from "../model/references.ts";
import { byBump, type Change, type Directions } from "./change.ts";
import { compareSchemas } from "./compare-schemas.ts";

const request: Directions = { inRequest: true, inResponse: false };
const response: Directions = { inRequest: false, inResponse: true };

/**
 * Returns what changed between two normalised documents of one API client, breaking changes first. It compares what
 * callers send and receive. Order and the vendor's names do not count, but our own names do, because callers use them.
 */
export function compareDocuments(before: JsonObject, after: JsonObject): Change[] {
  const changes = [...compareOperations(before, after), ...compareNamedSchemas(before, after)];
  if (changes.length === 0 && canonical(before) !== canonical(after)) {
    return [{ bump: "patch", subject: "the document", what: "changed in details that affect no caller" }];
  }
  return changes.toSorted(byBump);
}

function compareOperations(before: JsonObject, after: JsonObject): Change[] {
  const [old, now] = [byCall(before), byCall(after)];
  const moved = movedCalls(old, now);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((call): Change[] => {
    const [was, is] = [old.get(call), now.get(call)];
    if (was === undefined)
      return [...moved.values()].includes(call) ? [] : [{ bump: "minor", subject: call, what: "is new" }];
    if (is === undefined) {
      const to = moved.get(call);
      return [{ bump: "major", subject: call, what: to === undefined ? "was removed" : `moved to ${to}` }];
    }
    return compareOperation(call, { document: before, operation: was }, { document: after, operation: is });
  });
}

const byCall = (document: JsonObject): Map<string, Operation> =>
  new Map(listOperations(document).map(each => [`${each.method.toUpperCase()} ${each.path}`, each]));

/** Maps old calls to new ones, for operations of which only the path changed, such as the name of a parameter. */
function movedCalls(old: ReadonlyMap<string, Operation>, now: ReadonlyMap<string, Operation>): Map<string, string> {
  const added = [...now].filter(([call]) => !old.has(call));
  return new Map(
    [...old].flatMap(([call, { operation }]): [string, string][] => {
      const to = added.find(([, other]) => other.operation.operationId === operation.operationId)?.[0];
      return now.has(call) || to === undefined || operation.operationId === undefined ? [] : [[call, to]];
    }),
  );
}

interface Side {
  document: JsonObject;
  operation: Operation;
}

function compareOperation(call: string, old: Side, now: Side): Change[] {
  const changes: Change[] = [];
  const [was, is] = [old.operation.operation, now.operation.operation];
  if (was.operationId !== is.operationId) {
    changes.push({ bump: "major", subject: call, what: `was renamed from ${was.operationId} to ${is.operationId}` });
  }
  const needs = (side: Side) => canonical(side.operation.operation.security ?? side.document.security ?? null);
  if (needs(old) !== needs(now)) changes.push({ bump: "major", subject: call, what: "requires different credentials" });
  if (was.deprecated !== true && is.deprecated === true)
    changes.push({ bump: "minor", subject: call, what: "is deprecated" });
  if (JSON.stringify([was.summary, was.description]) !== JSON.stringify([is.summary, is.description])) {
    changes.push({ bump: "patch", subject: call, what: "has a different description" });
  }
  return [
    ...changes,
    ...compareParameters(call, old, now),
    ...compareBodies(call, old, now),
    ...compareResponses(call, old, now),
  ];
}

/** Compares the parameters of each location (path, query, header, cookie) as the properties of one request object. */
function compareParameters(call: string, old: Side, now: Side): Change[] {
  const filter = now.operation.operation["x-filter"];
  const isShared = filter !== undefined && filter === old.operation.operation["x-filter"];
  return ["path", "query", "header", "cookie"].flatMap(location => {
    const rewritten = compareSerialisation(call, parametersIn(old, location), parametersIn(now, location));
    // Lists share their filters. The filter's schema is compared once, not for every list that takes it.
    if (location === "query" && isShared) return rewritten;
    const changes = compareSchemas(call, parameterObject(old, location), parameterObject(now, location), request);
    return [...rewritten, ...changes.map(change => ({ ...change, what: `${location} parameter ${change.what}` }))];
  });
}

/** Compares how parameters are written into a request. */
function compareSerialisation(call: string, old: readonly JsonObject[], now: readonly JsonObject[]): Change[] {
  const form = ({ style, explode, allowReserved, content }: JsonObject) =>
    canonical([style ?? null, explode ?? null, allowReserved ?? null, isObject(content) ? Object.keys(content) : null]);
  return now.flatMap((parameter): Change[] => {
    const before = old.find(({ name }) => name === parameter.name);
    if (before === undefined || form(before) === form(parameter)) return [];
    return [{ bump: "major", subject: call, what: `parameter \`${parameter.name}\` is serialized differently` }];
  });
}

const parametersIn = ({ document, operation }: Side, location: string): JsonObject[] => [
  ...parametersOf(document, { parameters: get(get(document.paths, operation.path), "parameters") ?? [] }, location),
  ...parametersOf(document, operation.operation, location),
];

function parameterObject(side: Side, location: string): JsonObject {
  const all = parametersIn(side, location);
  return {
    type: "object",
    required: all.filter(({ required }) => required === true).map(({ name }) => String(name)),
    properties: Object.fromEntries(
      all.map(({ name, schema = schemaOfContent(all, name), description }): [string, Json] => [
        String(name),
        isObject(schema) && description !== undefined ? { ...schema, description } : (schema ?? {}),
      ]),
    ),
  };
}

/** Returns the schema of a parameter that declares it under a media type. */
function schemaOfContent(all: readonly JsonObject[], name: Json | undefined): Json {
  const content = all.find(each => each.name === name)?.content;
  const [media] = isObject(content) ? Object.values(content) : [];
  return get(media, "schema") ?? {};
}

function compareBodies(call: string, old: Side, now: Side): Change[] {
  const [was, is] = [bodyOf(old), bodyOf(now)];
  const isRequired = get(is, "required") === true;
  if (was === undefined && is === undefined) return [];
  if (was === undefined) return [{ bump: isRequired ? "major" : "minor", subject: call, what: "accepts a body" }];
  if (is === undefined) return [{ bump: "major", subject: call, what: "no longer accepts a body" }];
  const changes: Change[] = [];
  const wasRequired = get(was, "required") === true;
  if (!wasRequired && isRequired) changes.push({ bump: "major", subject: call, what: "requires its body" });
  if (wasRequired && !isRequired) changes.push({ bump: "minor", subject: call, what: "no longer requires its body" });
  return [...changes, ...compareContents(call, "body", was, is, request)];
}

const bodyOf = ({ document, operation }: Side): Json | undefined => {
  const { requestBody } = operation.operation;
  return requestBody === undefined ? undefined : (sharedPart(document, requestBody) ?? requestBody);
};

function compareResponses(call: string, old: Side, now: Side): Change[] {
  const [was, is] = [responsesOf(old), responsesOf(now)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((status): Change[] => {
    const isSuccess = status.startsWith("2") || status === "default";
    const hadSuccess = Object.keys(was).some(each => each.startsWith("2"));
    if (!(status in was)) {
      const bump = isSuccess && hadSuccess ? "major" : "minor";
      return [{ bump, subject: call, what: `may return ${status}` }];
    }
    if (!(status in is)) {
      // A response without declared content is replaced by the responses that are declared now.
      const isKnown = get(was[status], "content") !== undefined;
      return [{ bump: isKnown ? "major" : "minor", subject: call, what: `no longer returns ${status}` }];
    }
    return compareContents(call, `response ${status}`, was[status], is[status], response);
  });
}

const responsesOf = ({ document, operation }: Side): JsonObject => {
  const { responses } = operation.operation;
  return isObject(responses) ? mapValues(responses, each => sharedPart(document, each) ?? each) : {};
};

function compareContents(
  call: string,
  part: string,
  was: Json | undefined,
  is: Json | undefined,
  directions: Directions,
): Change[] {
  const [old, now] = [get(was, "content"), get(is, "content")].map(content => (isObject(content) ? content : {}));
  if (old === undefined || now === undefined) return [];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((type): Change[] => {
    // If the response already had a media type, callers have to distinguish two.
    const isAnother = directions.inResponse && Object.keys(old).length > 0;
    if (!(type in old)) return [{ bump: isAnother ? "major" : "minor", subject: call, what: `${part} may be ${type}` }];
    if (!(type in now)) return [{ bump: "major", subject: call, what: `${part} can no longer be ${type}` }];
    const [before, after] = [get(old[type], "schema"), get(now[type], "schema")];
    return compareSchemas(call, before, after, directions).map(change => ({
      ...change,
      what: `${part} ${change.what}`,
    }));
  });
}

/** Compares each named schema once, however many operations refer to it. */
function compareNamedSchemas(before: JsonObject, after: JsonObject): Change[] {
  const [old, now] = [schemasOf(before), schemasOf(after)];
  const filters = new Set(
    [before, after].flatMap(document => listOperations(document).map(each => each.operation["x-filter"])),
  );
  const [was, is] = [schemasByDirection(before), schemasByDirection(after)];
  return Object.keys(old).flatMap((name): Change[] => {
    const [schema, next] = [old[name], now[name]];
    if (next === undefined) return [{ bump: "major", subject: name, what: "was removed as a type" }];
    const inRequest = was.inRequests.has(name) || is.inRequests.has(name) || filters.has(name);
    const inResponse = was.inResponses.has(name) || is.inResponses.has(name);
    return compareSchemas(name, schema, next, { inRequest, inResponse });
  });
}
