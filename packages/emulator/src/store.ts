import type { Entity } from "./entity.js";
import type { Model } from "./model.js";
import type { Nested } from "./resources.js";

/** A record as it is kept: JSON values, but dates are epoch milliseconds. */
export type StoredRecord = Record<string, unknown> & { id: number | string };

export interface Store {
  find(entity: string, id: unknown): StoredRecord | undefined;
  /** All records in order of their ids, without the deleted ones unless asked for. */
  all(entity: string, deleted?: "include" | "only"): StoredRecord[];
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
  records: Map<string, StoredRecord>;
  deleted: Set<string>;
  lastId: number;
}

export function createStore(model: Model): Store {
  const tables = new Map<string, Table>();
  const links = new Map<string, Map<string, Set<string>>>();

  const tableOf = (entity: string): Table => {
    let table = tables.get(entity);
    if (!table) {
      table = { records: new Map(), deleted: new Set(), lastId: 0 };
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
    return table.deleted.has(key) ? undefined : table.records.get(key);
  };

  const all: Store["all"] = (entity, deleted) => {
    const { records, deleted: gone } = tableOf(entity);
    if (deleted === "include") return [...records.values()];
    if (gone.size === 0) return deleted === "only" ? [] : [...records.values()];
    return [...records].filter(([id]) => gone.has(id) === (deleted === "only")).map(([, record]) => record);
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
    insert(entity, fields) {
      const table = tableOf(entity);
      const id = typeof fields.id === "number" || typeof fields.id === "string" ? fields.id : table.lastId + 1;
      if (typeof id === "number") table.lastId = Math.max(table.lastId, id);
      const record = { ...fields, id };
      table.records.set(String(id), record);
      return record;
    },
    remove(entity, id) {
      if (!find(entity, id)) return false;
      tableOf(entity).deleted.add(String(id));
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
