import type { ReportLevel } from "../builtin/resource.js";
import { badRequest } from "../http/http-error.js";
import type { ApiOperation } from "../model/api-operation.js";
import type { Entity } from "../model/entity.js";
import type { Model } from "../model/model.js";
import { resolve, type Schema } from "../openapi/document.js";
import type { Cache } from "../records/changes.js";
import { readDate } from "../records/dates.js";
import type { RecordId, Store, StoredRecord } from "../records/store.js";
import { coversRecord, reportsOn } from "../rules/report-scope.js";

/** One page of a list, and the counts of its envelope. */
export interface Page {
  ids: readonly RecordId[];
  pageNumber: number;
  totalCount: number;
  totalPages: number;
}

/**
 * The limits on `page_size`. QBench's own limit for v2 is not published (docs/qbench-api.md §4.1).
 *
 * @example
 * ```ts
 * const emulator = createEmulator({ limits: { pages: { maximum: 100, oversized: "reject" } } });
 * ```
 */
export interface PageLimits {
  /** The largest number of records in one page. Default: 50. */
  maximum: number;
  /** Reduces a larger `page_size` to the maximum, or rejects it with a 400. Default: "clamp". */
  oversized: "clamp" | "reject";
}

type Condition = (record: StoredRecord) => boolean;

const endOfDay = 24 * 60 * 60 * 1000 - 1;

/** Parses a whole number from the query, or throws a 400. */
function integer(params: URLSearchParams, name: string, fallback: number): number {
  const value = params.get(name);
  if (value === null) return fallback;
  if (!/^-?\d{1,15}$/.test(value))
    throw badRequest(`${name} is not a whole number`, [invalid(name, "type_error.integer")]);
  return Number(value);
}

const invalid = (name: string, type: string) => ({ loc: ["query", name], msg: "value is not valid", type });

/** Throws a 400 if a query parameter does not have the type that the operation declares. */
export function checkTypes(model: Model, operation: ApiOperation, params: URLSearchParams): void {
  for (const parameter of operation.parameters) {
    if (parameter.in !== "query" || !params.has(parameter.name)) continue;
    const schema = resolve(model.document, parameter.schema);
    const single: Schema | undefined = schema?.allOf?.length === 1 ? resolve(model.document, schema.allOf[0]) : schema;
    const item = single?.items ? resolve(model.document, single.items) : single;
    for (const value of params.getAll(parameter.name)) {
      const wrong =
        (item?.type === "integer" && !/^-?\d+$/.test(value)) ||
        (item?.type === "boolean" && !/^(true|false)$/i.test(value)) ||
        (item?.enum && !item.enum.includes(value));
      if (wrong) throw badRequest(`${parameter.name} is not valid`, [invalid(parameter.name, "type_error")]);
    }
  }
}

/** Parameters that select no records, although an assay has a field `sort_order`. */
const controls = new Set(["page_num", "page_size", "sort_by", "sort_order", "include_deleted"]);

/** Returns what a parameter compares: as the resource declares it, or else the field of the same name. */
function filterOf(
  model: Model,
  entity: Entity,
  operation: ApiOperation,
  name: string,
): { type: string; path: string } | undefined {
  const known = entity.filters.get(name);
  if (known) return known;
  const parameter = operation.parameters.find(candidate => candidate.in === "query" && candidate.name === name);
  if (!parameter || controls.has(name) || !entity.fields.has(name)) return undefined;
  const schema = resolve(model.document, parameter.schema);
  const type = schema?.items ? "[s]" : schema?.type === "boolean" ? "b" : schema?.type === "string" ? "s" : "i";
  return { type, path: name };
}

function decodeFields(name: string, value: string): [string, unknown][] {
  try {
    const fields: unknown = JSON.parse(atob(value));
    if (typeof fields === "object" && fields !== null && !Array.isArray(fields)) return Object.entries(fields);
  } catch {
    // Rejected below, together with JSON that is not an object.
  }
  throw badRequest(`${name} is not the base64 of a JSON object`, [invalid(name, "value_error")]);
}

