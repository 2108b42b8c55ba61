import type { Nested, ReportLevel } from "../builtin/resource.js";
import { type Entity, relationId } from "../model/entity.js";
import type { Model } from "../model/model.js";
import { type Cache, createChanges } from "./changes.js";

/** The id of a record: a number, or a text for API clients. */
export type RecordId = number | string;

/**
 * A record as the store keeps it: JSON values, except that dates are in epoch milliseconds. It is frozen, and
 * {@link Store.update} replaces it.
 */
export type StoredRecord = Readonly<Record<string, unknown>> & { readonly id: RecordId };

export interface Store {
  find(entity: string, id: unknown): StoredRecord | undefined;
  /** Returns a record, also if it is deleted. */
  findAny(entity: string, id: unknown): StoredRecord | undefined;
  /** Returns all records in the order of their ids. Deleted records are left out unless `deleted` is set. */
  all(entity: string, deleted?: "include" | "only"): StoredRecord[];
  /** Returns the records with a value at a path over relations, such as `sample.order_id`, in the order of their ids. */
  withValue(entity: string, path: string, value: unknown): StoredRecord[];
  /** Returns what `withValue` does, or undefined if only reading all records of an entity can tell. */
  indexed(entity: string, path: string, value: unknown): StoredRecord[] | undefined;
  /**
   * Returns the keys of the records that may have a value in a field, without making lazy records. Undefined if only
   * reading all of them can tell.
   */
  keysWith(entity: string, field: string, value: unknown): ReadonlySet<string> | undefined;
  /**
   * Returns the values that records have or once had in a field, as keys of a map. Undefined if only reading all lazy
   * records can tell.
   */
  valuesOf(entity: string, field: string): ReadonlyMap<string, unknown> | undefined;
  /** Returns the ids of up to `count` records from index `start`, and the total. The cost does not depend on the total. */
  slice(entity: string, start: number, count: number, descending: boolean): { ids: RecordId[]; total: number };
  /** Adds records after the last one. */
  extend(entity: string, records: LazyRecords): void;
  /** Returns the highest numeric id that a record has or had. */
  lastId(entity: string): number;
  insert(entity: string, fields: Record<string, unknown>): StoredRecord;
  /** Sets fields of a record, deleted or not, and returns the record. */
  update(entity: string, id: RecordId, fields: Record<string, unknown>): StoredRecord;
  /** Deletes a record. Returns false if it does not exist. */
  remove(entity: string, id: unknown): boolean;
  link(roles: readonly [string, string], ids: readonly [unknown, unknown]): void;
  unlink(roles: readonly [string, string], ids: readonly [unknown, unknown]): boolean;
  /** Returns the children of a record in one of its relations. */
  children(parent: StoredRecord, nested: Nested): StoredRecord[];
  /** Returns the values at a path over relations, such as `sample.order.state`. The empty path is the record itself. */
  valuesAt(entity: string, record: StoredRecord, path: string): unknown[];
  /** Creates a cache for values that are computed from the store. {@link Changes.createCache} explains the limit. */
  createCache<K, T extends { length: number }>(maxSize: number): Cache<K, T>;
}

/** The records of a large seed, which are made when they are read. */
export interface LazyRecords {
  /** The range of their ids. It is empty if `to` is less than `from`. */
  from: number;
  to: number;
  /** Must return the same record for an id each time. */
  make(id: number): StoredRecord;
  /** Returns the ids of the records that may have this value in a field. Undefined if only reading them can tell. */
  idsWith(field: string, value: string): number[] | undefined;
  /** Returns true if no record has a value in a field. */
  isEmpty(field: string): boolean;
}

/** The records of one entity. A position is an index in the order of `ids` and the lazy records, deleted ones included. */
interface Table {
  /** Records by id. A lazy record is added when it changes. */
  records: Map<string, StoredRecord>;
  /** The ids of the records that are not lazy. Numbers are in ascending order, texts in the order of creation. */
  ids: RecordId[];
  lazy: LazyRecords;
  /** The last lazy record that was made. */
  lastMade?: StoredRecord | undefined;
  /** The ids of deleted records. */
  deleted: Set<string>;
  /** By field and value, the keys of `records` that have or had this value. */
  indexes: Map<string, Map<string, Set<string>>>;
  lastId: number;
}

const lazyCount = ({ lazy: { from, to } }: Table): number => to - from + 1;

function isLazy({ lazy: { from, to } }: Table, key: string): boolean {
  const id = Number(key);
  return id >= from && id <= to && String(id) === key;
}

