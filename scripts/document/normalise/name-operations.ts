import { byCodeUnit, type JsonObject } from "../model/json.ts";
import { isPlural, toCamel, toSingular, wordsOf } from "../model/names.ts";
import { isList, listOperations, mapOperations, type Operation } from "../model/operations.ts";
import type { StepResult } from "./finding.ts";

const verbs: Record<string, string> = { get: "get", post: "create", patch: "update", put: "replace", delete: "delete" };

/**
 * Gives each operation the id that a person would choose: `listOrders`, `getOrder`, `createOrders`, `listOrderSamples`,
 * `publishReports`. The id depends on method and path only, so that additions of the vendor do not change it. An id
 * that the document's author chose stays: one that is not missing and not spelled out of the path.
 */
export function nameOperations(document: JsonObject): StepResult {
  const named = listOperations(document).map(each => ({ ...each, id: chosenId(each) ?? shortId(document, each) }));
  const holders = new Map(
    [...Map.groupBy(named, ({ id }) => id)].map(([id, claimants]) => [id, claimants.toSorted(bySeniority)[0]]),
  );
  const taken = new Set<string>();
  const final = new Map(
    named.toSorted(bySeniority).map(each => {
      const keeps = holders.get(each.id) === each || chosenId(each) !== undefined;
      const id = freeId(keeps ? each.id : longId(each), taken);
      taken.add(id);
      return [`${each.method} ${each.path}`, id];
    }),
  );
  let renamed = 0;
  let summarised = 0;
  const result = mapOperations(document, each => {
    const { operation, method, path } = each;
    const operationId = final.get(`${method} ${path}`) ?? "";
    if (operation.operationId !== operationId) renamed++;
    if (!isNoSummary(operation.summary)) return { ...operation, operationId };
    summarised++;
    return { ...operation, operationId, summary: toSentence(operationId) };
  });
  return {
    document: result,
    findings: [
      { what: "operations named", count: renamed },
      { what: "summaries written from the operation's name", count: summarised },
    ],
  };
}

/** Returns the document's id, unless it only spells method and path, such as `get__qbench_api_v2_orders_{order_id}`. */
function chosenId({ method, path, operation }: Operation): string | undefined {
  const { operationId } = operation;
  if (typeof operationId !== "string" || operationId === "") return undefined;
  return operationId === `${method}_${path.replaceAll("/", "_")}` || /[{}<>\s]/.test(operationId)
    ? undefined
    : operationId;
}

/**
 * Orders operations that claim the same id. The first keeps it: one with a chosen id, then one whose path ends with a
 * parameter (`/orders/{id}` before `/order`), then the shortest path, because added paths are usually longer.
 */
function bySeniority(a: Operation, b: Operation): number {
  const rank = (each: Operation): number => {
    const segments = segmentsOf(each.path);
    if (chosenId(each) !== undefined) return 0;
    return segments.length + (isParameter(segments.at(-1) ?? "") ? 0 : 1_000);
  };
  return rank(a) - rank(b) || byCodeUnit(`${a.path} ${a.method}`, `${b.path} ${b.method}`);
}

function freeId(id: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? id : `${id}${count}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** Returns true for a missing summary, and for those of the vendor's framework, which do not mention the resource. */
const isNoSummary = (summary: unknown): boolean =>
  typeof summary !== "string" ||
  summary === "" ||
  /<[A-Z]+>$|^[A-Z]+ \//.test(summary) ||
  /^(Retrieve|Delete) a single resource by ID$|^(Create|Update) a list of resources$|^Get paginated list of /i.test(
    summary,
  );

function shortId(document: JsonObject, { method, path, operation }: Operation): string {
  const segments = segmentsOf(path);
  const last = segments.at(-1) ?? "root";
  const nouns = segments.filter(segment => !isParameter(segment));
  const parents = (isParameter(last) ? nouns : nouns.slice(0, -1)).map(toSingular);
  if (isParameter(last)) return toCamel([verbs[method] ?? method, ...parents].join(" "));
  if (method === "get" && isList(document, operation)) return toCamel(["list", ...parents, last].join(" "));
  // A POST to a path whose last noun is not a plural is an action: `/reports/publish`, `/invoices/{id}/send-email`.
  if (method === "post" && parents.length > 0 && !isPlural(last)) {
    const [verb = "", ...object] = wordsOf(last);
    const one = isParameter(segments.at(-2) ?? "");
    return toCamel([verb, ...(one ? parents : nouns.slice(0, -1)), ...object].join(" "));
  }
  return toCamel([verbs[method] ?? method, ...parents, last].join(" "));
}

const longId = ({ method, path }: Operation): string =>
  toCamel(
    [verbs[method] ?? method, ...segmentsOf(path).map(part => (isParameter(part) ? `by ${part}` : part))].join(" "),
  );

/** Returns the segments of a path without the version's prefix, which all paths have. */
const segmentsOf = (path: string): string[] =>
  path
    .replace(/^\/qbench\/api\/v\d+/, "")
    .split("/")
    .filter(Boolean);

const isParameter = (segment: string): boolean => segment.startsWith("{");

/** `listOrderSamples` → `List order samples`. */
function toSentence(id: string): string {
  const text = wordsOf(id).join(" ").replaceAll("api ", "API ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
