import type { Entity } from "../model/entity.js";
import type { StoredRecord } from "./store.js";

/** Gives a new record what follows from its other fields. */
export function completeRecord(entity: Entity, record: StoredRecord): void {
  if (entity.fields.has("custom_formatted_id"))
    record.custom_formatted_id ??= `QB-${String(record.id).padStart(5, "0")}`;
  // A record of the seed names one order only, and so may an item.
  const orders = record.order_ids;
  if (entity.name === "Invoice" && (!Array.isArray(orders) || orders.length === 0))
    record.order_ids = [record.order_id];
}

/** Notes in a record when it was last changed, in milliseconds since the epoch, in each form it has for that. */
export function setLastUpdated(entity: Entity, record: StoredRecord, time: number): void {
  if (entity.fields.has("last_updated")) record.last_updated = time;
  if (entity.fields.has("last_updated_unix_timestamp")) record.last_updated_unix_timestamp = Math.floor(time / 1000);
}
