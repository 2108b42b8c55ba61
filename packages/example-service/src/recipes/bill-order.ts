import type { QBenchClient } from "@qbench-sdk/client";
import type { Invoice } from "@qbench-sdk/types";

export interface Bill {
  /** The number of the invoice in the accounting system. */
  number: string;
  orderId: number;
  templateId: number;
  lines: { name: string; quantity: number; price: number }[];
}

/** Creates the invoice of an order with its items. If the invoice exists, creates the items that it lacks. */
export async function billOrder(client: QBenchClient, { number, orderId, templateId, lines }: Bill): Promise<Invoice> {
  const invoices = await client.orders.invoices(orderId).toArray();
  let invoice = invoices.find(({ external_id }) => external_id === number);
  if (!invoice) {
    const created = { external_id: number, order_id: orderId, order_ids: [orderId], template_id: templateId };
    [invoice] = await client.invoices.create([created], { onIgnoredFields: "throw" });
  }
  if (!invoice) throw new Error("QBench returned no invoice.");
  const { id } = invoice;
  const existing = new Set((await client.invoices.invoiceItems(id).toArray()).map(({ name }) => name));
  const missing = lines
    .filter(({ name }) => !existing.has(name))
    .map(({ name, quantity, price }, index) => ({
      invoice_id: id,
      invoice_item_type: "INVOICE_ITEM",
      name,
      quantity,
      base_price: price,
      sort_order: existing.size + index,
    }));
  if (missing.length > 0) await client.invoiceItems.create(missing);
  return client.invoices.get(id);
}
