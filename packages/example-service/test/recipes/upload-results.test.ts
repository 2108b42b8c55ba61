import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type QBenchClient, QBenchIgnoredFieldsError } from "@qbench-sdk/client";
import { describe, expect, it } from "vitest";
import { uploadResults } from "../../src/recipes/upload-results.ts";
import {
  badDay,
  ignoreField,
  ignoreFilters,
  type Laboratory,
  runAfterLostWrites,
  runInBriefFailures,
  runUntilDone,
  startLaboratory,
} from "../support/laboratory.ts";

const assayId = 2;

/** Creates three samples, each with a test of the assay and one of another assay, and the file of an instrument. */
async function measure(laboratory: Laboratory, lines = ["R-1,12.8", "R-2, < 0.05", "R-3,7.1"]): Promise<string> {
  const client = laboratory.connect();
  for (const lab_id of ["R-1", "R-2", "R-3", "R-30"]) {
    const [sample] = await client.samples.create([{ lab_id, order_id: 1 }]);
    if (!sample) throw new Error("The sample was not created.");
    await client.tests.create([assayId, 3].map(assay_id => ({ sample_id: sample.id, assay_id })));
  }
  const path = join(laboratory.folder, "run-17.csv");
  await writeFile(path, ["lab_id,result", ...lines, ""].join("\r\n"));
  return path;
}

async function readTests(client: QBenchClient): Promise<unknown[][]> {
  const samples = await client.samples.list({ lab_ids: ["R-1", "R-2", "R-3", "R-30"] }).toArray();
  const tests = await client.tests.list({ sample_ids: samples.map(({ id }) => id) }).toArray();
  return tests.map(({ sample_id, assay_id, results }) => [
    samples.find(({ id }) => id === sample_id)?.lab_id,
    assay_id,
    results,
  ]);
}

const expected = [
  ["R-1", 2, "12.8"],
  ["R-1", 3, null],
  ["R-2", 2, "< 0.05"],
  ["R-2", 3, null],
  ["R-3", 2, "7.1"],
  ["R-3", 3, null],
  ["R-30", 2, null],
  ["R-30", 3, null],
];

describe("the recipe for the upload of results", () => {
  it("uploadResults writes each result into its test, in one run during each brief failure", async () => {
    const laboratory = await startLaboratory();
    const path = await measure(laboratory);
    await runInBriefFailures(
      laboratory,
      client => uploadResults(client, path, assayId),
      async (count, index) => {
        expect(count).toBe(index === 0 ? 3 : 0);
        expect(await readTests(laboratory.connect())).toEqual(expected);
      },
    );
  });

  it("uploadResults completes the upload in a second run after each kind of lost write", async () => {
    const laboratory = await startLaboratory();
    const path = await measure(laboratory);
    await runAfterLostWrites(
      laboratory,
      { method: "PATCH" },
      async (client, index) => {
        await writeFile(path, `lab_id,result\nR-1,12.${index}\nR-3,7.${index}`);
        return uploadResults(client, path, assayId);
      },
      async (_, index, wasLost) => {
        expect(wasLost).toBe(true);
        const tests = await readTests(laboratory.connect());
        expect(tests.filter(([, assay]) => assay === assayId).map(([, , results]) => results)).toEqual([
          `12.${index}`,
          null,
          `7.${index}`,
          null,
        ]);
      },
    );
  });

  it.each([1, 2, 3])("uploadResults writes each result into its test on the bad day %i", async seed => {
    const laboratory = await startLaboratory({ seed });
    const path = await measure(laboratory);
    for (const fault of badDay) laboratory.emulator.faults.add(fault);
    await runUntilDone(laboratory, client => uploadResults(client, path, assayId));
    laboratory.emulator.faults.clear();
    expect(await readTests(laboratory.connect())).toEqual(expected);
  });

  it.each([
    [
      "a sample that QBench does not have",
      ["R-1,12.8", "R-9,1"],
      /^The sample R-9 has 0 tests of the assay 2, not one\.$/,
    ],
    ["only samples that QBench does not have", ["R-9,1"], /^The sample R-9 has 0 tests/],
    ["no results", [], "The file has no samples."],
    ["a sample twice", ["R-1,12.8", "R-1,13"], /^Line 3 of .* has the sample R-1 again\.$/],
    ["a line without a result", ["R-1,12.8", "R-2,"], /^Line 3 of .* is not a lab_id and a result\.$/],
    ["a line with three values", ["R-1,12.8,mg"], /^Line 2 of .* is not a lab_id and a result\.$/],
  ])("uploadResults writes nothing if the file has %s", async (_, lines, message) => {
    const laboratory = await startLaboratory();
    const path = await measure(laboratory, lines);
    await expect(uploadResults(laboratory.connect(), path, assayId)).rejects.toThrow(message);
    expect(laboratory.emulator.stats.byOperation["PATCH /qbench/api/v2/tests"]).toBeUndefined();
  });

  it("uploadResults writes nothing if one sample has two tests of the assay and another one has none", async () => {
    const { connect, emulator, folder } = await startLaboratory();
    const client = connect();
    const samples = await client.samples.create(["T-1", "T-2"].map(lab_id => ({ lab_id, order_id: 1 })));
    const sample_id = samples[0]?.id ?? 0;
    await client.tests.create([1, 2].map(() => ({ sample_id, assay_id: assayId })));
    const path = join(folder, "run-18.csv");
    await writeFile(path, "lab_id,result\nT-1,1\nT-2,2");
    await expect(uploadResults(client, path, assayId)).rejects.toThrow("The sample T-1 has 2 tests");
    expect(emulator.stats.byOperation["PATCH /qbench/api/v2/tests"]).toBeUndefined();
  });

  it("uploadResults throws if QBench ignores the results", async () => {
    const laboratory = await startLaboratory();
    const path = await measure(laboratory);
    const upload = uploadResults(laboratory.connect(ignoreField("results")), path, assayId);
    await expect(upload).rejects.toThrow(QBenchIgnoredFieldsError);
  });

  it("uploadResults writes each result into its test if QBench ignores the filters", async () => {
    const laboratory = await startLaboratory();
    const path = await measure(laboratory);
    expect(await uploadResults(laboratory.connect(ignoreFilters), path, assayId)).toBe(3);
    expect(await readTests(laboratory.connect())).toEqual(expected);
  });
});
