import type { Entity } from "../model/entity.js";
import type { StoredRecord } from "./store.js";

/** Returns the fields of a new record that follow from its other fields. */
export function derivedFields(entity: Entity, record: StoredRecord): Record<string, unknown> {
  const derived: Record<string, unknown> = {};
  if (entity.fields.has("custom_formatted_id"))
    derived.custom_formatted_id = record.custom_formatted_id ?? `QB-${String(record.id).padStart(5, "0")}`;
  // Seeded records have only `order_id`, and so can created ones.
  const orders = record.order_ids;
  if (entity.name === "Invoice" && (!Array.isArray(orders) || orders.length === 0))
    derived.order_ids = [record.order_id];
  return derived;
}

/** Returns every field in which the entity keeps the time of the last change. `time` is in epoch milliseconds. */
export function lastUpdatedFields({ fields }: Entity, time: number): Record<string, unknown> {
  return {
    ...(fields.has("last_updated") && { last_updated: time }),
    ...(fields.has("last_updated_unix_timestamp") && { last_updated_unix_timestamp: Math.floor(time / 1000) }),
  };
}
