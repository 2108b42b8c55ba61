import type { QBenchClient } from "@qbench-sdk/client";
import type { Invoice, Payment } from "@qbench-sdk/types";

export interface Receipt {
  /** The number of the payment in the accounting system. */
  number: string;
  customerId: number;
  templateId: number;
  amount: number;
}

/** Creates a payment and applies it to an invoice, unless that is done. Returns the invoice. */
export async function receivePayment(client: QBenchClient, invoiceId: number, receipt: Receipt): Promise<Invoice> {
  const { number, customerId, templateId, amount } = receipt;
  const applied = await client.invoices.payments(invoiceId).toArray();
  if (!applied.some(({ external_id }) => external_id === number)) {
    let payment = await findPayment(client, number);
    if (!payment) {
      const created = { external_id: number, customer_id: customerId, template_id: templateId, amount };
      [payment] = await client.payments.create([created], { onIgnoredFields: "throw" });
    }
    if (!payment) throw new Error("QBench returned no payment.");
    await client.payments.linkInvoices(payment.id, [{ invoice_id: invoiceId, applied_amount: amount }]);
  }
  return client.invoices.get(invoiceId);
}

async function findPayment(client: QBenchClient, number: string): Promise<Payment | undefined> {
  for await (const payment of client.payments.list()) if (payment.external_id === number) return payment;
  return undefined;
}
