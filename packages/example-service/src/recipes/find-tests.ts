import type { QBenchClient } from "@qbench-sdk/client";
import type { Test } from "@qbench-sdk/types";

/** Returns the test of an assay for each `lab_id` of a sample. Throws if a sample does not have exactly one. */
export async function findTests(client: QBenchClient, labIds: string[], assayId: number): Promise<Map<string, Test>> {
  if (labIds.length === 0) throw new Error("The file has no samples.");
  const samples = await client.samples.list({ lab_ids: labIds }).toArray();
  const sampleIds = samples.filter(({ lab_id }) => labIds.includes(lab_id ?? "")).map(({ id }) => id);
  const filter = { assay_ids: [assayId], sample_ids: sampleIds };
  const tests = sampleIds.length > 0 ? await client.tests.list(filter).toArray() : [];
  return new Map(
    labIds.map(labId => {
      const ids = samples.filter(({ lab_id }) => lab_id === labId).map(({ id }) => id);
      const ofSample = tests.filter(test => ids.includes(test.sample_id ?? 0));
      const [test] = ofSample;
      if (!test || ofSample.length > 1)
        throw new Error(`The sample ${labId} has ${ofSample.length} tests of the assay ${assayId}, not one.`);
      return [labId, test];
    }),
  );
}
