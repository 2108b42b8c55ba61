import { notFound } from "../http/http-error.js";
import type { Store, StoredRecord } from "../records/store.js";

/** Returns the record with an id, or throws a 404. */
export function existingRecord(store: Store, entity: string, id: unknown): StoredRecord {
  const record = store.find(entity, id);
  if (!record) throw notFound(`There is no ${entity} with the id ${String(id)}`);
  return record;
}
