import { setTimeout } from "node:timers/promises";
import { customField, customFields, encodeFields, isOutcomeUnknown, type QBenchClient } from "@qbench-sdk/client";
import type { Order } from "@qbench-sdk/types";

export interface Submission {
  customerId: number;
  /** The number of the order in the system that it comes from. */
  poNumber: string;
  containers: string[];
}

/** Creates an order with a sample for each container. If the order exists, creates the samples that it lacks. */
export async function submitOrder(client: QBenchClient, submission: Submission, pauseMs = 60_000): Promise<Order> {
  for (let attempt = 1; ; attempt++) {
    try {
      const order = (await findOrder(client, submission)) ?? (await createOrder(client, submission));
      const samples = await client.orders.samples(order.id).toArray();
      const existing = new Set(samples.map(sample => customField(sample, "X_CONTAINER")));
      const missing = submission.containers
        .filter(container => !existing.has(container))
        .map(container => ({ order_id: order.id, ...customFields({ X_CONTAINER: container }) }));
      if (missing.length > 0) await client.samples.create(missing, { onIgnoredFields: "throw" });
      return order;
    } catch (error) {
      if (attempt === 3 || !isOutcomeUnknown(error)) throw error;
      await setTimeout(pauseMs); // QBench may still be executing the request.
    }
  }
}

async function findOrder(client: QBenchClient, { customerId, poNumber }: Submission): Promise<Order | undefined> {
  const filter = { customer_ids: [customerId], additional_fields_encoded: encodeFields({ X_PO_NUMBER: poNumber }) };
  for await (const order of client.orders.list(filter)) {
    if (customField(order, "X_PO_NUMBER") === poNumber) return order;
  }
  return undefined;
}

async function createOrder(client: QBenchClient, { customerId, poNumber }: Submission): Promise<Order> {
  const order = { customer_account_id: customerId, ...customFields({ X_PO_NUMBER: poNumber }) };
  const [created] = await client.orders.create([order], { onIgnoredFields: "throw" });
  if (!created) throw new Error("QBench returned no order.");
  return created;
}
