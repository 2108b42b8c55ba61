import type { Entity } from "../model/entity.js";
import type { Model } from "../model/model.js";
import type { RecordId, Store, StoredRecord } from "../records/store.js";
import { completeRecord } from "../rules/complete-record.js";
import { checkReferences } from "./check-references.js";
import type { Fail, GivenRecord } from "./read-record.js";
import { setLists } from "./set-lists.js";

export interface InsertParts {
  model: Model;
  store: Store;
  clock: { now(): number };
  /** Called for each new record. */
  onCreate(entity: Entity, record: StoredRecord): void;
}

/** Returns the records with an id for each. An id that is missing follows the highest one. */
function withIds(store: Store, given: readonly GivenRecord[]): (GivenRecord & { id: RecordId })[] {
  const last = new Map<string, number>();
  for (const { entity, fields } of given) {
    const known = last.get(entity.name) ?? store.lastId(entity.name);
    last.set(entity.name, typeof fields.id === "number" ? Math.max(known, fields.id) : known);
  }
  return given.map(record => {
    const { entity, fields } = record;
    if (typeof fields.id === "number" || typeof fields.id === "string") return { ...record, id: fields.id };
    const id = (last.get(entity.name) ?? 0) + 1;
    last.set(entity.name, id);
    return { ...record, id: entity.fields.get("id") === "string" ? String(id) : id };
  });
}

/**
 * Inserts records together, so that they can refer to each other: all of them, or none if one is wrong. With `replace`,
 * a record can have the id of an existing one.
 */
export function insertRecords(
  { model, store, clock, onCreate }: InsertParts,
  given: readonly GivenRecord[],
  fail: Fail,
  replace = false,
): StoredRecord[] {
  const records = withIds(store, given);
  const ids = new Map<string, Set<string>>();
  for (const { entity, id, place } of records) {
    const taken = ids.get(entity.name) ?? new Set();
    ids.set(entity.name, taken);
    if (taken.has(String(id)) || (!replace && store.findAny(entity.name, id))) {
      fail(`${place}.id`, `must be new. ${id} is the id of another record, which may be deleted.`);
    }
    taken.add(String(id));
  }
  const exists = (entity: string, id: unknown): boolean =>
    ids.get(entity)?.has(String(id)) === true || store.find(entity, id) !== undefined;
  for (const record of records) checkReferences(model, record, {}, exists, fail);

  const now = clock.now();
  for (const { entity, id, fields } of records) {
    const filler = entity.fields.has("render_status") ? { render_status: "SUCCESSFUL" } : {};
    store.insert(entity.name, { ...completeRecord(entity, { given: { ...fields, id }, filler, now }), id });
  }
  for (const record of records) setLists({ model, store, now }, record, record.id);
  return records.map(({ entity, id }) => {
    const record = store.find(entity.name, id) ?? { id };
    onCreate(entity, record);
    return record;
  });
}
