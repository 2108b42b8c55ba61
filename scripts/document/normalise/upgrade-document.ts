import { upgradeFromTwoToThree } from "@scalar/openapi-upgrader/2.0-to-3.0";
import { copyDeep, get, isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { isMethod } from "../model/operations.ts";
import { unescapeStep } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/** Converts a Swagger 2.0 document to the equivalent OpenAPI 3.0 document. */
export function upgradeDocument(document: JsonObject): StepResult {
  if (document.swagger === undefined) return { document, findings: [] };
  // A clone, because the library changes its argument.
  const upgraded = upgradeFromTwoToThree(copyDeep(moveBodies(document)));
  // The result contains values that are `undefined`, which do not exist in JSON.
  const plain: JsonObject = JSON.parse(JSON.stringify(upgraded));
  return { document: plain, findings: [{ what: "upgraded from Swagger 2.0", count: 1 }] };
}

/**
 * Moves shared parameters that describe a body into the operations that use them. OpenAPI 3.0 has no such parameters,
 * and the library keeps references to them among the other parameters.
 */
function moveBodies(document: JsonObject): JsonObject {
  const shared = isObject(document.parameters) ? document.parameters : {};
  const resolve = (parameter: Json): Json => {
    const [, name] = /^#\/parameters\/([^/]+)$/.exec(String(get(parameter, "$ref"))) ?? [];
    const target = name === undefined ? undefined : get(shared, unescapeStep(name));
    return target !== undefined && isBody(target) ? target : parameter;
  };
  const parametersOf = (part: JsonObject): Json[] =>
    Array.isArray(part.parameters) ? part.parameters.map(resolve) : [];
  const paths = mapValues(isObject(document.paths) ? document.paths : {}, item => {
    if (!isObject(item)) return item;
    const inherited = parametersOf(item);
    const bodies = inherited.filter(isBody);
    const moved = mapValues(item, (operation, method) => {
      if (!isMethod(method) || !isObject(operation)) return operation;
      const own = parametersOf(operation);
      // A parameter of an operation replaces the one of its path with the same name. There is only one body.
      const isReplaced = (body: Json): boolean =>
        own.some(each => get(each, "in") === "body" || (isBody(each) && get(each, "name") === get(body, "name")));
      return { ...operation, parameters: [...own, ...bodies.filter(body => !isReplaced(body))] };
    });
    return { ...moved, parameters: inherited.filter(parameter => !isBody(parameter)) };
  });
  const others = Object.entries(shared).filter(([, parameter]) => !isBody(parameter));
  return { ...document, paths, parameters: Object.fromEntries(others) };
}

const isBody = (parameter: Json): boolean => ["body", "formData"].includes(String(get(parameter, "in")));
