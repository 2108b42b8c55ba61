import { open } from "node:fs/promises";
import type { QBenchClient } from "@qbench-sdk/client";
import { findTests } from "./find-tests.ts";

/** Writes the results of an instrument's file, whose lines are `lab_id,result` after a heading. */
export async function uploadResults(client: QBenchClient, path: string, assayId: number): Promise<number> {
  const results = await readResults(path);
  const tests = await findTests(client, [...results.keys()], assayId);
  const updates = [...tests].flatMap(([labId, { id, results: current }]) => {
    const value = results.get(labId);
    return value === undefined || value === current ? [] : [{ id, results: value }];
  });
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
