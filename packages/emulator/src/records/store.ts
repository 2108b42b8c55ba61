import type { Nested } from "../builtin/resources.js";
import type { Entity } from "../model/entity.js";
import type { Model } from "../model/model.js";

/** A record as it is kept: JSON values, but dates are epoch milliseconds. */
export type StoredRecord = Record<string, unknown> & { id: number | string };

export interface Store {
  find(entity: string, id: unknown): StoredRecord | undefined;
  /** All records in order of their ids, without the deleted ones unless asked for. */
  all(entity: string, deleted?: "include" | "only"): StoredRecord[];
  /** Records from the start-th on, and how many there are in all; what it costs does not depend on that. */
  slice(entity: string, start: number, count: number, descending: boolean): { records: StoredRecord[]; total: number };
  /** Adds records up to the id `to` that are made when they are asked for: always the same for an id. */
  extend(entity: string, to: number, make: (id: number) => StoredRecord): void;
  insert(entity: string, record: Record<string, unknown>): StoredRecord;
  /** False when there is no such record. */
  remove(entity: string, id: unknown): boolean;
  link(roles: readonly [string, string], ids: readonly [unknown, unknown]): void;
  unlink(roles: readonly [string, string], ids: readonly [unknown, unknown]): boolean;
  /** The children of a record in one of its nested collections. */
  children(parent: StoredRecord, nested: Nested): StoredRecord[];
  /** The values at a path over relations: `sample.order.customer_account_id`. An empty path is the record itself. */
  valuesAt(entity: string, record: StoredRecord, path: string): unknown[];
}

interface Table {
  /** Records that are kept, by id. */
  records: Map<string, StoredRecord>;
  /** The ids of all records in their order, but for the unmade ones. */
  order: string[];
  /** Records with the ids `from` to `to`. They stand in the order at the place `at`, and are kept once one was looked for. */
  unmade: { at: number; from: number; to: number; make(id: number): StoredRecord };
  /** Deleted records: id and place. */
  deleted: Map<string, number>;
  lastId: number;
}

const unmadeCount = ({ unmade: { from, to } }: Table): number => to - from + 1;

function placeOf(table: Table, key: string): number {
  const { at, from } = table.unmade;
  if (isUnmade(table, key)) return at + Number(key) - from;
  const index = table.order.indexOf(key);
  return index < at ? index : index + unmadeCount(table);
}

function isUnmade({ unmade: { from, to } }: Table, key: string): boolean {
  const id = Number(key);
  return id >= from && id <= to && String(id) === key;
}

function recordAt(table: Table, place: number): StoredRecord | undefined {
  const { at, from, make } = table.unmade;
  const count = unmadeCount(table);
  if (place < at || place >= at + count) {
    return table.records.get(table.order[place < at ? place : place - count] ?? "");
  }
  const id = from + place - at;
  return table.records.get(String(id)) ?? make(id);
}

export function createStore(model: Model): Store {
  const tables = new Map<string, Table>();
  const links = new Map<string, Map<string, Set<string>>>();

  const tableOf = (entity: string): Table => {
    let table = tables.get(entity);
    if (!table) {
      const unmade = { at: 0, from: 1, to: 0, make: (id: number) => ({ id }) };
      table = { records: new Map(), order: [], unmade, deleted: new Map(), lastId: 0 };
      tables.set(entity, table);
    }
    return table;
  };
  /** One direction of a link; each link is kept in both, so that either side finds the other. */
  const linked = (from: string, to: string): Map<string, Set<string>> => {
    const name = `${from} ${to}`;
    let direction = links.get(name);
    if (!direction) {
      direction = new Map();
      links.set(name, direction);
    }
    return direction;
  };

  const find: Store["find"] = (entity, id) => {
    const table = tableOf(entity);
    const key = String(id);
    if (table.deleted.has(key)) return undefined;
    const record = table.records.get(key);
    if (record || !isUnmade(table, key)) return record;
    // Whoever looks for one may change it.
    const made = table.unmade.make(Number(key));
    table.records.set(key, made);
    return made;
  };

  const all: Store["all"] = (entity, deleted) => {
    const table = tableOf(entity);
    const gone = new Set(table.deleted.values());
    return Array.from({ length: table.order.length + unmadeCount(table) }, (_, place) =>
      deleted === "include" || gone.has(place) === (deleted === "only") ? recordAt(table, place) : undefined,
    ).filter(record => record !== undefined);
  };

  const children: Store["children"] = (parent, nested) => {
    const key = String(parent.id);
    if (nested.link) {
      const ids = linked(...nested.link).get(key) ?? [];
      return [...ids].flatMap(id => find(nested.of, id) ?? []);
    }
    if (nested.ids) {
      const ids = parent[nested.ids];
      return Array.isArray(ids) ? ids.flatMap(id => find(nested.of, id) ?? []) : [];
    }
    const { where, and = {} } = nested;
    if (!where) return all(nested.of);
    return all(nested.of).filter(
      child =>
        Object.entries(and).every(([field, value]) => child[field] === value) &&
        valuesAt(nested.of, child, where).some(value => String(value) === key),
    );
  };

  /** One step of a path: the related records, by a reference or by a nested collection. */
  const step = (
    entity: Entity,
    record: StoredRecord,
    name: string,
  ): { entity: string; records: StoredRecord[] } | undefined => {
    const target = entity.relations.get(name);
    if (target) {
      const related = find(target, record[`${name}_id`]);
      return { entity: target, records: related ? [related] : [] };
    }
    const nested = entity.nested.get(name);
    return nested && { entity: nested.of, records: children(record, nested) };
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

  return {
    find,
    all,
    children,
    valuesAt,
    slice(entity, start, count, descending) {
      const table = tableOf(entity);
      const total = table.order.length + unmadeCount(table) - table.deleted.size;
      const gone = [...table.deleted.values()].sort((a, b) => a - b);
      const length = Math.max(0, Math.min(count, total - start));
      const records = Array.from({ length }, (_, index) => {
        let place = descending ? total - 1 - start - index : start + index;
        for (const deleted of gone) if (deleted <= place) place++;
        return recordAt(table, place);
      });
      return { records: records.filter(record => record !== undefined), total };
    },
    extend(entity, to, make) {
      const table = tableOf(entity);
      table.unmade = { at: table.order.length, from: table.lastId + 1, to, make };
      table.lastId = Math.max(table.lastId, to);
    },
    insert(entity, fields) {
      const table = tableOf(entity);
      const id = typeof fields.id === "number" || typeof fields.id === "string" ? fields.id : table.lastId + 1;
      if (typeof id === "number") table.lastId = Math.max(table.lastId, id);
      const record = { ...fields, id };
      const key = String(id);
      if (!table.records.has(key)) table.order.push(key);
      table.records.set(key, record);
      table.deleted.delete(key);
      return record;
    },
    remove(entity, id) {
      if (!find(entity, id)) return false;
      const table = tableOf(entity);
      table.deleted.set(String(id), placeOf(table, String(id)));
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
      }
    },
    unlink([from, to], [fromId, toId]) {
      linked(to, from).get(String(toId))?.delete(String(fromId));
      return linked(from, to).get(String(fromId))?.delete(String(toId)) ?? false;
    },
  };
}
