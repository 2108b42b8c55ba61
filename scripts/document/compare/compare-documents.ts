import { schemasByDirection } from "../model/entities.ts";
import { canonical, isObject, type JsonObject } from "../model/json.ts";
import { listOperations } from "../model/operations.ts";
import { schemasOf } from "../model/references.ts";
import { byBump, type Change, type Directions } from "./change.ts";
import { compareDateFields } from "./compare-date-fields.ts";
import { compareEndpoints } from "./compare-endpoints.ts";
import { compareSchemas } from "./compare-schemas.ts";
import { compareSecuritySchemes } from "./compare-security.ts";
import { listEndpoints } from "./endpoint.ts";
import { resourceCalls } from "./resource-calls.ts";
import { codeOf } from "./words.ts";

/** Returns the differences that rules find, breaking changes first. Texts and order do not break callers. */
export function compareDocuments(before: JsonObject, after: JsonObject): Change[] {
  return [
    ...compareOperations(before, after),
    ...compareNamedSchemas(before, after),
    ...compareDateFields(before, after),
    ...compareSecuritySchemes(before, after),
    ...compareOthers(before, after),
  ].toSorted(byBump);
}

function compareOperations(before: JsonObject, after: JsonObject): Change[] {
  const [old, now] = [listEndpoints(before), listEndpoints(after)];
  const [oldCalls, newCalls] = [resourceCalls(before), resourceCalls(after)];
  const added = [...now.keys()].filter(call => !old.has(call));
  const moved = new Map<string, string>();
  for (const [call, { operationId }] of old) {
    if (now.has(call)) continue;
    const shape = shapeOf(call);
    const to = added.find(each => {
      const other = now.get(each)?.operationId;
      return shapeOf(each) === shape || (other !== undefined && other === operationId);
    });
    if (to !== undefined) moved.set(call, to);
  }
  const targets = new Set(moved.values());
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((call): Change[] => {
    const [was, is] = [old.get(call), now.get(call)];
    if (was === undefined) return targets.has(call) ? [] : [{ bump: "minor", subject: call, what: "is new" }];
    if (is === undefined) {
      const to = moved.get(call);
      return [{ bump: "major", subject: call, what: to === undefined ? "was removed" : `moved to ${codeOf(to)}` }];
    }
    const [method, next] = [oldCalls.get(call), newCalls.get(call)];
    const renamed: Change[] =
      method?.name === next?.name || method === undefined
        ? []
        : [{ bump: "major", subject: call, what: `is now ${codeOf(next?.name ?? call)}` }];
    const reshaped: Change[] =
      method?.returns === next?.returns || next === undefined || renamed.length > 0
        ? []
        : [{ bump: "major", subject: call, what: "returns another kind of result from its method" }];
    return [
      ...renamed,
      ...reshaped,
      ...compareEndpoints({ document: before, endpoint: was }, { document: after, endpoint: is }),
    ];
  });
}

/** Returns the call without the names of its path parameters. */
const shapeOf = (call: string): string => call.replaceAll(/\{[^{}]*\}/g, "{}");

/** Compares each named schema once, however many operations refer to it. */
function compareNamedSchemas(before: JsonObject, after: JsonObject): Change[] {
  const [old, now] = [schemasOf(before), schemasOf(after)];
  const directionsOf = directionsOfSchemas(before, after);
  return Object.entries(old).flatMap(([name, schema]): Change[] => {
    const next = now[name];
    if (next === undefined) return [{ bump: "major", subject: name, what: "was removed as a type" }];
    if (canonical(schema) === canonical(next)) return [];
    const changes = compareSchemas({ document: before, schema }, { document: after, schema: next }, directionsOf(name));
    return changes.map(({ path, ...change }) => ({ ...change, subject: name, ...(path !== "" && { field: path }) }));
  });
}

/** Returns a function that says where either document uses a schema. The schema of a filter is part of requests. */
export function directionsOfSchemas(before: JsonObject, after: JsonObject): (name: string) => Directions {
  const filters = [before, after].flatMap(document => listOperations(document).map(each => each.operation["x-filter"]));
  const [was, is] = [schemasByDirection(before), schemasByDirection(after)];
  return name => {
    const inRequest = was.inRequests.has(name) || is.inRequests.has(name) || filters.includes(name);
    const inResponse = was.inResponses.has(name) || is.inResponses.has(name);
    // Webhooks and the services themselves may use a schema in any way.
    return inRequest || inResponse ? { inRequest, inResponse } : { inRequest: true, inResponse: true };
  };
}

/** The parts of a document that are compared above, or that mean nothing to a caller. */
const comparedParts = new Set([
  "openapi",
  "info",
  "tags",
  "externalDocs",
  "paths",
  "components",
  "security",
  "servers",
]);
/** The components that are compared where an operation refers to them. */
const comparedComponents = new Set([
  ...["schemas", "responses", "parameters", "requestBodies", "headers", "securitySchemes", "examples"],
]);

/** Compares the parts of a document that no rule knows, such as webhooks. */
function compareOthers(before: JsonObject, after: JsonObject): Change[] {
  const others = (document: JsonObject) => [
    ...Object.entries(document).filter(([key]) => !comparedParts.has(key)),
    ...Object.entries(isObject(document.components) ? document.components : {}).filter(
      ([key]) => !comparedComponents.has(key),
    ),
  ];
  const [old, now] = [new Map(others(before)), new Map(others(after))];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((subject): Change[] => {
    const [was, is] = [old.get(subject), now.get(subject)];
    if (subject.startsWith("x-") || canonical(was ?? null) === canonical(is ?? null)) return [];
    return [
      was === undefined ? { bump: "minor", subject, what: "is new" } : { bump: "major", subject, what: "changed" },
    ];
  });
}
