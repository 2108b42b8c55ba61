import { QBenchApiError, QBenchIgnoredFieldsError } from "@qbench-sdk/client";
import { describe, expect, it } from "vitest";
import { billOrder } from "../../src/recipes/bill-order.ts";
import { receivePayment } from "../../src/recipes/receive-payment.ts";
import {
  badDay,
  ignoreField,
  type Laboratory,
  runAfterLostWrites,
  runInBriefFailures,
  runUntilDone,
  startLaboratory,
} from "../support/laboratory.ts";

const bill = {
  number: "INV-2026-0815",
  orderId: 5,
  templateId: 1,
  lines: [
    { name: "Potency by HPLC", quantity: 2, price: 65.5 },
    { name: "Heavy metals by ICP-MS", quantity: 1, price: 120 },
    { name: "Courier", quantity: 3, price: 9.99 },
  ],
};
const receipt = { number: "WIRE-77", customerId: 2, templateId: 1, amount: 100.5 };

const items = [
  ["Potency by HPLC", 2, 65.5, 131],
  ["Heavy metals by ICP-MS", 1, 120, 120],
  ["Courier", 3, 9.99, 29.97],
];

/** Reads all invoices with the number, and their items and payments, after all faults. */
async function readBooks({ emulator, connect }: Laboratory, invoice = bill.number, payment = receipt.number) {
  emulator.faults.clear();
  const client = connect();
  const invoices = (await client.invoices.list().toArray()).filter(({ external_id }) => external_id === invoice);
  const payments = (await client.payments.list().toArray()).filter(({ external_id }) => external_id === payment);
  return {
    invoices: await Promise.all(
      invoices.map(async ({ id, order_ids, total, outstanding_amount }) => ({
        order_ids,
        total,
        outstanding_amount,
        items: (await client.invoices.invoiceItems(id).toArray()).map(item => [
          item.name,
          item.quantity,
          item.base_price,
          item.amount,
        ]),
        payments: (await client.invoices.payments(id).toArray()).map(({ external_id }) => external_id),
      })),
    ),
    payments: payments.map(({ amount, unapplied_amount }) => ({ amount, unapplied_amount })),
  };
}

const billed = { order_ids: [5], total: 280.97, outstanding_amount: 280.97, items, payments: [] };
const paid = {
  invoices: [{ ...billed, outstanding_amount: 180.47, payments: ["WIRE-77"] }],
  payments: [{ amount: 100.5, unapplied_amount: 0 }],
};

describe("the recipes for invoices and payments", () => {
  it("billOrder creates an invoice in one run during each brief failure", async () => {
    const laboratory = await startLaboratory();
    await runInBriefFailures(
      laboratory,
      (client, index) => billOrder(client, { ...bill, number: `INV-${index}` }),
      async (invoice, index) => {
        expect(invoice).toMatchObject({ external_id: `INV-${index}`, total: 280.97, outstanding_amount: 280.97 });
        expect(await readBooks(laboratory, `INV-${index}`)).toEqual({ invoices: [billed], payments: [] });
      },
    );
  });

  it("receivePayment pays a part of an invoice in one run during each brief failure", async () => {
    const laboratory = await startLaboratory();
    const { id } = await billOrder(laboratory.connect(), bill);
    await runInBriefFailures(
      laboratory,
      (client, index) => receivePayment(client, id, { ...receipt, number: `WIRE-${index}`, amount: 10.1 }),
      async (invoice, index) => {
        expect(invoice.outstanding_amount).toBeCloseTo(280.97 - 10.1 * (index + 1), 8);
        const { payments } = await readBooks(laboratory, bill.number, `WIRE-${index}`);
        expect(payments).toEqual([{ amount: 10.1, unapplied_amount: 0 }]);
      },
    );
  });

  it.each(["invoices", "invoice-items"])("billOrder creates no duplicates after a lost POST to %s", async path => {
    const laboratory = await startLaboratory();
    await runAfterLostWrites(
      laboratory,
      { method: "POST", path: `/qbench/api/v2/${path}` },
      (client, index) => billOrder(client, { ...bill, number: `INV-${index}` }),
      async (_, index, wasLost) => {
        expect(wasLost).toBe(true);
        expect(await readBooks(laboratory, `INV-${index}`)).toEqual({ invoices: [billed], payments: [] });
      },
    );
  });

  it.each(["payments", "payments/"])("receivePayment pays once after a lost POST to %s", async path => {
    const laboratory = await startLaboratory();
    const { id } = await billOrder(laboratory.connect(), bill);
    await runAfterLostWrites(
      laboratory,
      { method: "POST", path: `/qbench/api/v2/${path}` },
      (client, index) => receivePayment(client, id, { ...receipt, number: `WIRE-${index}`, amount: 10.1 }),
      async (invoice, index) => {
        expect(invoice.outstanding_amount).toBeCloseTo(280.97 - 10.1 * (index + 1), 8);
        const { payments } = await readBooks(laboratory, bill.number, `WIRE-${index}`);
        expect(payments).toEqual([{ amount: 10.1, unapplied_amount: 0 }]);
      },
    );
  });

  it.each([1, 2, 3])("an order is billed and paid once on the bad day %i", async seed => {
    const laboratory = await startLaboratory({ faults: badDay, seed });
    const { id } = await runUntilDone(laboratory, client => billOrder(client, bill));
    await runUntilDone(laboratory, client => receivePayment(client, id, receipt));
    expect(await readBooks(laboratory)).toEqual(paid);
  });

  it("billOrder adds the missing lines behind the ones that the invoice has", async () => {
    const { connect } = await startLaboratory();
    await billOrder(connect(), { ...bill, lines: bill.lines.slice(0, 1) });
    const { id } = await billOrder(connect(), bill);
    const lines = await connect().invoices.invoiceItems(id).toArray();
    expect(lines.map(({ name, sort_order }) => [name, sort_order])).toEqual(
      bill.lines.map(({ name }, index) => [name, index]),
    );
  });

  it("billOrder and receivePayment stop if QBench ignores the number, because it could not be found again", async () => {
    const { connect, emulator } = await startLaboratory();
    const { id } = await billOrder(connect(), bill);
    const client = connect(ignoreField("external_id"));
    await expect(billOrder(client, { ...bill, number: "INV-2" })).rejects.toThrow(QBenchIgnoredFieldsError);
    await expect(receivePayment(client, id, receipt)).rejects.toThrow(QBenchIgnoredFieldsError);
    expect(emulator.stats.byOperation["POST /qbench/api/v2/invoice-items"]).toBe(1);
    expect(emulator.stats.byOperation["POST /qbench/api/v2/payments/{payment_id}/invoices"]).toBeUndefined();
  });

  it("billOrder creates nothing for an order that does not exist", async () => {
    const laboratory = await startLaboratory();
    await expect(billOrder(laboratory.connect(), { ...bill, orderId: 9999 })).rejects.toThrow(QBenchApiError);
    expect(await readBooks(laboratory)).toEqual({ invoices: [], payments: [] });
  });
});
