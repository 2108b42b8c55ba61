import type { Entity } from "../model/entity.js";
import type { StoredRecord } from "./store.js";

/** Sets the fields of a new record that follow from its other fields. */
export function completeRecord(entity: Entity, record: StoredRecord): void {
  if (entity.fields.has("custom_formatted_id"))
    record.custom_formatted_id ??= `QB-${String(record.id).padStart(5, "0")}`;
  // Seeded records have only `order_id`, and so can created ones.
  const orders = record.order_ids;
  if (entity.name === "Invoice" && (!Array.isArray(orders) || orders.length === 0))
    record.order_ids = [record.order_id];
}

/** Sets every field in which the entity keeps the time of the last change. `time` is in epoch milliseconds. */
export function setLastUpdated(entity: Entity, record: StoredRecord, time: number): void {
  if (entity.fields.has("last_updated")) record.last_updated = time;
  if (entity.fields.has("last_updated_unix_timestamp")) record.last_updated_unix_timestamp = Math.floor(time / 1000);
}
