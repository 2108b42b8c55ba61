import { customField, QBenchApiError, QBenchIgnoredFieldsError } from "@qbench-sdk/client";
import { describe, expect, it } from "vitest";
import { submitOrder } from "../../src/recipes/submit-order.ts";
import {
  badDay,
  type Laboratory,
  lostWrites,
  runInBriefFailures,
  runUntilDone,
  startLaboratory,
} from "../support/laboratory.ts";

const options = { customFields: { orders: { X_PO_NUMBER: "STR" }, samples: { X_CONTAINER: "STR" } } } as const;
const submission = { customerId: 3, poNumber: "PO-1187", containers: ["bottle 1", "bottle 2", "vial A"] };

/** Returns the containers of each order with the number, after all faults. */
async function readIntake({ emulator, connect }: Laboratory, poNumber = submission.poNumber) {
  emulator.faults.clear();
  const client = connect();
  const orders = await client.orders.list({ customer_ids: [submission.customerId] }).toArray();
  const submitted = orders.filter(order => customField(order, "X_PO_NUMBER") === poNumber);
  return Promise.all(
    submitted.map(async ({ id }) => {
      const samples = await client.orders.samples(id).toArray();
      return samples.map(sample => customField(sample, "X_CONTAINER"));
    }),
  );
}

describe("the recipe for order intake", () => {
  it("submitOrder creates an order with its samples once, if it is called twice", async () => {
    const laboratory = await startLaboratory(options);
    const order = await submitOrder(laboratory.connect(), submission);
    expect(await submitOrder(laboratory.connect(), submission)).toMatchObject({ id: order.id });
    expect(await readIntake(laboratory)).toEqual([submission.containers]);
    expect(laboratory.emulator.stats.byOperation).toMatchObject({
      "POST /qbench/api/v2/orders": 1,
      "POST /qbench/api/v2/samples": 1,
    });
  });

  it("submitOrder succeeds in one run during each brief failure", async () => {
    const laboratory = await startLaboratory(options);
    await runInBriefFailures(
      laboratory,
      (client, index) => submitOrder(client, { ...submission, poNumber: `PO-${index}` }, 0),
      async (_, index) => expect(await readIntake(laboratory, `PO-${index}`)).toEqual([submission.containers]),
    );
  });

  it.each(["orders", "samples"].flatMap(path => lostWrites.map(fault => ({ path, ...fault }))))(
    "submitOrder creates no duplicates if the response to a write is lost: %j",
    async ({ path, ...fault }) => {
      const faults = [{ ...fault, on: "api" as const, method: "POST", path: `/qbench/api/v2/${path}`, times: 1 }];
      const laboratory = await startLaboratory({ ...options, faults });
      await submitOrder(laboratory.connect(), submission, 0);
      expect(await readIntake(laboratory)).toEqual([submission.containers]);
    },
  );

  it.each([1, 2, 3])("submitOrder creates no duplicates on the bad day %i", async seed => {
    const laboratory = await startLaboratory({ ...options, faults: badDay, seed });
    await runUntilDone(laboratory, client => submitOrder(client, submission, 0));
    expect(laboratory.emulator.stats.faults).toBeGreaterThan(0);
    expect(await readIntake(laboratory)).toEqual([submission.containers]);
  });

  it("submitOrder finds the order among others with similar numbers and those of other customers", async () => {
    const laboratory = await startLaboratory(options);
    for (const [customerId, poNumber] of [
      [3, "PO-118"],
      [3, "PO-11870"],
      [4, "PO-1187"],
    ] as const) {
      await submitOrder(laboratory.connect(), { customerId, poNumber, containers: [] });
    }
    await submitOrder(laboratory.connect(), submission);
    await submitOrder(laboratory.connect(), submission);
    expect(await readIntake(laboratory)).toEqual([submission.containers]);
  });

  it("submitOrder sends a rejected order once", async () => {
    const { connect, emulator } = await startLaboratory(options);
    await expect(submitOrder(connect(), { ...submission, customerId: 9999 })).rejects.toThrow(QBenchApiError);
    expect(emulator.stats.byOperation["POST /qbench/api/v2/orders"]).toBe(1);
  });

  it("submitOrder stops if the laboratory lacks the custom field, because the order could not be found again", async () => {
    const { connect, emulator } = await startLaboratory({ customFields: {} });
    await expect(submitOrder(connect(), submission, 0)).rejects.toThrow(QBenchIgnoredFieldsError);
    expect(emulator.stats.byOperation["POST /qbench/api/v2/orders"]).toBe(1);
  });
});
