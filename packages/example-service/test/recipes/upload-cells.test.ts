import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { QBenchApiError } from "@qbench-sdk/client";
import { describe, expect, it } from "vitest";
import { uploadCells } from "../../src/recipes/upload-cells.ts";
import {
  badDay,
  type Laboratory,
  lostWrites,
  runInBriefFailures,
  runUntilDone,
  startLaboratory,
} from "../support/laboratory.ts";

const assayId = 2;
const written = [
  ["6.95", "0.5012"],
  ["7.10", "0.4987"],
];

/** Creates three samples with tests of the assay, and the file of an instrument for two of them. */
async function measure({ connect, folder }: Laboratory, lines = ["W-1,6.95,0.5012", "W-2,7.10,0.4987"]) {
  const client = connect();
  const samples = await client.samples.create(["W-1", "W-2", "W-20"].map(lab_id => ({ lab_id, order_id: 1 })));
  const tests = await client.tests.create(samples.map(({ id }) => ({ sample_id: id, assay_id: assayId })));
  const path = join(folder, "run-18.csv");
  await writeFile(path, ["lab_id,ph,weight", ...lines, ""].join("\r\n"));
  const readCells = () =>
    Promise.all(
      tests.map(async ({ id }) => {
        const { worksheet_data: data } = await client.tests.worksheetData(id);
        return [data?.ph?.value, data?.weight?.value];
      }),
    );
  const [, , untouched] = await readCells();
  /** Checks that the tests have the values of the file, and that the test that is not in it has its own. */
  const expectCells = async () => expect(await readCells()).toEqual([...written, untouched]);
  return { file: { path, assayId, intervalMs: 1 }, ids: tests.map(({ id }) => id), expectCells };
}

describe("the recipe for the cells of worksheets", () => {
  it("uploadCells writes the cells of each test in one run during each brief failure", async () => {
    const laboratory = await startLaboratory();
    const { file, expectCells } = await measure(laboratory);
    await runInBriefFailures(
      laboratory,
      client => uploadCells(client, file),
      async problems => {
        expect(problems).toEqual([]);
        await expectCells();
      },
    );
  });

  it("uploadCells writes all cells in at most two runs after each kind of lost write", async () => {
    for (const fault of lostWrites) {
      const laboratory = await startLaboratory({ faults: [{ ...fault, on: "api", method: "PATCH", times: 1 }] });
      const { file, ids, expectCells } = await measure(laboratory);
      const isLost = fault.cut === "before" || fault.status !== undefined;
      const unknown = [`Test ${ids[0]} is unknown`, `Test ${ids[1]} is unknown`];
      expect(await uploadCells(laboratory.connect(), file)).toEqual(isLost ? unknown : []);
      expect(await uploadCells(laboratory.connect(), file)).toEqual([]);
      await expectCells();
    }
  });

  it.each([1, 2, 3])("uploadCells writes all cells on the bad day %i", async seed => {
    const laboratory = await startLaboratory({ seed });
    const { file, expectCells } = await measure(laboratory);
    for (const fault of badDay) laboratory.emulator.faults.add(fault);
    await runUntilDone(laboratory, async client => {
      const problems = await uploadCells(client, file);
      if (problems.length > 0) throw new Error(problems.join());
    });
    laboratory.emulator.faults.clear();
    await expectCells();
  });

  it("uploadCells names cells that a worksheet does not have, and tests whose processing failed", async () => {
    const worksheets = {
      error: (_: unknown, { ph }: Record<string, unknown>) => (ph === "99" ? "The pH is too high" : undefined),
    };
    const laboratory = await startLaboratory({ worksheets });
    const { file, ids } = await measure(laboratory, ["W-1,6.95,0.5012", "W-2,99,0.4987"]);
    expect(await uploadCells(laboratory.connect(), file)).toEqual([`Test ${ids[1]} is processing_failed`]);
    await writeFile(file.path, "lab_id,ph,mass\nW-1,6.95,0.5\nW-20,7,0.5");
    expect(await uploadCells(laboratory.connect(), file)).toEqual([
      `Test ${ids[0]} is incomplete mass`,
      `Test ${ids[2]} is incomplete mass`,
    ]);
  });

  it("uploadCells throws if QBench rejects all cells", async () => {
    const laboratory = await startLaboratory({ faults: [{ on: "api", method: "PATCH", status: 403 }] });
    const { file } = await measure(laboratory);
    await expect(uploadCells(laboratory.connect(), file)).rejects.toThrow(QBenchApiError);
  });

  it.each([
    ["a sample that QBench does not have", ["W-1,6.95,0.5", "W-9,7,0.5"], /^The sample W-9 has 0 tests of the assay 2/],
    ["a sample twice", ["W-1,6.95,0.5", "W-1,7,0.5"], /^Line 3 of .* has the sample W-1 again\.$/],
    ["a line with too few cells", ["W-1,6.95"], /^Line 2 of .* does not have 2 cells\.$/],
    ["a line with too many cells", ["W-1,6.95,0.5,1"], /^Line 2 of .* does not have 2 cells\.$/],
  ])("uploadCells writes nothing if the file has %s", async (_, lines, message) => {
    const laboratory = await startLaboratory();
    const { file } = await measure(laboratory, lines);
    await expect(uploadCells(laboratory.connect(), file)).rejects.toThrow(message);
    const writes = laboratory.emulator.stats.byOperation["PATCH /qbench/api/v2/tests/worksheets/dynamic/named-cells"];
    expect(writes).toBeUndefined();
  });
});