function dateParameter(name: string, value: string): number {
  const time = readDate(value);
  if (time === undefined) throw badRequest(`${name} is not a date`, [invalid(name, "value_error.date")]);
  return time;
}

function amountCondition(
  params: URLSearchParams,
  name: string,
  amounts: (record: StoredRecord) => number[],
): Condition {
  const value = Number(params.get(name));
  const second = Number(params.get(`${name}_2`));
  const logic = params.get(`${name}_logic`) ?? "eq";
  const holds = (amount: number): boolean =>
    ({
      gt: amount > value,
      gte: amount >= value,
      lt: amount < value,
      lte: amount <= value,
      eq: amount === value,
      btwn: amount >= value && amount <= second,
    })[logic] ?? false;
  return record => amounts(record).some(holds);
}

/** Returns how the values of a filter combine: Or, unless it has a `*_tags_action` (docs/qbench-api.md §4.2). */
function tagsAction(entity: Entity, params: URLSearchParams, name: string): string {
  for (const [action, { type, path }] of entity.filters) {
    if (type === "tag-action" && path === name) return params.get(action) ?? "Or";
  }
  return "Or";
}

function condition(
  store: Store,
  entity: Entity,
  name: string,
  filter: { type: string; path: string },
  params: URLSearchParams,
): Condition | undefined {
  const { type, path } = filter;
  const values = params.getAll(name);
  const value = values[0] ?? "";
  const at = (record: StoredRecord): unknown[] => store.valuesAt(entity.name, record, path.replace(/^[?!]/, ""));
  const present = (record: StoredRecord): boolean => at(record).some(found => found !== null && found !== undefined);

  if (/^[?!]/.test(path)) {
    // These filters only restrict the list when they are true. False selects all records.
    if (value.toLowerCase() !== "true") return undefined;
    return record => present(record) === path.startsWith("?");
  }
  switch (type) {
    case "tag-action":
      return undefined;
    case "encoded": {
      const wanted = decodeFields(name, value);
      return record =>
        at(record).some(
          found =>
            typeof found === "object" &&
            found !== null &&
            wanted.every(([field, expected]) => String((found as StoredRecord)[field]) === String(expected)),
        );
    }
    case "since":
    case "from-date": {
      const from = dateParameter(name, value);
      return record => at(record).some(found => typeof found === "number" && found >= from);
    }
    case "to-date": {
      const to = dateParameter(name, value) + (value.includes(":") ? 0 : endOfDay);
      return record => at(record).some(found => typeof found === "number" && found <= to);
    }
    case "from":
      return record => at(record).some(found => Number(found) >= Number(value));
    case "to":
      return record => at(record).some(found => Number(found) <= Number(value));
    case "amount":
      return amountCondition(params, name, record => at(record).map(Number));
    case "b":
      return record => at(record).some(found => Boolean(found) === (value.toLowerCase() === "true"));
    case "i":
    case "n":
      return record => at(record).some(found => String(found) === value);
    case "covered":
      return report => values.some(id => coversRecord(store, report, path as ReportLevel, id));
    case "[i]":
    case "[s]": {
      const action = tagsAction(entity, params, name);
      return record => {
        const found = new Set(at(record).map(String));
        const has = (wanted: string): boolean => found.has(wanted);
        return action === "And" ? values.every(has) : values.some(has) !== (action === "Not");
      };
    }
    default:
      return record =>
        at(record).some(found => typeof found === "string" && found.toLowerCase().includes(value.toLowerCase()));
  }
}

function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return a < b ? -1 : 1;
}

/** The records that a list operation selects from. */
export interface Source {
  /** Distinguishes lists below different records. */
  key: string;
  all(deleted?: "include" | "only"): readonly StoredRecord[];
  /** Returns a part of the list without reading the others. Absent for lists below one record. */
  slice?: ((start: number, count: number, descending: boolean) => { ids: RecordId[]; total: number }) | undefined;
}

/** The size of the cache of filtered and sorted lists, in ids. */
const MAX_IDS = 2_000_000;

