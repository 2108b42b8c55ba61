import { notFound } from "../http/http-error.js";
import type { Store, StoredRecord } from "../records/store.js";

/** The record with an id, or the answer that there is none. */
export function existingRecord(store: Store, entity: string, id: unknown): StoredRecord {
  const record = store.find(entity, id);
  if (!record) throw notFound(`There is no ${entity} with the id ${String(id)}`);
  return record;
}
