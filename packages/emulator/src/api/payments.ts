import type { HttpError } from "../http/http-error.js";
import type { StoredRecord } from "../records/store.js";
import { appliedAmount, applyPayment, isApplied } from "../rules/applied-payments.js";
import { paidAmount, usedAmount } from "../rules/computed-fields.js";
import { toCents } from "../rules/defaults.js";
import { invalidItem, missingRecord } from "./check-fields.js";
import type { WriteContext } from "./write-context.js";

const amountError = (index: number, description: string): HttpError =>
  invalidItem(index, "applied_amount", description, { type: "value_error.number" });

/**
 * Applies a payment to invoices, or changes what is applied. It rejects amounts that exceed what is left of the payment
 * or of the invoice, and stores nothing before all items are valid (docs/qbench-api.md §12).
 */
export function applyToInvoices(
  { model, store, now }: WriteContext,
  payment: StoredRecord,
  items: readonly Readonly<Record<string, unknown>>[],
  change: "add" | "replace",
): void {
  const amounts = new Map<StoredRecord, number>();
  let left = toCents(Number(payment.amount) - usedAmount(payment, store, model));
  for (const [index, item] of items.entries()) {
    const invoice = store.find("Invoice", item.invoice_id);
    if (!invoice) throw missingRecord(index, "invoice_id", "Invoice", item.invoice_id);
    if (change === "replace" && !isApplied(store, payment.id, invoice.id)) {
      throw invalidItem(index, "invoice_id", `The payment is not applied to the invoice ${invoice.id}`);
    }
    const stored = appliedAmount(store, payment.id, invoice.id);
    const before = amounts.get(invoice) ?? stored;
    // The document does not require the amount of a change (docs/qbench-api.md §1.1).
    const amount = Number(item.applied_amount ?? before);
    if (!(amount > 0)) throw amountError(index, "applied_amount must be more than 0");
    const after = toCents(change === "add" ? before + amount : amount);
    left = toCents(left + before - after);
    if (left < 0) throw amountError(index, "applied_amount exceeds the unapplied amount of the payment");
    const total = Number(invoice.total_after_tax);
    if (after > toCents(total - paidAmount(invoice, store, model) + stored)) {
      throw amountError(index, "applied_amount exceeds the outstanding amount of the invoice");
    }
    amounts.set(invoice, after);
  }
  for (const [invoice, amount] of amounts) applyPayment(store, payment.id, invoice.id, amount, now);
}

/** Throws a 400 if the new amount of a payment is less than what is applied of it. */
export function checkPaymentAmount(
  { model, store }: WriteContext,
  payment: StoredRecord,
  amount: unknown,
  index: number,
): void {
  if (typeof amount !== "number" || amount >= usedAmount(payment, store, model)) return;
  throw invalidItem(index, "amount", "amount is less than what is applied to invoices", { type: "value_error.number" });
}
