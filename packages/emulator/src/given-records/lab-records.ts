import type { Entity } from "../model/entity.js";
import type { Model } from "../model/model.js";
import { deleteRecord } from "../records/delete-record.js";
import type { RecordId, StoredRecord } from "../records/store.js";
import { completeRecord } from "../rules/complete-record.js";
import { checkReferences } from "./check-references.js";
import { type InsertParts, insertRecords } from "./insert-records.js";
import { createRecordReader, type Fail } from "./read-record.js";
import type { CollectionName, LabRecord, RecordFields } from "./record-types.js";
import { setLists } from "./set-lists.js";

/**
 * Reads and changes the records of an emulator without requests, for tests that prepare or check them. These calls are
 * not counted in `stats`, need no scope, and are not affected by faults.
 *
 * @example
 * ```ts
 * const { records } = createEmulator({ records: { "*": 0 } });
 * const customer = records.create("customers", { customer_name: "Harbor Water District" });
 * const order = records.create("orders", { customer_account_id: customer.id });
 * records.create("samples", { order_id: order.id, date_received: new Date() });
 * ```
 */
export interface LabRecords {
  /**
   * Creates a record and returns it. Fields that are missing get the values that QBench sets, and an id that is missing
   * follows the highest one.
   *
   * @throws Error if the collection or a field is unknown, a value does not match the document, the id exists, or a
   * record that it refers to does not exist. Nothing is created then.
   */
  create<Collection extends CollectionName>(
    collection: Collection,
    fields?: RecordFields<Collection>,
  ): LabRecord<Collection>;
  /**
   * Sets fields of a record and returns it. A list of references replaces the list.
   *
   * @throws Error in the cases of `create`, and if the record does not exist. Nothing is changed then.
   */
  update<Collection extends CollectionName>(
    collection: Collection,
    id: RecordId,
    fields: RecordFields<Collection>,
  ): LabRecord<Collection>;
  /** Deletes a record. Returns false if it does not exist. The records that refer to it stay. */
  delete(collection: CollectionName, id: RecordId): boolean;
  /** Returns a record as the API shows it, or undefined if it does not exist. URLs have the origin `https://lab.example`. */
  get<Collection extends CollectionName>(collection: Collection, id: RecordId): LabRecord<Collection> | undefined;
  /** Returns all records of a collection as the API shows them, in the order of their ids. Reads a large seed in full. */
  list<Collection extends CollectionName>(collection: Collection): LabRecord<Collection>[];
}

interface Parts extends InsertParts {
  /** Returns a record as the API shows it. */
  render(entity: string, record: StoredRecord): Record<string, unknown>;
}

/** Returns the entity of a collection. With `write`, its records must be changeable. */
export function entityOf(model: Model, collection: string, access: "read" | "write", fail: Fail): Entity {
  const entities = [...model.entities.values()].filter(entity => entity.collection !== undefined);
  const entity = entities.find(({ collection: known }) => known === collection);
  if (!entity) {
    const known = entities.map(({ collection: name }) => name).sort();
    return fail(JSON.stringify(collection), `is not a collection. Use one of ${known.join(", ")}.`);
  }
  if (access === "write" && entity.name === "APIClient") {
    return fail(collection, "cannot be changed here. Use the option clients, or emulator.clients.");
  }
  return entity;
}

/** Creates the functions by which a test reads and changes the records of an emulator. */
export function createLabRecords(parts: Parts): LabRecords {
  const { model, store, clock, render } = parts;
  const failIn =
    (method: keyof LabRecords): Fail =>
    (place, reason) => {
      throw new Error(`records.${method} failed: ${place} ${reason}`);
    };
  // The document describes the fields, so that a rendered record has the type that is derived from it. The caller gets a
  // copy: values of the store, such as lists of tags, must not change with it.
  const show = <Collection extends CollectionName>(entity: Entity, record: StoredRecord) =>
    structuredClone({ id: record.id, ...render(entity.name, record) }) as LabRecord<Collection>;

  return {
    create(collection, fields) {
      const fail = failIn("create");
      const entity = entityOf(model, collection, "write", fail);
      const given = createRecordReader(model, fail)(entity, fields === undefined ? {} : fields, collection);
      const [record] = insertRecords(parts, [given], fail);
      return show<typeof collection>(entity, record ?? { id: 0 });
    },
    update(collection, id, fields) {
      const fail = failIn("update");
      const entity = entityOf(model, collection, "write", fail);
      const before = store.find(entity.name, id) ?? fail(collection, `has no record ${id}.`);
      const given = createRecordReader(model, fail)(entity, fields, collection);
      if ((given.fields.id ?? before.id) !== before.id) fail(`${collection}.id`, "cannot change.");
      checkReferences(model, given, before, (name, other) => store.find(name, other) !== undefined, fail);
      const now = clock.now();
      store.update(entity.name, before.id, completeRecord(entity, { given: given.fields, before, now }));
      setLists({ model, store, now }, given, before.id);
      return show<typeof collection>(entity, store.find(entity.name, before.id) ?? before);
    },
    delete(collection, id) {
      return deleteRecord(store, entityOf(model, collection, "write", failIn("delete")), id);
    },
    get(collection, id) {
      const entity = entityOf(model, collection, "read", failIn("get"));
      const record = store.find(entity.name, id);
      return record && show<typeof collection>(entity, record);
    },
    list(collection) {
      const entity = entityOf(model, collection, "read", failIn("list"));
      return store.all(entity.name).map(record => show<typeof collection>(entity, record));
    },
  };
}
