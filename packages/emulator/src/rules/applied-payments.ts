import type { RecordId, Store, StoredRecord } from "../records/store.js";

/** The store's name for the amounts that payments cover of invoices. The API shows no such records. */
const application = "InvoicePayment";

const roles = ["payment", "invoice"] as const;

const keyOf = (paymentId: RecordId, invoiceId: RecordId): string => `${paymentId} ${invoiceId}`;

const applied = (store: Store, paymentId: RecordId, invoiceId: RecordId): StoredRecord | undefined =>
  store.find(application, keyOf(paymentId, invoiceId));

/** Returns true if some of the payment is applied to the invoice. */
export const isApplied = (store: Store, paymentId: RecordId, invoiceId: RecordId): boolean =>
  applied(store, paymentId, invoiceId) !== undefined;

/** Returns the part of a payment that is applied to an invoice. */
export const appliedAmount = (store: Store, paymentId: RecordId, invoiceId: RecordId): number =>
  Number(applied(store, paymentId, invoiceId)?.applied_amount ?? 0);

/** Returns the time at which the applied amount last changed, in epoch milliseconds. */
export const appliedAt = (store: Store, paymentId: RecordId, invoiceId: RecordId): number =>
  Number(applied(store, paymentId, invoiceId)?.date_applied ?? 0);

/** Sets the part of a payment that is applied to an invoice. `time` is in epoch milliseconds. */
export function applyPayment(
  store: Store,
  paymentId: RecordId,
  invoiceId: RecordId,
  amount: number,
  time: number,
): void {
  store.insert(application, { id: keyOf(paymentId, invoiceId), applied_amount: amount, date_applied: time });
  store.link(roles, [paymentId, invoiceId]);
}

/** Takes a payment back from an invoice. Returns false if it was not applied. */
export function removePayment(store: Store, paymentId: RecordId, invoiceId: RecordId): boolean {
  store.remove(application, keyOf(paymentId, invoiceId));
  return store.unlink(roles, [paymentId, invoiceId]);
}
