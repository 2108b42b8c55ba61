import { createEmulator, type EmulatorOptions } from "@qbench-sdk/emulator";
import { describe, expect, it } from "vitest";
import { createQBenchClient, QBenchApiError, type QBenchClient } from "../../src/index.js";

/** The code under test: a service that gets its client as an argument. */
async function receiveOrder(client: QBenchClient, id: number): Promise<number> {
  const samples = await client.orders.samples(id).toArray();
  await client.samples.update(samples.map(sample => ({ id: sample.id, received: true })));
  return samples.length;
}

let laboratories = 0;

function createTestClient(options?: EmulatorOptions) {
  const emulator = createEmulator(options);
  const { id, secret } = emulator.clients.create({ name: "under test" });
  const client = createQBenchClient({
    baseUrl: `https://lab-${++laboratories}.example`,
    clientId: id,
    clientSecret: secret,
    fetch: emulator.fetch,
    retry: false,
  });
  return { emulator, client };
}

/** A laboratory without other records, so that the tests know its whole content. */
const records = { "*": 0, orders: [{ id: 7 }], samples: [{ id: 1, order_id: 7 }, { id: 2, order_id: 7 }, { id: 3 }] };

describe("receiveOrder", () => {
  it("marks all samples of the order as received, in one request", async () => {
    const { emulator, client } = createTestClient({ records });
    expect(await receiveOrder(client, 7)).toBe(2);
    const samples = emulator.records.list("samples");
    expect(samples.map(({ received }) => received)).toEqual([true, true, false]);
    expect(emulator.stats.byOperation["PATCH /qbench/api/v2/samples"]).toBe(1);
  });

  it("rejects with a QBenchApiError if the update fails", async () => {
    const { client } = createTestClient({ records, faults: [{ on: "api", method: "PATCH", status: 503 }] });
    await expect(receiveOrder(client, 7)).rejects.toThrow(QBenchApiError);
  });
});
