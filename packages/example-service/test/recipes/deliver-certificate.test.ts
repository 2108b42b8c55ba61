import { link, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { downloadFile } from "@qbench-sdk/client";
import { describe, expect, it } from "vitest";
import { deliverCertificate } from "../../src/recipes/deliver-certificate.ts";
import {
  badDay,
  type Laboratory,
  runAfterLostWrites,
  runInBriefFailures,
  runUntilDone,
  startLaboratory,
} from "../support/laboratory.ts";

// Seeded reports have the configuration 1.
const reportConfigId = 7;

/** Reports are rendered at the first read. */
const rendering = { pendingReads: 0 };

/** Creates an order whose tests are complete. */
async function completeOrder({ connect }: Laboratory, complete_date = "07/16/2026"): Promise<number> {
  const client = connect();
  const [order] = await client.orders.create([{ customer_account_id: 1 }]);
  const samples = await client.samples.create([1, 2].map(() => ({ order_id: order?.id ?? 0 })));
  const tests = await client.tests.create(samples.map(({ id }) => ({ sample_id: id, assay_id: 1 })));
  await client.tests.update(tests.map(({ id }) => ({ id, state: "COMPLETED", complete_date })));
  return order?.id ?? 0;
}

/** Checks that the order has one published certificate, whose file is the only one in the folder. */
async function expectCertificate({ emulator, connect, folder }: Laboratory, orderId: number): Promise<void> {
  emulator.faults.clear();
  const reports = (await connect().reports.list().toArray()).filter(
    report => report.report_config_id === reportConfigId && report.order_id === orderId,
  );
  expect(reports).toMatchObject([{ order_id: orderId, state: "PUBLISHED", emailed: true }]);
  expect(await readdir(folder)).toEqual([`${orderId}.pdf`]);
  const { stream } = await downloadFile(reports[0] ?? {});
  const bytes = Buffer.from(await new Response(stream).arrayBuffer());
  expect(bytes.length).toBeGreaterThan(0);
  expect(await readFile(join(folder, `${orderId}.pdf`))).toEqual(bytes);
}

describe("the recipe for certificates", () => {
  it("deliverCertificate delivers one certificate in one run during each brief failure", async () => {
    const laboratory = await startLaboratory({ rendering });
    const { folder } = laboratory;
    const orderIds: number[] = [];
    for (let count = 0; count < 7; count++) orderIds.push(await completeOrder(laboratory));
    await runInBriefFailures(
      laboratory,
      (client, index) =>
        deliverCertificate(client, { orderId: orderIds[index] ?? 0, reportConfigId, folder, intervalMs: 1 }),
      async (path, index) => {
        expect(path).toBe(join(folder, `${orderIds[index]}.pdf`));
        await expectCertificate(laboratory, orderIds[index] ?? 0);
        await rm(path);
      },
    );
  });

  it.each(["reports", "reports/publish"])(
    "deliverCertificate delivers one certificate in at most two runs after a lost POST to %s",
    async path => {
      const laboratory = await startLaboratory({ rendering });
      const { folder } = laboratory;
      const orderIds: number[] = [];
      for (let count = 0; count < 5; count++) orderIds.push(await completeOrder(laboratory));
      await runAfterLostWrites(
        laboratory,
        { method: "POST", path: `/qbench/api/v2/${path}` },
        (client, index) =>
          deliverCertificate(client, { orderId: orderIds[index] ?? 0, reportConfigId, folder, intervalMs: 1 }),
        async (saved, index) => {
          await expectCertificate(laboratory, orderIds[index] ?? 0);
          await rm(saved);
        },
      );
    },
  );

  it.each([1, 2, 3])("deliverCertificate delivers one certificate on the bad day %i", async seed => {
    const laboratory = await startLaboratory({ seed, rendering });
    const options = {
      orderId: await completeOrder(laboratory),
      reportConfigId,
      folder: laboratory.folder,
      intervalMs: 1,
    };
    for (const fault of badDay) laboratory.emulator.faults.add(fault);
    await runUntilDone(laboratory, client => deliverCertificate(client, options));
    await expectCertificate(laboratory, options.orderId);
  });

  it.each([
    { render_status: "FAILED" },
    { render_status: "CANCELLED" },
    { state: "WITHDRAWN" },
    { state: "OVERRIDDEN" },
    { report_config_id: 8 },
  ])("deliverCertificate creates a certificate if the order has one that is %j", async fields => {
    const laboratory = await startLaboratory({ rendering });
    const { connect, emulator, folder } = laboratory;
    const orderId = await completeOrder(laboratory);
    const old = emulator.records.create("reports", {
      order_id: orderId,
      report_config_id: reportConfigId,
      state: "PUBLISHED",
      date_published: new Date(),
      ...fields,
    });
    await deliverCertificate(connect(), { orderId, reportConfigId, folder, intervalMs: 1 });
    emulator.records.delete("reports", old.id);
    await expectCertificate(laboratory, orderId);
  });

  it("deliverCertificate saves a certificate that is published already, and does not publish it again", async () => {
    const laboratory = await startLaboratory({ rendering });
    const { connect, emulator, folder } = laboratory;
    const orderId = await completeOrder(laboratory);
    const options = { orderId, reportConfigId, folder, intervalMs: 1 };
    await rm(await deliverCertificate(connect(), options));
    await deliverCertificate(connect(), options);
    await expectCertificate(laboratory, orderId);
    expect(emulator.stats.byOperation["POST /qbench/api/v2/reports/publish"]).toBe(1);
  });

  it("deliverCertificate replaces a file, so that a program that reads the old one still has all of it", async () => {
    const laboratory = await startLaboratory({ rendering });
    const { connect, folder } = laboratory;
    const orderId = await completeOrder(laboratory);
    await writeFile(join(folder, `${orderId}.pdf`), "old");
    await link(join(folder, `${orderId}.pdf`), join(folder, "open"));
    await deliverCertificate(connect(), { orderId, reportConfigId, folder, intervalMs: 1 });
    expect(await readFile(join(folder, "open"), "utf8")).toBe("old");
    await rm(join(folder, "open"));
    await expectCertificate(laboratory, orderId);
  });

  it("deliverCertificate creates no report for an order without tests or with an incomplete one", async () => {
    const { connect, folder, emulator } = await startLaboratory();
    const client = connect();
    const [order] = await client.orders.create([{ customer_account_id: 1 }]);
    const options = { orderId: order?.id ?? 0, reportConfigId, folder };
    await expect(deliverCertificate(client, options)).rejects.toThrow("has 0 tests. Incomplete: none.");
    const [sample] = await client.samples.create([{ order_id: options.orderId }]);
    const [test] = await client.tests.create([{ sample_id: sample?.id ?? 0, assay_id: 1 }]);
    await expect(deliverCertificate(client, options)).rejects.toThrow(`has 1 tests. Incomplete: ${test?.id}.`);
    expect(emulator.stats.byOperation["POST /qbench/api/v2/reports"]).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });
});
