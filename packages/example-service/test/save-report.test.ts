import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { QBenchDeliveryError } from "@qbench-sdk/client/reports";
import type { EmulatorOptions } from "@qbench-sdk/emulator";
import { describe, expect, it } from "vitest";
import { saveReport } from "../src/save-report.ts";
import { startTestTenant } from "./support/service.ts";

const create = "POST /qbench/api/v2/reports";
const publish = "POST /qbench/api/v2/reports/publish";
const options = { intervalMs: 1 };

/** Starts a tenant. Returns the id of an order with tests, and the path and the folder for the PDF. */
async function startWithOrder(emulatorOptions: EmulatorOptions = {}) {
  const { emulator, client, path } = await startTestTenant(emulatorOptions);
  const { sample_id } = await client.tests.get(1);
  const { order_id } = await client.samples.get(sample_id ?? 0);
  const folder = dirname(path);
  return { emulator, client, orderId: order_id ?? 0, folder, pdf: join(folder, "order.pdf") };
}

describe("the report of an order", () => {
  it("is created from all tests of the order, published, and saved as a PDF", async () => {
    const { emulator, client, orderId, folder, pdf } = await startWithOrder();
    const steps: string[] = [];
    const report = await saveReport(client, orderId, pdf, {
      ...options,
      onProgress: ({ step }) => void steps.push(step),
    });
    expect(report).toMatchObject({ render_status: "SUCCESSFUL", date_published: expect.any(String) });
    expect(steps).toEqual(["created", "rendered", "published", "downloaded"]);
    expect(await readFile(pdf, "latin1")).toMatch(/^%PDF-[\s\S]*%%EOF\s*$/);
    expect(await readdir(folder)).toEqual(["order.pdf"]);
    expect(emulator.stats.byOperation).toMatchObject({ [create]: 1, [publish]: 1 });
  });

  it("is continued by the next run if the first one failed, without a second report", async () => {
    const { emulator, client, orderId, folder, pdf } = await startWithOrder();
    const remove = emulator.faults.add({ on: "storage", cut: "during" });
    await expect(saveReport(client, orderId, pdf, options)).rejects.toThrow(QBenchDeliveryError);
    expect(await readdir(folder)).toEqual(["order.pdf.resume.json"]);
    remove();
    await saveReport(client, orderId, pdf, options);
    expect(await readdir(folder)).toEqual(["order.pdf"]);
    expect(emulator.stats.byOperation).toMatchObject({ [create]: 1, [publish]: 1 });
  });

  it("is created anew by the next run if the laboratory could not render it", async () => {
    const { emulator, client, orderId, folder, pdf } = await startWithOrder({ rendering: { error: "No template" } });
    for (const created of [1, 2]) {
      await expect(saveReport(client, orderId, pdf, options)).rejects.toThrow("No template");
      expect(await readdir(folder)).toEqual([]);
      expect(emulator.stats.byOperation[create]).toBe(created);
    }
  });

  it("is not created for an order without tests", async () => {
    const { emulator, client, pdf } = await startWithOrder();
    const [order] = await client.orders.create([{ customer_account_id: 1 }]);
    const id = order?.id ?? 0;
    await expect(saveReport(client, id, pdf, options)).rejects.toThrow(`Order ${id} has no tests to report.`);
    expect(emulator.stats.byOperation[create]).toBe(undefined);
  });
});
