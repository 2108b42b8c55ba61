import type { QBenchClient } from "@qbench-sdk/client";

/** Returns the newest orders and the total number of orders. */
export async function newestOrders(client: QBenchClient, count: number) {
  const page = await client.orders.list({ page_size: count, sort_by: "id", sort_order: "DESC" });
  return { orders: page.data, total: page.total_count };
}

/** Returns one order with all its samples and the number of its tests. */
export async function readOrder(client: QBenchClient, id: number) {
  const [order, samples, tests] = await Promise.all([
    client.orders.get(id),
    client.orders.samples(id).toArray(),
    client.orders.tests(id).total(),
  ]);
  return { order, samples, tests };
}

/** Creates an order for a customer. */
export async function createOrder(client: QBenchClient, customerId: number) {
  const [created] = await client.orders.create([{ customer_account_id: customerId, special_instructions: "Rush" }]);
  if (!created) throw new Error("QBench created no order");
  return created;
}

/** Changes the state of an order. */
export async function changeState(client: QBenchClient, id: number, state: string) {
  const [updated] = await client.orders.update([{ id, state }]);
  if (!updated) throw new Error("QBench updated no order");
  return updated;
}