/** Returns the index of a number in an ascending list, or the index at which it would be inserted. */
function indexIn(ids: readonly RecordId[], id: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(ids[middle]) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function positionOf(table: Table, key: string): number {
  const id = Number(key);
  if (isLazy(table, key)) return indexIn(table.ids, id) + id - table.lazy.from;
  const index = typeof table.ids[0] === "number" ? indexIn(table.ids, id) : table.ids.indexOf(key);
  return id > table.lazy.to ? index + lazyCount(table) : index;
}

function idAt(table: Table, position: number): RecordId | undefined {
  const { ids, lazy } = table;
  const count = lazyCount(table);
  const start = count > 0 ? indexIn(ids, lazy.from) : ids.length;
  if (position < start) return ids[position];
  return position < start + count ? lazy.from + position - start : ids[position - count];
}

/** How records depend on other records, beyond references and links. */
export interface RecordRules {
  /** Returns a function that gives a new record the fields that are computed when they are read, and freezes it. */
  createComputedFields(model: Model, store: () => Store): (entity: string, record: StoredRecord) => StoredRecord;
  /** Returns the names of the computed fields, whose values have no index. */
  computedFields(entity: string): readonly string[];
  /** Returns the reports that cover a record. */
  reportsOn(store: Store, level: ReportLevel, id: RecordId): StoredRecord[];
}

function addToIndex(index: Map<string, Set<string>>, field: string, record: StoredRecord): void {
  for (const value of [record[field]].flat()) {
    if (value === null || value === undefined) continue;
    const keys = index.get(String(value)) ?? new Set();
    index.set(String(value), keys.add(String(record.id)));
  }
}

/** Returns by value the keys of the records that are not lazy and have, or once had, this value in a field. */
function indexOf({ indexes, records }: Table, field: string): Map<string, Set<string>> {
  let index = indexes.get(field);
  if (!index) {
    index = new Map();
    for (const record of records.values()) addToIndex(index, field, record);
    indexes.set(field, index);
  }
  return index;
}

const byId = (a: StoredRecord, b: StoredRecord): number => Number(a.id) - Number(b.id);

export function createStore(model: Model, rules: RecordRules): Store {
  const { onRead, onChange, createCache } = createChanges();
  const withComputedFields = rules.createComputedFields(model, () => store);
  const tables = new Map<string, Table>();
  const links = new Map<string, Map<string, Set<string>>>();

  const tableOf = (entity: string): Table => {
    let table = tables.get(entity);
    if (!table) {
      const lazy = { from: 1, to: 0, make: (id: number) => ({ id }), idsWith: () => [], isEmpty: () => true };
      table = { records: new Map(), ids: [], lazy, deleted: new Set(), indexes: new Map(), lastId: 0 };
      tables.set(entity, table);
    }
    return table;
  };
  const recordIn = (entity: string, key: string): StoredRecord | undefined => {
    const table = tableOf(entity);
    const known = table.records.get(key);
    if (known || !isLazy(table, key)) return known;
    // A response reads the same record several times.
    if (String(table.lastMade?.id) !== key) {
      table.lastMade = withComputedFields(entity, table.lazy.make(Number(key)));
    }
    return table.lastMade;
  };
  /** Returns one direction of a relation. Each link is kept in both directions, so that either side finds the other. */
  const linked = (from: string, to: string): Map<string, Set<string>> => {
    const name = `${from} ${to}`;
    onRead(name);
    let direction = links.get(name);
    if (!direction) {
      direction = new Map();
      links.set(name, direction);
    }
    return direction;
  };

  const recordPart = (entity: string, id: unknown): string => `${entity} ${String(id)}`;
  const onRecordChange = (entity: string, id: unknown): void => {
    onChange(entity);
    onChange(recordPart(entity, id));
  };

  const find: Store["find"] = (entity, id) => {
    // Not the part of this record: a filter over relations finds thousands.
    onRead(entity);
    const table = tableOf(entity);
    const key = String(id);
    return table.deleted.has(key) ? undefined : recordIn(entity, key);
  };

  const all: Store["all"] = (entity, deleted) => {
    onRead(entity);
    const table = tableOf(entity);
    return Array.from({ length: table.ids.length + lazyCount(table) }, (_, position) => {
      const key = String(idAt(table, position));
      return deleted === "include" || table.deleted.has(key) === (deleted === "only")
        ? recordIn(entity, key)
        : undefined;
    }).filter(record => record !== undefined);
  };

  const keysWith: Store["keysWith"] = (entity, field, value) => {
    const table = tableOf(entity);
    const lazyIds = table.lazy.idsWith(field, String(value));
    // The index has no empty values.
    const isEmpty = value === null || value === undefined || value === "null" || value === "undefined";
    if (!lazyIds || isEmpty || rules.computedFields(entity).includes(field)) return undefined;
    const keys = new Set(indexOf(table, field).get(String(value)));
    for (const id of lazyIds) keys.add(String(id));
    return keys;
  };

  const indexed: Store["indexed"] = (entityName, path, value) => {
    const [name = "", ...rest] = path.split(".");
    const target = model.entities.get(entityName)?.relations.get(name);
    if (rest.length > 0) {
      const owners = target ? indexed(target, rest.join("."), value) : undefined;
      const lists = owners?.map(({ id }) => indexed(entityName, relationId(name), id));
      return lists?.every(list => list !== undefined) ? lists.flat().sort(byId) : undefined;
    }
    const found = keysWith(entityName, name, value);
    if (!found) return undefined;
    onRead(entityName);
    return [...found]
      .flatMap(id => find(entityName, id) ?? [])
      .filter(record => valuesAt(entityName, record, name).some(own => String(own) === String(value)))
      .sort(byId);
  };

  const withValue: Store["withValue"] = (entityName, path, value) =>
    indexed(entityName, path, value) ??
    all(entityName).filter(record => valuesAt(entityName, record, path).some(own => String(own) === String(value)));

  const children: Store["children"] = (parent, nested) => {
    const key = String(parent.id);
    if (nested.link) {
      const ids = linked(...nested.link).get(key) ?? [];
      return [...ids].flatMap(id => find(nested.entity, id) ?? []);
    }
    if (nested.ids) {
      const ids = parent[nested.ids];
      return Array.isArray(ids) ? ids.flatMap(id => find(nested.entity, id) ?? []) : [];
    }
    const { where, equals = {}, covers } = nested;
    if (covers) return rules.reportsOn(store, covers, parent.id);
    if (!where) return all(nested.entity);
    return withValue(nested.entity, where, key).filter(child =>
      Object.entries(equals).every(([field, value]) => child[field] === value),
    );
  };

  /** Follows one step of a path: a reference, or a relation to many records. */
  const step = (
    entity: Entity,
    record: StoredRecord,
    name: string,
  ): { entity: string; records: StoredRecord[] } | undefined => {
    const target = entity.relations.get(name);
    if (target) {
      const related = find(target, record[relationId(name)]);
      return { entity: target, records: related ? [related] : [] };
    }
    const nested = entity.nested.get(name);
    return nested && { entity: nested.entity, records: children(record, nested) };
  };

  function valuesAt(entityName: string, record: StoredRecord, path: string): unknown[] {
    if (path === "") return [record];
    const [name = "", ...rest] = path.split(".");
    const entity = model.entities.get(entityName);
    const next = entity && step(entity, record, name);
    if (next) return next.records.flatMap(related => valuesAt(next.entity, related, rest.join(".")));
    const value = record[name];
    return Array.isArray(value) ? value : [value];
  }

  const put = (entity: string, fields: StoredRecord): StoredRecord => {
    const record = withComputedFields(entity, fields);
    const { records, indexes } = tableOf(entity);
    records.set(String(record.id), record);
    for (const [field, index] of indexes) addToIndex(index, field, record);
    onRecordChange(entity, record.id);
    return record;
  };

  const store: Store = {
    find,
    findAny(entity, id) {
      onRead(recordPart(entity, id));
      return recordIn(entity, String(id));
    },
    all,
    keysWith,
    valuesOf(entity, field) {
      onRead(entity);
      const table = tableOf(entity);
      const isKnown = table.lazy.isEmpty(field) && !rules.computedFields(entity).includes(field);
      return isKnown ? indexOf(table, field) : undefined;
    },
    withValue,
    indexed,
    children,
    valuesAt,
    createCache,
    slice(entity, start, count, descending) {
      onRead(entity);
      const table = tableOf(entity);
      const total = table.ids.length + lazyCount(table) - table.deleted.size;
      const deletedPositions = [...table.deleted].map(key => positionOf(table, key)).sort((a, b) => a - b);
      const length = Math.max(0, Math.min(count, total - start));
      const ids = Array.from({ length }, (_, index) => {
        let position = descending ? total - 1 - start - index : start + index;
        for (const deleted of deletedPositions) if (deleted <= position) position++;
        return idAt(table, position);
      });
      return { ids: ids.filter(id => id !== undefined), total };
    },
    extend(entity, lazy) {
      const table = tableOf(entity);
      table.lazy = lazy;
      table.lastMade = undefined;
      table.lastId = Math.max(table.lastId, lazy.to);
      onChange(entity);
    },
    lastId: entity => tableOf(entity).lastId,
    insert(entity, fields) {
      const table = tableOf(entity);
      const id = typeof fields.id === "number" || typeof fields.id === "string" ? fields.id : table.lastId + 1;
      if (typeof id === "number") table.lastId = Math.max(table.lastId, id);
      const key = String(id);
      if (!table.records.has(key)) {
        table.ids.splice(typeof id === "number" ? indexIn(table.ids, id) : table.ids.length, 0, id);
      }
      table.deleted.delete(key);
      return put(entity, { ...fields, id });
    },
    update(entity, id, fields) {
      return put(entity, { ...recordIn(entity, String(id)), ...fields, id });
    },
    remove(entity, id) {
      if (!find(entity, id)) return false;
      tableOf(entity).deleted.add(String(id));
      onRecordChange(entity, id);
      return true;
    },
    link([from, to], [fromId, toId]) {
      for (const [roles, ids] of [
        [
          [from, to],
          [fromId, toId],
        ],
        [
          [to, from],
          [toId, fromId],
        ],
      ] as const) {
        const direction = linked(...roles);
        const key = String(ids[0]);
        direction.set(key, (direction.get(key) ?? new Set()).add(String(ids[1])));
        onChange(`${roles[0]} ${roles[1]}`);
      }
    },
    unlink([from, to], [fromId, toId]) {
      onChange(`${to} ${from}`);
      onChange(`${from} ${to}`);
      linked(to, from).get(String(toId))?.delete(String(fromId));
      return linked(from, to).get(String(fromId))?.delete(String(toId)) ?? false;
    },
  };
  return store;
}
