import type { DatabaseSync } from "node:sqlite";
import type { MirrorStore } from "@qbench-sdk/client/mirror";
import type { Order } from "@qbench-sdk/types";

/** Stores the state of each order for `syncList`, and marks the orders that become complete as `todo`. */
export function openOrderStore(database: DatabaseSync): MirrorStore<Order> {
  database.exec(`CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, version TEXT, state TEXT, todo INTEGER);
    CREATE TABLE IF NOT EXISTS sync (id INTEGER PRIMARY KEY, state TEXT)`);
  const selectOrder = database.prepare("SELECT version FROM orders WHERE id = ?");
  const deleteOrder = database.prepare("DELETE FROM orders WHERE id = ?");
  const saveOrder = database.prepare(`INSERT INTO orders VALUES (:id, :version, :state, :state = 'COMPLETED')
    ON CONFLICT DO UPDATE SET version = :version, state = :state,
    todo = :state = 'COMPLETED' AND (todo OR state IS NOT 'COMPLETED')`);
  const saveState = database.prepare("INSERT OR REPLACE INTO sync VALUES (1, ?)");
  return {
    loadState: () => database.prepare("SELECT state FROM sync").get()?.state?.toString(),
    loadVersions: ids => ids.map(id => [id, selectOrder.get(id)?.version?.toString()] as const),
    loadIds: () => Array.from(database.prepare("SELECT id FROM orders").iterate(), ({ id }) => Number(id)),
    save(changes, state) {
      database.exec("BEGIN");
      try {
        for (const change of changes) {
          if (change.type === "deleted") deleteOrder.run(change.id);
          else saveOrder.run({ id: change.id, version: change.version, state: change.record.state ?? null });
        }
        saveState.run(state);
        database.exec("COMMIT");
      } finally {
        if (database.isTransaction) database.exec("ROLLBACK"); // Something above failed.
      }
    },
  };
}
