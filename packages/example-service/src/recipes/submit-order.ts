import { setTimeout } from "node:timers/promises";
import { customField, customFields, encodeFields, isOutcomeUnknown, type QBenchClient } from "@qbench-sdk/client";
import type { Order } from "@qbench-sdk/types";

export interface Submission {
  customerId: number;
  /** The number of the order in the system that it comes from. */
  number: string;
  lots: string[];
}

/** Creates an order with a sample for each lot. If the order exists, creates the samples that it lacks. */
export async function submitOrder(client: QBenchClient, submission: Submission, pauseMs = 60_000): Promise<Order> {
  for (let attempt = 1; ; attempt++) {
    try {
      const order = (await findOrder(client, submission)) ?? (await createOrder(client, submission));
      const samples = await client.orders.samples(order.id).toArray();
      const existing = new Set(samples.map(sample => customField(sample, "lot_number")));
      const missing = [...new Set(submission.lots)]
        .filter(lot => !existing.has(lot))
        .map(lot => ({ order_id: order.id, ...customFields({ lot_number: lot }) }));
      if (missing.length > 0) await client.samples.create(missing, { onIgnoredFields: "throw" });
      return order;
    } catch (error) {
      if (attempt === 3 || !isOutcomeUnknown(error)) throw error;
      await setTimeout(pauseMs); // QBench may still be executing the request.
    }
  }
}

async function findOrder(client: QBenchClient, { customerId, number }: Submission): Promise<Order | undefined> {
  const filter = { customer_ids: [customerId], additional_fields_encoded: encodeFields({ purchase_order: number }) };
  for await (const order of client.orders.list(filter)) {
    if (order.customer_account_id === customerId && customField(order, "purchase_order") === number) return order;
  }
  return undefined;
}

async function createOrder(client: QBenchClient, { customerId, number }: Submission): Promise<Order> {
  const order = { customer_account_id: customerId, ...customFields({ purchase_order: number }) };
  const [created] = await client.orders.create([order], { onIgnoredFields: "throw" });
  if (!created) throw new Error("QBench returned no order.");
  return created;
}
