import { createQBenchClient, QBenchApiError, type QBenchClient } from "@qbench-sdk/client";
import { createEmulator, type Fault } from "@qbench-sdk/emulator";
import { expect, it } from "vitest";

/** The code under test: puts the orders of a customer that have no samples on hold, and returns their ids. */
async function holdEmptyOrders(client: QBenchClient, customerId: number): Promise<number[]> {
  const orders = await client.orders.list({ customer_ids: [customerId], statuses: ["IN PROGRESS"] }).toArray();
  const empty = orders.filter(order => order.total_samples_created === 0).map(({ id }) => id);
  if (empty.length > 0) await client.orders.update(empty.map(id => ({ id, state: "ON HOLD" })));
  return empty;
}

function createLaboratory(...faults: Fault[]) {
  const state = "IN PROGRESS";
  const records = {
    "*": 0, // No other records.
    customers: [{ id: 4 }, { id: 5 }],
    orders: [
      { id: 7, customer_account_id: 4, state },
      { id: 8, customer_account_id: 4, state },
      { id: 9, customer_account_id: 5, state },
    ],
    samples: [{ order_id: 7 }],
  };
  const emulator = createEmulator({ records, faults });
  const { id: clientId, secret: clientSecret } = emulator.clients.create({ name: "Under test" });
  const settings = { baseUrl: "https://lab.example", clientId, clientSecret, fetch: emulator.fetch };
  const client = createQBenchClient({ ...settings, limits: false, retry: false });
  const statesOf = () => emulator.records.list("orders").map(({ id, state }) => `${id} ${state}`);
  return { client, statesOf };
}

it("holdEmptyOrders puts the empty order of the customer on hold", async () => {
  const { client, statesOf } = createLaboratory();
  expect(await holdEmptyOrders(client, 4)).toEqual([8]);
  expect(statesOf()).toEqual(["7 IN PROGRESS", "8 ON HOLD", "9 IN PROGRESS"]);
});

it("holdEmptyOrders rejects if QBench does not accept the update", async () => {
  const { client, statesOf } = createLaboratory({ on: "api", method: "PATCH", status: 403 });
  await expect(holdEmptyOrders(client, 4)).rejects.toThrow(QBenchApiError);
  expect(statesOf()).toContain("8 IN PROGRESS");
});
