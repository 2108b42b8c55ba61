import type { Model } from "../model/model.js";
import type { Store, StoredRecord } from "../records/store.js";
import { appliedAmount, appliedAt } from "./applied-payments.js";
import { itemAmount, toCents } from "./defaults.js";

type Compute = (record: StoredRecord, store: Store, model: Model) => unknown;

const number = (value: unknown): number => (typeof value === "number" ? value : 0);

function childrenOf(entity: string, list: string, record: StoredRecord, store: Store, model: Model): StoredRecord[] {
  const nested = model.entities.get(entity)?.nested.get(list);
  return nested ? store.children(record, nested) : [];
}

/** Returns the items of an invoice in the order in which they add up (docs/qbench-api.md §11). */
const itemsOf = (invoice: StoredRecord, store: Store, model: Model): StoredRecord[] =>
  childrenOf("Invoice", "invoice-items", invoice, store, model).sort(
    (a, b) => number(a.sort_order) - number(b.sort_order) || number(a.id) - number(b.id),
  );

/** Returns the amount of each item, and the sum. Percentages apply to the items before them. */
function addItems(items: readonly StoredRecord[]): { amounts: Map<StoredRecord["id"], number>; sum: number } {
  const amounts = new Map<StoredRecord["id"], number>();
  let sum = 0;
  for (const item of items) {
    const type = String(item.invoice_item_type);
    const isDiscount = type.endsWith("DISCOUNT");
    const rate = Number((isDiscount ? item.discount : item.surcharge) ?? item.base_price ?? 0);
    const own = Object.hasOwn(item, "amount") ? number(item.amount) : undefined;
    let amount = own;
    if (type === "SUBTOTAL") amount ??= sum;
    else if (type.startsWith("PERCENT_")) amount ??= toCents((sum * rate) / 100);
    else if (type.startsWith("FLAT_")) amount ??= rate;
    else amount ??= itemAmount(item);
    amounts.set(item.id, amount);
    if (type !== "SUBTOTAL") sum = toCents(sum + (isDiscount ? -Math.abs(amount) : amount));
  }
  return { amounts, sum };
}

function taxesOf(items: readonly StoredRecord[]): number {
  const { amounts } = addItems(items);
  const tax = items.map(item => (number(amounts.get(item.id)) * number(item.tax_rate_percentage)) / 100);
  return toCents(tax.reduce((sum, part) => sum + part, 0));
}

const paymentsOf: (...args: [StoredRecord, Store, Model]) => StoredRecord[] = (invoice, store, model) =>
  childrenOf("Invoice", "payments", invoice, store, model);

/** Returns the part of an invoice that payments cover. */
export const paidAmount = (invoice: StoredRecord, store: Store, model: Model): number =>
  toCents(paymentsOf(invoice, store, model).reduce((sum, { id }) => sum + appliedAmount(store, id, invoice.id), 0));

/** Returns the part of a payment that is applied to invoices. */
export const usedAmount = (payment: StoredRecord, store: Store, model: Model): number =>
  toCents(
    childrenOf("Payment", "invoices", payment, store, model).reduce(
      (sum, { id }) => sum + appliedAmount(store, payment.id, id),
      0,
    ),
  );

/** Returns the id of the latest report that is rendered and covers the record. */
const mostRecentReport =
  (entity: string): Compute =>
  (record, store, model) => {
    let latest: StoredRecord | undefined;
    for (const report of childrenOf(entity, "reports", record, store, model)) {
      if (report.render_status !== "SUCCESSFUL") continue;
      const later = number(report.date_generated) - number(latest?.date_generated);
      if (!latest || later > 0 || (later === 0 && number(report.id) > number(latest.id))) latest = report;
    }
    return latest?.id ?? null;
  };

const computes: Readonly<Record<string, Readonly<Record<string, Compute>>>> = {
  Invoice: {
    sub_total: (invoice, store, model) => addItems(itemsOf(invoice, store, model)).sum,
    total: invoice => toCents(number(invoice.sub_total) - number(invoice.discount)),
    total_after_tax: (invoice, store, model) =>
      toCents(number(invoice.total) + taxesOf(itemsOf(invoice, store, model))),
    outstanding_amount: (invoice, store, model) =>
      Object.hasOwn(invoice, "paid") && invoice.paid === true
        ? 0
        : toCents(number(invoice.total_after_tax) - paidAmount(invoice, store, model)),
    paid: invoice => number(invoice.total_after_tax) > 0 && number(invoice.outstanding_amount) <= 0,
    date_paid: (invoice, store, model) =>
      invoice.paid === true
        ? paymentsOf(invoice, store, model).reduce<number | null>(
            (last, { id }) => Math.max(last ?? 0, appliedAt(store, id, invoice.id)),
            null,
          )
        : null,
  },
  InvoiceItem: {
    amount(item, store, model) {
      const invoice = store.find("Invoice", item.invoice_id);
      const items = invoice ? itemsOf(invoice, store, model) : [];
      // A deleted item is not among those of its invoice.
      return addItems(items).amounts.get(item.id) ?? itemAmount(item);
    },
  },
  Order: {
    total_samples_created: (order, store, model) => childrenOf("Order", "samples", order, store, model).length,
  },
  Payment: {
    unapplied_amount: (payment, store, model) => toCents(number(payment.amount) - usedAmount(payment, store, model)),
  },
  Sample: { most_recent_report_id: mostRecentReport("Sample") },
  Test: { most_recent_report_id: mostRecentReport("Test") },
};

/** Returns the fields of an entity that are computed from other records, unless the record has a value of its own. */
export const computedFields = (entity: string): readonly string[] => computedNames[entity] ?? [];

const computedNames: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(computes).map(([entity, fields]) => [entity, Object.keys(fields)]),
);

/** Returns true if the server alone sets the field. Writes ignore it, as they do unknown fields. */
export const isMaintained = (entity: string, field: string): boolean =>
  entity !== "InvoiceItem" && Object.hasOwn(computes[entity] ?? {}, field);

/**
 * Returns a function that gives a new record the computed fields of its entity, and freezes it. They are getters of its
 * prototype: a value of the record itself comes first, copies of a record lack them, and nothing is computed before it
 * is read.
 */
export function createComputedFields(
  model: Model,
  store: () => Store,
): (entity: string, record: StoredRecord) => StoredRecord {
  const prototypes = new Map(
    Object.entries(computes).map(([entity, fields]) => {
      const known = Object.entries(fields).filter(([name]) => model.entities.get(entity)?.fields.has(name));
      const getters = known.map(([name, compute]) => [
        name,
        {
          get(this: StoredRecord) {
            return compute(this, store(), model);
          },
        },
      ]);
      return [entity, Object.create(null, Object.fromEntries(getters))] as const;
    }),
  );
  return (entity, record) => {
    // Not a copy with this prototype, which takes seven times as long.
    const prototype = prototypes.get(entity);
    return Object.freeze(prototype ? Object.setPrototypeOf(record, prototype) : record);
  };
}
