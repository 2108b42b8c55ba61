import { schemasByDirection } from "../model/entities.ts";
import { canonical, get, isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { listOperations, type Operation, parametersOf } from "../model/operations.ts";
import { schemasOf, sharedPart } from "../model/references.ts";
import { byBump, type Change, type Directions } from "./change.ts";
import { compareSchemas } from "./compare-schemas.ts";

const request: Directions = { sent: true, answered: false };
const answer: Directions = { sent: false, answered: true };

/**
 * What changed between two normalised documents of one API client, and what it asks of its callers; breaking changes first.
 * Judged by what they call and get, so that neither order nor the vendor's names count, but our own names do.
 */
export function compareDocuments(before: JsonObject, after: JsonObject): Change[] {
  const changes = [...compareOperations(before, after), ...compareNamedSchemas(before, after)];
  if (changes.length === 0 && canonical(before) !== canonical(after)) {
    return [{ bump: "patch", subject: "the document", what: "has other details, on which no call depends" }];
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
      return [{ bump: "major", subject: call, what: to === undefined ? "is gone" : `is now ${to}` }];
    }
    return compareOperation(call, { document: before, operation: was }, { document: after, operation: is });
  });
}

const byCall = (document: JsonObject): Map<string, Operation> =>
  new Map(listOperations(document).map(each => [`${each.method.toUpperCase()} ${each.path}`, each]));

/** An operation that only its path has changed of, a parameter's name commonly. */
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
    changes.push({ bump: "major", subject: call, what: `is called ${is.operationId}, was ${was.operationId}` });
  }
  const needs = (side: Side) => canonical(side.operation.operation.security ?? side.document.security ?? null);
  if (needs(old) !== needs(now)) changes.push({ bump: "major", subject: call, what: "needs other credentials" });
  if (was.deprecated !== true && is.deprecated === true)
    changes.push({ bump: "minor", subject: call, what: "is deprecated" });
  if (JSON.stringify([was.summary, was.description]) !== JSON.stringify([is.summary, is.description])) {
    changes.push({ bump: "patch", subject: call, what: "is described in other words" });
  }
  return [
    ...changes,
    ...compareParameters(call, old, now),
    ...compareBodies(call, old, now),
    ...compareAnswers(call, old, now),
  ];
}

/** As properties of one object for each place: a parameter is one more thing that a request holds. */
function compareParameters(call: string, old: Side, now: Side): Change[] {
  const filter = now.operation.operation["x-filter"];
  const isShared = filter !== undefined && filter === old.operation.operation["x-filter"];
  return ["path", "query", "header", "cookie"].flatMap(place => {
    const rewritten = compareSerialisation(call, parametersAt(old, place), parametersAt(now, place));
    // The query of a list is compared once for all lists that take it, as the schema of its filter.
    if (place === "query" && isShared) return rewritten;
    const changes = compareSchemas(call, parameterObject(old, place), parameterObject(now, place), request);
    return [...rewritten, ...changes.map(change => ({ ...change, what: `${place} parameter ${change.what}` }))];
  });
}

/** How parameters are written into a request. */
function compareSerialisation(call: string, old: readonly JsonObject[], now: readonly JsonObject[]): Change[] {
  const form = ({ style, explode, allowReserved, content }: JsonObject) =>
    canonical([style ?? null, explode ?? null, allowReserved ?? null, isObject(content) ? Object.keys(content) : null]);
  return now.flatMap((parameter): Change[] => {
    const before = old.find(({ name }) => name === parameter.name);
    if (before === undefined || form(before) === form(parameter)) return [];
    return [{ bump: "major", subject: call, what: `parameter \`${parameter.name}\` is written in another way` }];
  });
}

const parametersAt = ({ document, operation }: Side, place: string): JsonObject[] => [
  ...parametersOf(document, { parameters: get(get(document.paths, operation.path), "parameters") ?? [] }, place),
  ...parametersOf(document, operation.operation, place),
];

