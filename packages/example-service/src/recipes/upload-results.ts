import { open } from "node:fs/promises";
import type { QBenchClient } from "@qbench-sdk/client";

/** Writes the results of an instrument's file, whose lines are `lab_id,result` after a heading. */
export async function uploadResults(client: QBenchClient, path: string, assayId: number): Promise<number> {
  const results = await readResults(path);
  const samples = await client.samples.list({ lab_ids: [...results.keys()] }).toArray();
  const resultsById = new Map(samples.map(({ id, lab_id }) => [id, results.get(lab_id ?? "")]));
  const tests = await client.tests.list({ assay_ids: [assayId], sample_ids: [...resultsById.keys()] }).toArray();
  const found = tests.flatMap(({ id, sample_id, results: current }) => {
    const value = resultsById.get(sample_id ?? 0);
    return value === undefined ? [] : [{ id, results: value, isWritten: current === value }];
  });
  if (found.length !== results.size) {
    throw new Error(`${path} has ${results.size} results, but QBench has ${found.length} tests for them.`);
  }
  const updates = found.filter(({ isWritten }) => !isWritten).map(({ id, results }) => ({ id, results }));
  if (updates.length > 0) await client.tests.update(updates, { onIgnoredFields: "throw" });
  return updates.length;
}

async function readResults(path: string): Promise<Map<string, string>> {
  const results = new Map<string, string>();
  const file = await open(path);
  let number = 0;
  for await (const line of file.readLines()) {
    if (++number === 1 || line.trim() === "") continue;
    const [labId, result, ...rest] = line.split(",").map(value => value.trim());
    if (!labId || !result || rest.length > 0)
      throw new Error(`Line ${number} of ${path} is not a lab_id and a result.`);
    if (results.has(labId)) throw new Error(`Line ${number} of ${path} has the sample ${labId} again.`);
    results.set(labId, result);
  }
  return results;
}
