import type { Nested, ReportLevel } from "../builtin/resource.js";
import { type Entity, idField } from "../model/entity.js";
import type { Model } from "../model/model.js";
import { type Cache, createChanges } from "./changes.js";

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
  /** Returns the ids of up to `count` records from index `start`, and the total. The cost does not depend on the total. */
  slice(entity: string, start: number, count: number, descending: boolean): { ids: RecordId[]; total: number };
  /** Adds records after the last one, up to the id `to`. */
  extend(entity: string, to: number, records: LazyRecords): void;
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

/** Makes the records of a large seed when they are read. */
export interface LazyRecords {
  /** Must return the same record for an id each time. */
  make(id: number): StoredRecord;
  /** Returns the ids, up to `to`, of the records with this value in a field. Undefined if only reading them can tell. */
  idsWith(field: string, value: string, to: number): number[] | undefined;
}

/** The records of one entity. A position is an index in the order of `ids` and the lazy records, deleted ones included. */
interface Table {
  /** Records by id. A lazy record is added when it changes. */
  records: Map<string, StoredRecord>;
  /** The ids of the records that are not lazy. Numbers are in ascending order, texts in the order of creation. */
  ids: RecordId[];
  /** The range of the ids of lazy records. It is empty if `to` is less than `from`. */
  lazy: LazyRecords & { from: number; to: number };
  /** The ids of deleted records. */
  deleted: Set<string>;
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
  /** Returns a function that freezes a record, and gives it the fields that are computed when they are read. */
  createComputedFields(model: Model, store: () => Store): (entity: string, record: StoredRecord) => StoredRecord;
  /** Returns true if a report covers a record. */
  coversRecord(store: Store, report: StoredRecord, level: ReportLevel, id: RecordId): boolean;
}

const byId = (a: StoredRecord, b: StoredRecord): number => Number(a.id) - Number(b.id);

export function createStore(model: Model, { createComputedFields, coversRecord }: RecordRules): Store {
  const { onRead, onChange, createCache } = createChanges();
  const withComputedFields = createComputedFields(model, () => store);
  const tables = new Map<string, Table>();
  const links = new Map<string, Map<string, Set<string>>>();

  const tableOf = (entity: string): Table => {
    let table = tables.get(entity);
    if (!table) {
      const lazy = { from: 1, to: 0, make: (id: number) => ({ id }), idsWith: () => [] };
      table = { records: new Map(), ids: [], lazy, deleted: new Set(), lastId: 0 };
      tables.set(entity, table);
    }
    return table;
  };
  const recordIn = (entity: string, key: string): StoredRecord | undefined => {
    const table = tableOf(entity);
    const made = table.records.get(key);
    return made ?? (isLazy(table, key) ? withComputedFields(entity, table.lazy.make(Number(key))) : undefined);
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

  /** Returns the records with this value at a path. It makes only these lazy records, if their seed can name them. */
  function withValueAt(entityName: string, path: string, key: string): StoredRecord[] {
    const [name = "", ...rest] = path.split(".");
    const target = model.entities.get(entityName)?.relations.get(name);
    if (rest.length > 0 && target) {
      const owners = withValueAt(target, rest.join("."), key);
      return owners.flatMap(({ id }) => withValueAt(entityName, `${name}_id`, String(id))).sort(byId);
    }
    const holds = (record: StoredRecord): boolean =>
      valuesAt(entityName, record, path).some(value => String(value) === key);
    const table = tableOf(entityName);
    const lazyIds = rest.length === 0 && table.lazy.idsWith(name, key, table.lazy.to);
    if (!lazyIds) return all(entityName).filter(holds);
    onRead(entityName);
    const kept = [...table.records.values()].filter(record => holds(record) && !table.deleted.has(String(record.id)));
    const made = lazyIds.flatMap(id =>
      id < table.lazy.from || table.records.has(String(id)) || table.deleted.has(String(id))
        ? []
        : (recordIn(entityName, String(id)) ?? []),
    );
    return [...kept, ...made].sort(byId);
  }

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
    if (covers) return all(nested.entity).filter(report => coversRecord(store, report, covers, parent.id));
    if (!where) return all(nested.entity);
    return withValueAt(nested.entity, where, key).filter(child =>
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
      const related = find(target, record[idField(name)]);
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
    tableOf(entity).records.set(String(record.id), record);
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
    extend(entity, to, lazy) {
      const table = tableOf(entity);
      table.lazy = { ...lazy, from: table.lastId + 1, to };
      table.lastId = Math.max(table.lastId, to);
      onChange(entity);
    },
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
