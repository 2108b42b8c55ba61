import { canonical, get, isObject, type Json, type JsonObject } from "../model/json.ts";
import type { Change } from "./change.ts";
import type { Endpoint } from "./endpoint.ts";
import { listOf } from "./words.ts";

/** Compares the credentials that an operation requires: schemes and their scopes. */
export function compareSecurity(call: string, was: Endpoint["security"], is: Endpoint["security"]): Change[] {
  const [stays, stayed] = [was.every(each => isEnough(each, is)), is.every(each => isEnough(each, was))];
  if (stays && stayed) return [];
  const what = stays ? "requires fewer credentials" : "requires different credentials";
  return [{ bump: stays ? "minor" : "major", subject: call, what: `${what}: ${show(is)}, was ${show(was)}` }];
}

/** Returns true if a request with these credentials satisfies one of the alternatives. */
const isEnough = (given: ReadonlyMap<string, readonly string[]>, alternatives: Endpoint["security"]): boolean =>
  alternatives.some(needed =>
    [...needed].every(
      ([scheme, scopes]) => scopes.every(scope => given.get(scheme)?.includes(scope)) && given.has(scheme),
    ),
  );

const show = (security: Endpoint["security"]): string =>
  listOf(
    security.map(each =>
      each.size === 0
        ? "nothing"
        : [...each]
            .map(([scheme, scopes]) => (scopes.length > 0 ? `${scheme} (${scopes.join(", ")})` : scheme))
            .join(" + "),
    ),
    "or",
  );

/** Compares how each scheme signs a request. */
export function compareSecuritySchemes(before: JsonObject, after: JsonObject): Change[] {
  const [old, now] = [schemesOf(before), schemesOf(after)];
  return Object.entries(old).flatMap(([name, scheme]): Change[] => {
    const next = now[name];
    if (next === undefined || canonical(meaningOf(scheme)) === canonical(meaningOf(next))) return [];
    return [{ bump: "major", subject: `securitySchemes.${name}`, what: "signs requests differently" }];
  });
}

const schemesOf = (document: JsonObject): JsonObject => {
  const schemes = get(document.components, "securitySchemes");
  return isObject(schemes) ? schemes : {};
};

/** Returns a scheme without its texts. The scopes of a flow are only a list for people. */
function meaningOf(scheme: Json): Json {
  if (!isObject(scheme)) return scheme;
  const { description: _, bearerFormat: __, flows, ...rest } = scheme;
  const urls = Object.entries(isObject(flows) ? flows : {}).map(([name, flow]): [string, Json] => {
    const { scopes: ___, ...addresses } = isObject(flow) ? flow : {};
    return [name, addresses];
  });
  return { ...rest, flows: Object.fromEntries(urls) };
}
