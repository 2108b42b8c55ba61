import type { Model } from "../model/model.js";
import type { Store } from "../records/store.js";
import { applyPayment } from "../rules/applied-payments.js";
import { toCents } from "../rules/defaults.js";

/**
 * Applies seeded payments to invoices of their customers, and never more than is left of either. Each third payment
 * covers a part of its invoice only.
 */
export function seedPayments(model: Model, store: Store): void {
  const payments = model.entities.get("Payment")?.seed.count ?? 0;
  const invoices = model.entities.get("Invoice")?.seed.count ?? 0;
  const customers = model.entities.get("Customer")?.seed.count ?? 0;
  for (let id = 1; id <= payments; id++) {
    for (let invoiceId = id; invoiceId <= invoices && customers > 0; invoiceId += customers) {
      const payment = store.find("Payment", id);
      const outstanding = Number(store.find("Invoice", invoiceId)?.outstanding_amount);
      const amount = Math.min(Number(payment?.unapplied_amount), toCents(outstanding / (id % 3 === 1 ? 4 : 1)));
      if (amount > 0) applyPayment(store, id, invoiceId, amount, Number(payment?.payment_date));
    }
  }
}