/**
 * Returns a function that filters and sorts the records of a list, and returns one page. It ignores query keys that the
 * operation does not declare. A selection is kept for further pages until it would change.
 */
export function createPageSelector(
  model: Model,
  store: Store,
  limits: PageLimits,
): (operation: ApiOperation, source: Source, params: URLSearchParams) => Page {
  const selections: Cache<string, RecordId[]> = store.createCache(MAX_IDS);

  /** Returns the records that one of the filters can select, if the store finds them without reading all others. */
  const narrow = (entity: Entity | undefined, operation: ApiOperation, query: URLSearchParams) => {
    for (const name of entity ? new Set(query.keys()) : []) {
      const { type = "", path = "" } = (entity && filterOf(model, entity, operation, name)) ?? {};
      if (!entity || !["i", "[i]", "[s]", "covered"].includes(type) || tagsAction(entity, query, name) !== "Or")
        continue;
      const found = query
        .getAll(name)
        .map(value =>
          type === "covered" ? reportsOn(store, path as ReportLevel, value) : store.indexed(entity.name, path, value),
        );
      if (!found.every(list => list !== undefined)) continue;
      const byId = new Map(found.flat().map(record => [record.id, record]));
      return [...byId.values()].sort((a, b) => compare(a.id, b.id));
    }
    return undefined;
  };

  return (operation, source, params) => {
    const declared = new Set(
      operation.parameters.flatMap(parameter => (parameter.in === "query" ? parameter.name : [])),
    );
    const query = new URLSearchParams([...params].filter(([name]) => declared.has(name)));

    const pageNumber = integer(query, "page_num", 1);
    const requestedSize = integer(query, "page_size", 20);
    if (pageNumber < 1) throw badRequest("page_num must be at least 1", [invalid("page_num", "value_error")]);
    if (requestedSize < 1 || (requestedSize > limits.maximum && limits.oversized === "reject")) {
      throw badRequest(`page_size must be from 1 to ${limits.maximum}`, [invalid("page_size", "value_error")]);
    }
    query.delete("page_num");
    query.delete("page_size");
    const pageSize = Math.min(requestedSize, limits.maximum);
    const start = (pageNumber - 1) * pageSize;
    const toPage = (ids: RecordId[], totalCount: number): Page => ({
      ids,
      pageNumber,
      totalCount,
      totalPages: Math.ceil(totalCount / pageSize),
    });

    const entity = model.entities.get(operation.entity ?? "");
    const deleted = { TRUE: "include", DELETED_ONLY: "only" } as const;
    const include = deleted[query.get("include_deleted") as keyof typeof deleted];
    const conditions = [...new Set(query.keys())].flatMap(name => {
      const filter = entity && filterOf(model, entity, operation, name);
      return (filter && condition(store, entity, name, filter, query)) ?? [];
    });
    const by = entity ? query.get("sort_by") : null;
    if (by !== null && !entity?.fields.has(by)) {
      throw badRequest(`sort_by does not accept ${by}`, [invalid("sort_by", "value_error")]);
    }
    const descending = by !== null && query.get("sort_order") === "DESC";

    // The store keeps records with numeric ids in the order of these.
    const inOrder = by === null || (by === "id" && entity?.fields.get("id") === "integer");
    if (source.slice && conditions.length === 0 && inOrder && include === undefined) {
      const { ids, total } = source.slice(start, pageSize, descending);
      return toPage(ids, total);
    }
    const selected = selections(`${operation.path} ${source.key}`)(String(query), () => {
      const narrowed = source.slice && include === undefined ? narrow(entity, operation, query) : undefined;
      const records = (narrowed ?? source.all(include)).filter(record => conditions.every(holds => holds(record)));
      if (by !== null) {
        const direction = descending ? -1 : 1;
        records.sort((a, b) => direction * compare(a[by], b[by]) || compare(a.id, b.id));
      }
      return records.map(({ id }) => id);
    });
    return toPage(selected.slice(start, start + pageSize), selected.length);
  };
}
