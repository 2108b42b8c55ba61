import { customField, QBenchApiError, QBenchIgnoredFieldsError } from "@qbench-sdk/client";
import { describe, expect, it } from "vitest";
import { submitOrder } from "../../src/recipes/submit-order.ts";
import {
  badDay,
  ignoreFilters,
  type Laboratory,
  runAfterLostWrites,
  runInBriefFailures,
  runUntilDone,
  startLaboratory,
} from "../support/laboratory.ts";

const submission = { customerId: 3, number: "PO-1187", lots: ["L-2001", "L-2002", "L-2003"] };

/** Returns the lots of each order with the number, after all faults. */
async function readIntake({ emulator, connect }: Laboratory, number = submission.number) {
  emulator.faults.clear();
  const client = connect();
  const orders = await client.orders.list({ customer_ids: [submission.customerId] }).toArray();
  const submitted = orders.filter(order => customField(order, "purchase_order") === number);
  return Promise.all(
    submitted.map(async ({ id }) => {
      const samples = await client.orders.samples(id).toArray();
      return samples.map(sample => customField(sample, "lot_number"));
    }),
  );
}

describe("the recipe for order intake", () => {
  it("submitOrder creates an order with its samples once, if it is called twice", async () => {
    const laboratory = await startLaboratory();
    const order = await submitOrder(laboratory.connect(), submission);
    expect(await submitOrder(laboratory.connect(), submission)).toMatchObject({ id: order.id });
    expect(await readIntake(laboratory)).toEqual([submission.lots]);
    expect(laboratory.emulator.stats.byOperation).toMatchObject({
      "POST /qbench/api/v2/orders": 1,
      "POST /qbench/api/v2/samples": 1,
    });
  });

  it("submitOrder succeeds in one run during each brief failure", async () => {
    const laboratory = await startLaboratory();
    await runInBriefFailures(
      laboratory,
      (client, index) => submitOrder(client, { ...submission, number: `PO-${index}` }, 0),
      async (_, index) => expect(await readIntake(laboratory, `PO-${index}`)).toEqual([submission.lots]),
    );
  });

  it.each(["orders", "samples"])(
    "submitOrder creates no duplicates if the response to a POST to %s is lost",
    async path => {
      const laboratory = await startLaboratory();
      await runAfterLostWrites(
        laboratory,
        { method: "POST", path: `/qbench/api/v2/${path}` },
        (client, index) => submitOrder(client, { ...submission, number: `PO-${index}` }, 0),
        async (_, index, wasLost) => {
          expect(wasLost).toBe(false);
          expect(await readIntake(laboratory, `PO-${index}`)).toEqual([submission.lots]);
        },
      );
    },
  );

  it.each([1, 2, 3])("submitOrder creates no duplicates on the bad day %i", async seed => {
    const laboratory = await startLaboratory({ faults: badDay, seed });
    await runUntilDone(laboratory, client => submitOrder(client, submission, 0));
    expect(laboratory.emulator.stats.faults).toBeGreaterThan(0);
    expect(await readIntake(laboratory)).toEqual([submission.lots]);
  });

  it("submitOrder finds the order among others with similar numbers and those of other customers", async () => {
    const laboratory = await startLaboratory();
    for (const [customerId, number] of [
      [3, "PO-118"],
      [3, "PO-11870"],
      [4, "PO-1187"],
    ] as const) {
      await submitOrder(laboratory.connect(), { customerId, number, lots: [] });
    }
    await submitOrder(laboratory.connect(), submission);
    await submitOrder(laboratory.connect(), submission);
    expect(await readIntake(laboratory)).toEqual([submission.lots]);
  });

  it("submitOrder finds the order of the customer if QBench ignores the filters", async () => {
    const laboratory = await startLaboratory();
    await submitOrder(laboratory.connect(), { ...submission, customerId: 4 });
    await submitOrder(laboratory.connect(ignoreFilters), submission);
    await submitOrder(laboratory.connect(ignoreFilters), submission);
    expect(await readIntake(laboratory)).toEqual([submission.lots]);
  });

  it("submitOrder creates one sample for a lot that is listed twice", async () => {
    const laboratory = await startLaboratory();
    await submitOrder(laboratory.connect(), { ...submission, lots: ["L-2001", "L-2001"] });
    expect(await readIntake(laboratory)).toEqual([["L-2001"]]);
  });

  it("submitOrder sends a rejected order once", async () => {
    const { connect, emulator } = await startLaboratory();
    await expect(submitOrder(connect(), { ...submission, customerId: 9999 })).rejects.toThrow(QBenchApiError);
    expect(emulator.stats.byOperation["POST /qbench/api/v2/orders"]).toBe(1);
  });

  it("submitOrder stops if orders lack the custom field, because the order could not be found again", async () => {
    const { connect, emulator } = await startLaboratory({ customFields: { samples: { lot_number: "STR" } } });
    await expect(submitOrder(connect(), submission, 0)).rejects.toThrow(QBenchIgnoredFieldsError);
    expect(emulator.stats.byOperation["POST /qbench/api/v2/orders"]).toBe(1);
    expect(emulator.stats.byOperation["POST /qbench/api/v2/samples"]).toBeUndefined();
  });

  it("submitOrder stops if samples lack the custom field, because they could not be found again", async () => {
    const { connect, emulator } = await startLaboratory({ customFields: { orders: { purchase_order: "STR" } } });
    await expect(submitOrder(connect(), submission, 0)).rejects.toThrow(QBenchIgnoredFieldsError);
    expect(emulator.stats.byOperation["POST /qbench/api/v2/samples"]).toBe(1);
  });
});