function parameterObject(side: Side, place: string): JsonObject {
  const all = parametersAt(side, place);
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

/** A parameter can have a media type, and its schema there. */
function schemaOfContent(all: readonly JsonObject[], name: Json | undefined): Json {
  const content = all.find(each => each.name === name)?.content;
  const [media] = isObject(content) ? Object.values(content) : [];
  return get(media, "schema") ?? {};
}

function compareBodies(call: string, old: Side, now: Side): Change[] {
  const [was, is] = [bodyOf(old), bodyOf(now)];
  const isRequired = get(is, "required") === true;
  if (was === undefined && is === undefined) return [];
  if (was === undefined) return [{ bump: isRequired ? "major" : "minor", subject: call, what: "takes a body" }];
  if (is === undefined) return [{ bump: "major", subject: call, what: "takes no body any more" }];
  const changes: Change[] = [];
  const wasRequired = get(was, "required") === true;
  if (!wasRequired && isRequired) changes.push({ bump: "major", subject: call, what: "needs its body" });
  if (wasRequired && !isRequired) changes.push({ bump: "minor", subject: call, what: "may do without its body" });
  return [...changes, ...compareContents(call, "body", was, is, request)];
}

const bodyOf = ({ document, operation }: Side): Json | undefined => {
  const { requestBody } = operation.operation;
  return requestBody === undefined ? undefined : (sharedPart(document, requestBody) ?? requestBody);
};

function compareAnswers(call: string, old: Side, now: Side): Change[] {
  const [was, is] = [answersOf(old), answersOf(now)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((status): Change[] => {
    const isSuccess = status.startsWith("2") || status === "default";
    const hadSuccess = Object.keys(was).some(each => each.startsWith("2"));
    if (!(status in was)) {
      const bump = isSuccess && hadSuccess ? "major" : "minor";
      return [{ bump, subject: call, what: `may be answered ${status}` }];
    }
    if (!(status in is)) {
      // An answer that nothing was known of is replaced by those that are declared.
      const isKnown = get(was[status], "content") !== undefined;
      return [{ bump: isKnown ? "major" : "minor", subject: call, what: `is no longer answered ${status}` }];
    }
    return compareContents(call, `answer ${status}`, was[status], is[status], answer);
  });
}

const answersOf = ({ document, operation }: Side): JsonObject => {
  const { responses } = operation.operation;
  return isObject(responses) ? mapValues(responses, response => sharedPart(document, response) ?? response) : {};
};

function compareContents(
  call: string,
  place: string,
  was: Json | undefined,
  is: Json | undefined,
  directions: Directions,
): Change[] {
  const [old, now] = [get(was, "content"), get(is, "content")].map(content => (isObject(content) ? content : {}));
  if (old === undefined || now === undefined) return [];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((type): Change[] => {
    // Where there was another answer, whoever reads it has two to tell apart.
    const isAnother = directions.answered && Object.keys(old).length > 0;
    if (!(type in old))
      return [{ bump: isAnother ? "major" : "minor", subject: call, what: `${place} may be ${type}` }];
    if (!(type in now)) return [{ bump: "major", subject: call, what: `${place} is no longer ${type}` }];
    const [before, after] = [get(old[type], "schema"), get(now[type], "schema")];
    return compareSchemas(call, before, after, directions).map(change => ({
      ...change,
      what: `${place} ${change.what}`,
    }));
  });
}

/** Named schemas are compared once, however many operations lead to them. */
function compareNamedSchemas(before: JsonObject, after: JsonObject): Change[] {
  const [old, now] = [schemasOf(before), schemasOf(after)];
  const filters = new Set(
    [before, after].flatMap(document => listOperations(document).map(each => each.operation["x-filter"])),
  );
  const [was, is] = [schemasByDirection(before), schemasByDirection(after)];
  return Object.keys(old).flatMap((name): Change[] => {
    const [schema, next] = [old[name], now[name]];
    if (next === undefined) return [{ bump: "major", subject: name, what: "is gone, as a type" }];
    const sent = was.sent.has(name) || is.sent.has(name) || filters.has(name);
    return compareSchemas(name, schema, next, { sent, answered: was.answered.has(name) || is.answered.has(name) });
  });
}
