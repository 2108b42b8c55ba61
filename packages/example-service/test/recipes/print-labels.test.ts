import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { QBenchApiError } from "@qbench-sdk/client";
import { describe, expect, it } from "vitest";
import { printLabels } from "../../src/recipes/print-labels.ts";
import { badDay, runInBriefFailures, runUntilDone, startLaboratory } from "../support/laboratory.ts";

/** The labels of the samples of order 7, as the emulator prints them. */
async function expectedLabels(): Promise<string> {
  const client = (await startLaboratory()).connect();
  const samples = await client.orders.samples(7).toArray();
  expect(samples.length).toBeGreaterThan(1);
  return String(
    await client.labels.print(
      1,
      "samples",
      samples.map(({ id }) => ({ id, count: 1 })),
    ),
  );
}

describe("the recipe for labels", () => {
  it("printLabels writes the labels of all samples into a file, in one run during each brief failure", async () => {
    const laboratory = await startLaboratory();
    const labels = await expectedLabels();
    await runInBriefFailures(
      laboratory,
      (client, index) => printLabels(client, 1, 7, join(laboratory.folder, `labels-${index}`)),
      async (path, index) => {
        expect(path).toBe(join(laboratory.folder, `labels-${index}.html`));
        expect(await readFile(path, "utf8")).toBe(labels);
      },
    );
  });

  it.each([1, 2, 3])("printLabels can be run again until it succeeds on the bad day %i", async seed => {
    const laboratory = await startLaboratory({ faults: badDay, seed });
    const path = await runUntilDone(laboratory, client => printLabels(client, 1, 7, join(laboratory.folder, "labels")));
    expect(await readFile(path, "utf8")).toBe(await expectedLabels());
  });

  it.each([
    ["application/pdf", "pdf", "%PDF-1.4"],
    ["text/plain; charset=utf-8", "zpl", "^XA^FDR-1^FS^XZ"],
  ])("printLabels writes the bytes of %s into a file with the extension %s", async (type, extension, body) => {
    const fault = { on: "api", method: "POST", status: 200, headers: { "Content-Type": type }, body } as const;
    const { connect, folder } = await startLaboratory({ faults: [fault] });
    const path = await printLabels(connect(), 1, 7, join(folder, "labels"));
    expect(path).toBe(join(folder, `labels.${extension}`));
    expect(await readFile(path, "utf8")).toBe(body);
  });

  it("printLabels writes no file for an order without samples or an order that does not exist", async () => {
    const { connect, folder } = await startLaboratory();
    const [order] = await connect().orders.create([{ customer_account_id: 1 }]);
    await expect(printLabels(connect(), 1, order?.id ?? 0, join(folder, "labels"))).rejects.toThrow("has no samples");
    await expect(printLabels(connect(), 1, 9999, join(folder, "labels"))).rejects.toThrow(QBenchApiError);
  });
});
