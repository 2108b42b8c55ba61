import { byCodeUnit, get, isObject, type Json, type JsonObject } from "./json.ts";
import { isPlural, toCamel, toSingular } from "./names.ts";
import {
  bodyItem,
  envelopeOf,
  isList,
  listOperations,
  type Operation,
  parametersOf,
  returnsBareList,
  returnsFile,
  successStatuses,
} from "./operations.ts";
import { resolveSchema } from "./references.ts";

/** One method of a resource; `ResourceMethod` of the client explains its fields. */
export interface ResourceMethod {
  method: string;
  path: string;
  returns?: "page" | "records" | "data" | "list" | "file";
  sortable?: boolean;
  lastUpdated?: boolean;
  includeDeleted?: boolean;
  echoes?: boolean;
}

/** The methods of each resource of a document. */
export type ResourceTable = Record<string, Record<string, ResourceMethod>>;

const verbs: Record<string, string> = { get: "get", post: "create", patch: "update", put: "replace", delete: "delete" };

/**
 * Names that a client already has, or that mean something to the language: an object with a `then` is awaited. A resource or
 * method of such a name gets a trailing `_`.
 */
const reserved = new Set(["close", "constructor", "eject", "on", "paginate", "request", "resources", "then", "use"]);

/**
 * Names every operation of a document, except those for tokens, as a person would guess. The names follow from method and
 * path alone. So additions by the vendor change no name, and two documents use the same name for the same operation.
 */
export function nameResources(document: JsonObject): ResourceTable {
  const table = new Map<string, Map<string, ResourceMethod>>();
  const claims = Map.groupBy(
    listOperations(document).filter(({ path }) => !/^\/qbench\/(api\/v\d+\/auth|oauth2)\//.test(path)),
    ({ path }) => free(toCamel(nounsOf(path)[0] ?? "root"), new Map()),
  );
  for (const [resource, operations] of [...claims].toSorted(([a], [b]) => byCodeUnit(a, b))) {
    const methods = new Map<string, ResourceMethod>();
    // The shortest path gets the shortest name, because paths that are added later are usually longer.
    for (const each of operations.toSorted(bySeniority)) {
      const short = shortName(document, each);
      methods.set(free(methods.has(short) ? longName(each) : short, methods), {
        method: each.method.toUpperCase(),
        path: each.path,
        ...flagsOf(document, each),
      });
    }
    table.set(resource, methods);
  }
  return Object.fromEntries(
    [...table].map(([resource, methods]) => [
      resource,
      Object.fromEntries([...methods].toSorted(([a], [b]) => byCodeUnit(a, b))),
    ]),
  );
}

function flagsOf(document: JsonObject, { method, operation }: Operation): Omit<ResourceMethod, "method" | "path"> {
  if (returnsFile(document, operation)) return { returns: "file" };
  if (returnsBareList(document, operation)) return {};
  if (method === "get" && isList(document, operation)) {
    const names = parametersOf(document, operation, "query").map(({ name }) => name);
    const includeDeleted = names.includes("include_deleted");
    return {
      returns: "page",
      ...(names.includes("last_updated") && { lastUpdated: true }),
      ...(names.includes("sort_by") && { sortable: true }),
      ...(names.includes("sort_by") !== includeDeleted && { includeDeleted }),
    };
  }
  const { data, ...others } = envelopeOf(document, operation);
  // Besides `data`, an envelope has its own address and type: `_self` and `_type` (docs/qbench-api.md §5.1).
  if (data === undefined || !Object.keys(others).every(key => key.startsWith("_"))) return {};
  const inRequest = fieldsOf(document, bodyItem(document, operation));
  const updatesWithoutId = method === "patch" && !inRequest?.includes("id");
  const items = get(resolveSchema(document, data), "items");
  const inResponse = fieldsOf(document, items);
  if (!inRequest || !inResponse || updatesWithoutId) return { returns: items === undefined ? "data" : "list" };
  return { returns: "records", ...(inRequest.every(field => inResponse.includes(field)) && { echoes: true }) };
}

/** Returns the names of the fields, without those that an overlay adds although no response is known to have them. */
function fieldsOf(document: JsonObject, schema: Json | undefined): string[] | undefined {
  const fields = get(resolveSchema(document, schema), "properties");
  if (!isObject(fields)) return undefined;
  return Object.keys(fields).filter(name => get(fields[name], "x-unconfirmed") !== true);
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

/** A POST to a collection below a record whose response has no body links two records; it creates none. */
const isLink = (document: JsonObject, collection: string): boolean => {
  const operation = get(get(document.paths, collection), "post");
  return isObject(operation) && successStatuses(operation).join() === "204";
};

/** Returns the verb of an operationId, such as `print` of `printLabels`: a POST to one record does more than create. */
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

/** Returns the nouns after the last parameter, or the resource: `worksheet data`. */
function phraseOf(segments: readonly string[]): string {
  return segments.slice(Math.max(segments.findLastIndex(isParameter), 0) + 1).join(" ");
}

const nounsOf = (path: string): string[] => segmentsOf(path).filter(segment => !isParameter(segment));

/** Splits a path, without the prefix that all paths of an API share. */
const segmentsOf = (path: string): string[] =>
  path
    .replace(/^(\/(qbench|api|v\d+)(?=\/))+/, "")
    .split("/")
    .filter(Boolean);

const isParameter = (segment: string): boolean => segment.startsWith("{");
