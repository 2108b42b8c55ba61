import type { Entity } from "../model/entity.js";
import { formatDate } from "../records/dates.js";

type Fields = Readonly<Record<string, unknown>>;

const day = 24 * 60 * 60 * 1000;

/** Returns a hex string of 15 digits that looks random and follows from the id (docs/qbench-api.md §11). */
function hashOf(entity: string, id: number): string {
  const digits = (part: number): string =>
    Math.abs(Math.imul(id * 4 + part + entity.length, 0x9e3779b1))
      .toString(16)
      .padStart(8, "0");
  return digits(1) + digits(2).slice(0, 7);
}

/** The first fields of a portal request and its status follow from each other (docs/qbench-api.md §10). */
function requestFields({ order_request: request, order_request_status: status }: Fields): Fields {
  const isRequest = request === true || (request === undefined && typeof status === "string");
  return { order_request: isRequest, order_request_status: isRequest ? (status ?? "RECEIVED") : null };
}

/** Returns the orders of an invoice: the first in `order_id` and all of them in `order_ids`. */
export function orderFields({ order_id, order_ids }: Fields): Fields {
  const all = Array.isArray(order_ids) && order_ids.length > 0 ? order_ids : [order_id ?? []].flat();
  return { order_id: order_id ?? all[0] ?? null, order_ids: all };
}

const defaults: Readonly<Record<string, (record: Fields) => Fields>> = {
  Attachment: () => ({ type: "FILE" }),
  Customer: () => ({ status: "ACTIVE" }),
  GenReport: () => ({ render_status: "PENDING" }),
  Invoice: record => ({ status: "DRAFT", ...orderFields(record) }),
  InvoiceItem: ({ invoice_item_type: type }) => ({ quantity: type === "INVOICE_ITEM" ? 1 : null }),
  Order: record => ({ state: "NOT STARTED", ...requestFields(record) }),
  PrintDoc: () => ({ render_status: "PENDING", version: 1 }),
  Test: () => ({ state: "NOT STARTED" }),
};

/** Fields whose value follows from the others even if there is another proposal. */
const followed = new Set(["order_id", "order_ids", "order_request", "order_request_status"]);

const plainDefaults = new WeakMap<Entity["fields"], Fields>();

/** Returns the defaults of fields that follow from their type, and computes them once for each entity. */
function defaultsOfTypes({ fields }: Entity): Fields {
  const known = plainDefaults.get(fields);
  if (known) return known;
  const found: Record<string, unknown> = {};
  for (const [name, type] of fields) {
    if (type === "boolean") found[name] = name === "active";
    else if (type === "strings" || type === "integers") found[name] = [];
  }
  plainDefaults.set(fields, found);
  return found;
}

/** Sets the fields of a new record that QBench sets and that the record does not have yet. */
export function setDefaults(entity: Entity, record: Record<string, unknown>): void {
  const { id } = record;
  const set = (name: string, value: unknown): void => {
    if (record[name] === undefined || record[name] === null || followed.has(name)) record[name] = value;
  };
  // Computed first, because they depend on what is missing.
  const own = defaults[entity.name]?.(record) ?? {};
  const plain = defaultsOfTypes(entity);
  for (const name of Object.keys(plain)) set(name, plain[name]);
  if (entity.fields.has("custom_formatted_id")) set("custom_formatted_id", `QB-${String(id).padStart(5, "0")}`);
  if (entity.fields.has("id_hash") && typeof id === "number") set("id_hash", hashOf(entity.name, id));
  for (const [name, value] of Object.entries(own)) {
    if (entity.fields.has(name)) set(name, value);
  }
}

/** Returns the laboratory's own id: the day on which the sample arrived, and a number (docs/qbench-api.md §11). */
function labId(id: unknown, time: number): string {
  const [month, dayOfMonth, year = ""] = formatDate(time).split("/");
  return `${year.slice(2)}${month}${dayOfMonth}-${String(id).padStart(4, "0")}`;
}

const isTime = (value: unknown): value is number => typeof value === "number";

/** Returns the number of days in a payment term such as "Net 30". */
const termDays = (term: unknown): number => Number(/\d+/.exec(String(term ?? ""))?.[0] ?? 30);

/** Returns the fields of a new record that follow from the dates of its events. */
export function datesOf(entity: Entity, record: Fields): Fields {
  const fields: Record<string, unknown> = {};
  if (entity.name === "Invoice" && isTime(record.invoice_date)) {
    fields.due_date = record.invoice_date + termDays(record.payment_term) * day;
  }
  if (entity.name === "Quotation" && isTime(record.quotation_date)) {
    fields.expiration_date = record.quotation_date + 30 * day;
  }
  if (entity.name === "Sample") {
    const { id, lab_id, date_received: received, date_created: created, time_of_collection: collected } = record;
    const arrived = isTime(received) ? received : created;
    if (isTime(arrived)) fields.lab_id = lab_id ?? labId(id, arrived);
    // Samples are collected before the laboratory enters them.
    if (isTime(collected) && isTime(created)) fields.time_of_collection = Math.min(collected, created);
  }
  const { estimated_start_date: start, estimated_complete_date: end } = record;
  if (entity.name === "Test" && isTime(start) && isTime(end)) {
    Object.assign(fields, {
      estimated_start_date: Math.min(start, end),
      estimated_complete_date: Math.max(start, end),
    });
  }
  return fields;
}

/** Returns the fields that follow from the fields of an update. `record` is the record after it. */
export function recomputedFields(entity: Entity, record: Fields, given: Fields): Fields {
  switch (entity.name) {
    case "InvoiceItem": {
      const changed = ["quantity", "base_price", "discount", "surcharge"].some(name => given[name] !== undefined);
      return changed && record.invoice_item_type === "INVOICE_ITEM" ? { amount: itemAmount(record) } : {};
    }
    case "Invoice": {
      const { order_id, order_ids } = given;
      if (order_ids !== undefined) return orderFields({ order_ids, order_id: order_id });
      return order_id === undefined ? {} : orderFields({ order_id });
    }
    case "Order": {
      const { order_request, order_request_status } = given;
      if (order_request !== undefined || order_request_status !== undefined) {
        return requestFields({ order_request, order_request_status });
      }
      return {};
    }
    default:
      return {};
  }
}

/** Returns the amount of an item for a product or a service. The formula is assumed (docs/qbench-api.md §11). */
export function itemAmount({ base_price, quantity, discount, surcharge }: Fields): number {
  return toCents(Number(base_price ?? 0) * Number(quantity ?? 1) - Number(discount ?? 0) + Number(surcharge ?? 0));
}

/** Rounds an amount of money to cents. */
export const toCents = (amount: number): number => Math.round(amount * 100) / 100;
