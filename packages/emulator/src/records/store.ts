import type { Nested } from "../builtin/resource.js";
import { type Entity, relationId } from "../model/entity.js";
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
  /** Returns all records in the order of their creation. Deleted records are left out unless `deleted` is set. */
  all(entity: string, deleted?: "include" | "only"): StoredRecord[];
  /** Returns the ids of up to `count` records from index `start`, and the total. The cost does not depend on the total. */
  slice(entity: string, start: number, count: number, descending: boolean): { ids: RecordId[]; total: number };
  /** Adds records up to the id `to`. `make` runs when a record is read, and must return the same record for an id. */
  extend(entity: string, to: number, make: (id: number) => StoredRecord): void;
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

/**
 * The records of one entity. A position is an index in the order of creation, deleted records included. The records
 * with the ids `lazy.from` to `lazy.to` take the positions from `lazy.start` on, and are not in `order`.
 */
interface Table {
  /** Records by id. A lazy record is added when it changes. */
  records: Map<string, StoredRecord>;
  /** The ids of the records that are not lazy. */
  order: RecordId[];
  lazy: { start: number; from: number; to: number; make(id: number): StoredRecord };
  /** The positions of deleted records, by id. */
  deleted: Map<string, number>;
  lastId: number;
}

const lazyCount = ({ lazy: { from, to } }: Table): number => to - from + 1;

function isLazy({ lazy: { from, to } }: Table, key: string): boolean {
  const id = Number(key);
  return id >= from && id <= to && String(id) === key;
}

function positionOf(table: Table, key: string): number {
  const { start, from } = table.lazy;
  if (isLazy(table, key)) return start + Number(key) - from;
  const index = table.order.findIndex(id => String(id) === key);
  return index < start ? index : index + lazyCount(table);
}

function idAt(table: Table, position: number): RecordId | undefined {
  const { start, from } = table.lazy;
  const count = lazyCount(table);
  if (position >= start && position < start + count) return from + position - start;
  return table.order[position < start ? position : position - count];
}

function recordIn(table: Table, key: string): StoredRecord | undefined {
  return table.records.get(key) ?? (isLazy(table, key) ? table.lazy.make(Number(key)) : undefined);
}

export function createStore(model: Model): Store {
  const { onRead, onChange, createCache } = createChanges();
  const tables = new Map<string, Table>();
  const links = new Map<string, Map<string, Set<string>>>();

  const tableOf = (entity: string): Table => {
    let table = tables.get(entity);
    if (!table) {
      const lazy = { start: 0, from: 1, to: 0, make: (id: number) => ({ id }) };
      table = { records: new Map(), order: [], lazy, deleted: new Map(), lastId: 0 };
      tables.set(entity, table);
    }
    return table;
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
    return table.deleted.has(key) ? undefined : recordIn(table, key);
  };

  const all: Store["all"] = (entity, deleted) => {
    onRead(entity);
    const table = tableOf(entity);
    const deletedPositions = new Set(table.deleted.values());
    return Array.from({ length: table.order.length + lazyCount(table) }, (_, position) =>
      deleted === "include" || deletedPositions.has(position) === (deleted === "only")
        ? recordIn(table, String(idAt(table, position)))
        : undefined,
    ).filter(record => record !== undefined);
  };

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
    const { where, equals = {} } = nested;
    if (!where) return all(nested.entity);
    return all(nested.entity).filter(
      child =>
        Object.entries(equals).every(([field, value]) => child[field] === value) &&
        valuesAt(nested.entity, child, where).some(value => String(value) === key),
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

  const put = (entity: string, record: StoredRecord): StoredRecord => {
    tableOf(entity).records.set(String(record.id), Object.freeze(record));
    onRecordChange(entity, record.id);
    return record;
  };

  return {
    find,
    findAny(entity, id) {
      onRead(recordPart(entity, id));
      return recordIn(tableOf(entity), String(id));
    },
    all,
    children,
    valuesAt,
    createCache,
    slice(entity, start, count, descending) {
      onRead(entity);
      const table = tableOf(entity);
      const total = table.order.length + lazyCount(table) - table.deleted.size;
      const deletedPositions = [...table.deleted.values()].sort((a, b) => a - b);
      const length = Math.max(0, Math.min(count, total - start));
      const ids = Array.from({ length }, (_, index) => {
        let position = descending ? total - 1 - start - index : start + index;
        for (const deleted of deletedPositions) if (deleted <= position) position++;
        return idAt(table, position);
      });
      return { ids: ids.filter(id => id !== undefined), total };
    },
    extend(entity, to, make) {
      const table = tableOf(entity);
      table.lazy = { start: table.order.length, from: table.lastId + 1, to, make };
      table.lastId = Math.max(table.lastId, to);
      onChange(entity);
    },
    insert(entity, fields) {
      const table = tableOf(entity);
      const id = typeof fields.id === "number" || typeof fields.id === "string" ? fields.id : table.lastId + 1;
      if (typeof id === "number") table.lastId = Math.max(table.lastId, id);
      const key = String(id);
      if (!table.records.has(key)) table.order.push(id);
      table.deleted.delete(key);
      return put(entity, { ...fields, id });
    },
    update(entity, id, fields) {
      return put(entity, { ...recordIn(tableOf(entity), String(id)), ...fields, id });
    },
    remove(entity, id) {
      if (!find(entity, id)) return false;
      const table = tableOf(entity);
      table.deleted.set(String(id), positionOf(table, String(id)));
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
}
