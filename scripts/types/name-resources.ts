import { byCodeUnit, get, isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { isPlural, toCamel, toSingular } from "../document/model/names.ts";
import {
  bodyItem,
  envelopeOf,
  isList,
  listOperations,
  type Operation,
  parametersOf,
  successStatuses,
} from "../document/model/operations.ts";
import { resolveSchema } from "../document/model/references.ts";

/** The calls of each resource, such as `GET /qbench/api/v2/orders/{order_id}`. */
export type ResourceTable = Record<string, Record<string, string>>;

const verbs: Record<string, string> = { get: "get", post: "create", patch: "update", put: "replace", delete: "delete" };

/**
 * Names that a client has already, or that mean something to the language: whatever has a `then` is awaited. What the
 * document calls so gets a `_` behind it.
 */
const reserved = new Set(["close", "constructor", "eject", "on", "paginate", "request", "resources", "then", "use"]);

/**
 * Every operation of a document but those for tokens, under the name that a person would guess. The names follow from method
 * and path, so that nothing the vendor adds changes them, and two documents call the same thing the same.
 *
 * What a client has to know beyond the path stands behind a `?`: `page_num` of a paged list, `last_updated` if it has that
 * filter, and `sort_by` if it can be sorted; `list` of a write that takes records and answers with them, and `echo` if these
 * have every field that can be sent; `data` of any other call whose answer is an envelope of `data` alone.
 */
export function nameResources(document: JsonObject): ResourceTable {
  const table = new Map<string, Map<string, string>>();
  const claims = Map.groupBy(
    listOperations(document).filter(({ path }) => !/^\/qbench\/(api\/v\d+\/auth|oauth2)\//.test(path)),
    ({ path }) => free(toCamel(nounsOf(path)[0] ?? "root"), new Map()),
  );
  for (const [resource, operations] of [...claims].toSorted(([a], [b]) => byCodeUnit(a, b))) {
    const calls = new Map<string, string>();
    // The shortest path has the shortest name; what is added later is longer, in general.
    for (const each of operations.toSorted(bySeniority)) {
      const short = shortName(document, each);
      calls.set(free(calls.has(short) ? longName(each) : short, calls), describe(document, each));
    }
    table.set(resource, calls);
  }
  return Object.fromEntries(
    [...table].map(([resource, calls]) => [
      resource,
      Object.fromEntries([...calls].toSorted(([a], [b]) => byCodeUnit(a, b))),
    ]),
  );
}

function describe(document: JsonObject, each: Operation): string {
  const marks = marksOf(document, each).join("&");
  return `${each.method.toUpperCase()} ${each.path}${marks && `?${marks}`}`;
}

function marksOf(document: JsonObject, { method, operation }: Operation): string[] {
  if (method === "get" && isList(document, operation)) {
    const names = parametersOf(document, operation, "query").map(({ name }) => name);
    return ["page_num", ...["last_updated", "sort_by"].filter(name => names.includes(name))];
  }
  const { data, ...others } = envelopeOf(document, operation);
  // An envelope says of itself where it is, and of what kind: `_self` and `_type` (facts 5.1).
  if (data === undefined || !Object.keys(others).every(key => key.startsWith("_"))) return [];
  const sent = fieldsOf(document, bodyItem(document, operation));
  const isUnknown = method === "patch" && !sent?.includes("id");
  const answered = fieldsOf(document, get(resolveSchema(document, data), "items"));
  if (!sent || !answered || isUnknown) return ["data"];
  return sent.every(field => answered.includes(field)) ? ["list", "echo"] : ["list"];
}

function fieldsOf(document: JsonObject, schema: Json | undefined): string[] | undefined {
  const fields = get(resolveSchema(document, schema), "properties");
  return isObject(fields) ? Object.keys(fields) : undefined;
}

function shortName(document: JsonObject, each: Operation): string {
  const { method, path, operation } = each;
  const verb = verbs[method] ?? method;
  const segments = segmentsOf(path);
  const nouns = nounsOf(path);
  const last = nouns.at(-1) ?? "";
  const isOne = isParameter(segments.at(-1) ?? "");
  if (nouns.length < 2) {
    if (isOne) return method === "post" ? (chosenVerb(operation) ?? verb) : verb;
    return method === "get" && (isPlural(last) || isList(document, operation)) ? "list" : verb;
  }
  if (method === "get" && !isOne) return isList(document, operation) ? toCamel(last) : toCamel(phraseOf(segments));
  const linking = isLink(document, isOne ? path.slice(0, path.lastIndexOf("/")) : path);
  if (isOne) return toCamel(`${method === "delete" && linking ? "unlink" : verb} ${toSingular(last)}`);
  // A POST below a noun that names no collection does what it says: `/reports/publish`, `/invoices/{id}/send-email`.
  if (method === "post" && !isPlural(last)) return toCamel(last);
  return toCamel(`${method === "post" && linking ? "link" : verb} ${last}`);
}

/** A POST to a collection below a record that answers without a body makes nothing: it ties two records together. */
const isLink = (document: JsonObject, collection: string): boolean =>
  listOperations(document).some(
    ({ method, path, operation }) =>
      method === "post" && path === collection && successStatuses(operation).join() === "204",
  );

/** `printLabels` → `print`: what is sent to one record does more than create, if its name says so. */
function chosenVerb({ operationId }: JsonObject): string | undefined {
  return typeof operationId === "string" ? /^[a-z]+(?=[A-Z])/.exec(operationId)?.[0] : undefined;
}

const longName = ({ method, path }: Operation): string => {
  const [, ...rest] = segmentsOf(path).map(part => (isParameter(part) ? `by ${part}` : part));
  return toCamel([verbs[method] ?? method, ...rest].join(" "));
};

function free(name: string, taken: ReadonlyMap<string, unknown>): string {
  const wanted = reserved.has(name) || name in {} ? `${name}_` : name;
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? wanted : `${wanted}${count}`;
    if (!taken.has(candidate)) return candidate;
  }
}

function bySeniority(a: Operation, b: Operation): number {
  return (
    segmentsOf(a.path).length - segmentsOf(b.path).length ||
    byCodeUnit(`${a.path} ${a.method}`, `${b.path} ${b.method}`)
  );
}

/** The nouns behind the last parameter, or the resource: `worksheet data`. */
function phraseOf(segments: readonly string[]): string {
  return segments.slice(Math.max(segments.findLastIndex(isParameter), 0) + 1).join(" ");
}

const nounsOf = (path: string): string[] => segmentsOf(path).filter(segment => !isParameter(segment));

/** Without what all paths of an API begin with. */
const segmentsOf = (path: string): string[] =>
  path
    .replace(/^(\/(qbench|api|v\d+)(?=\/))+/, "")
    .split("/")
    .filter(Boolean);

const isParameter = (segment: string): boolean => segment.startsWith("{");
