import type { Entity } from "../model/entity.js";
import type { Store } from "./store.js";

/**
 * Deletes a record, and marks it as deleted if its entity has a field for that. Records that refer to it stay. Returns
 * false if it does not exist.
 */
export function deleteRecord(store: Store, { name, fields }: Entity, id: unknown): boolean {
  const record = store.find(name, id);
  if (record && fields.has("deleted")) store.update(name, record.id, { deleted: true });
  return store.remove(name, id);
}
