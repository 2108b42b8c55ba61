import { type QBenchClient, unwrap } from "@qbench-sdk/client";

/** An order as the service shows it. */
export interface OrderSummary {
  id: number;
  name: string;
  state: string;
  customerId: number | undefined;
  received: string;
}

interface OrderFields {
  id?: number;
  custom_formatted_id?: string | null;
  state?: string | null;
  customer_account_id?: number | null;
  date_received?: string | null;
}

const summarize = (order: OrderFields): OrderSummary => ({
  id: order.id ?? 0,
  name: order.custom_formatted_id ?? "",
  state: order.state ?? "",
  customerId: order.customer_account_id ?? undefined,
  received: order.date_received ?? "",
});

/** The newest orders, and how many there are in all. */
export async function newestOrders(
  client: QBenchClient,
  count: number,
): Promise<{ orders: OrderSummary[]; total: number }> {
  const page = await unwrap(
    client.GET("/qbench/api/v2/orders", {
      params: { query: { page_size: count, sort_by: "id", sort_order: "DESC" } },
    }),
  );
  return { orders: page.data.map(summarize), total: page.total_count };
}

/** One order with its samples and how many tests each has. */
export async function readOrder(client: QBenchClient, id: number) {
  const path = { order_id: id };
  const [order, samples, tests] = await Promise.all([
    unwrap(client.GET("/qbench/api/v2/orders/{order_id}", { params: { path } })),
    client.paginate("/qbench/api/v2/orders/{order_id}/samples", { params: { path } }).toArray(),
    client.paginate("/qbench/api/v2/orders/{order_id}/tests", { params: { path } }).toArray(),
  ]);
  return {
    order: summarize(order.data),
    samples: samples.map(sample => ({
      id: sample.id,
      type: sample.sample_type ?? "",
      description: sample.description ?? "",
      tests: tests.filter(test => test.sample_id === sample.id).map(test => test.state ?? ""),
    })),
  };
}

/** Creates an order for a customer. Bodies are lists, also for one record. */
export async function createOrder(client: QBenchClient, customerId: number): Promise<OrderSummary> {
  const { data } = await unwrap(
    client.POST("/qbench/api/v2/orders", { body: [{ customer_account_id: customerId, special_instructions: "Rush" }] }),
  );
  const [created] = data;
  if (!created) throw new Error("QBench created no order");
  return summarize(created);
}

export async function changeState(client: QBenchClient, id: number, state: string): Promise<OrderSummary> {
  const { data } = await unwrap(client.PATCH("/qbench/api/v2/orders", { body: [{ id, state }] }));
  const [updated] = data;
  if (!updated) throw new Error("QBench updated no order");
  return summarize(updated);
}
