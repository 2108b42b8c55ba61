import type { QBenchClient } from "@qbench-sdk/client";
import type { Test } from "@qbench-sdk/types";

/** Returns the test of an assay for each `lab_id` of a sample. Throws if a sample does not have exactly one. */
export async function findTests(client: QBenchClient, labIds: string[], assayId: number): Promise<Map<string, Test>> {
  if (labIds.length === 0) throw new Error("The file has no samples.");
  const samples = await client.samples.list({ lab_ids: labIds }).toArray();
  const filter = { assay_ids: [assayId], sample_ids: samples.map(({ id }) => id) };
  const tests = samples.length > 0 ? await client.tests.list(filter).toArray() : [];
  return new Map(
    labIds.map(labId => {
      const ids = samples.filter(({ lab_id }) => lab_id === labId).map(({ id }) => id);
      const ofSample = tests.filter(test => test.assay_id === assayId && ids.includes(test.sample_id ?? 0));
      const [test] = ofSample;
      if (!test || ofSample.length > 1)
        throw new Error(`The sample ${labId} has ${ofSample.length} tests of the assay ${assayId}, not one.`);
      return [labId, test];
    }),
  );
}
