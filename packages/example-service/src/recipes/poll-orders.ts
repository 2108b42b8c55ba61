import type { DatabaseSync } from "node:sqlite";
import type { QBenchClient } from "@qbench-sdk/client";
import { syncList } from "@qbench-sdk/client/mirror";
import { openOrderStore } from "./order-store.ts";

type Deliver = (orderId: number) => Promise<void>;

/** Calls `deliver` for each order that was completed since the last call. The database keeps what is still to do. */
export async function pollOrders(client: QBenchClient, database: DatabaseSync, deliver: Deliver): Promise<void> {
  for await (const { type, id } of syncList(client, "orders", openOrderStore(database))) console.log(type, id);
  const setDone = database.prepare("UPDATE orders SET todo = 0 WHERE id = ?");
  const errors: unknown[] = [];
  for (const { id } of database.prepare("SELECT id FROM orders WHERE todo ORDER BY id").all()) {
    try {
      await deliver(Number(id));
      setDone.run(Number(id));
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} orders were not delivered.`);
}
