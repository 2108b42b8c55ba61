import { readFile } from "node:fs/promises";
import type { QBenchClient } from "@qbench-sdk/client";
import { QBenchWorksheetError, type WorksheetOptions, writeWorksheets } from "@qbench-sdk/client/worksheets";

export interface CellsFile extends WorksheetOptions {
  path: string;
  assayId: number;
}

/** Writes an instrument's file to worksheets, whose cells its heading names: `lab_id,ph,weight`. Returns problems. */
export async function uploadCells(client: QBenchClient, { path, assayId, ...options }: CellsFile): Promise<string[]> {
  const [heading = "", ...lines] = (await readFile(path, "utf8")).trim().split(/\r?\n/);
  const [, ...names] = heading.split(",");
  const rows = new Map(
    lines.map(line => {
      const [labId = "", ...values] = line.split(",");
      if (values.length !== names.length) throw new Error(`${path} has ${names.length} cells, but not in: ${line}`);
      return [labId, Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]))];
    }),
  );
  const samples = await client.samples.list({ lab_ids: [...rows.keys()] }).toArray();
  const labIds = new Map(samples.map(({ id, lab_id }) => [id, lab_id ?? ""]));
  const tests = await client.tests.list({ assay_ids: [assayId], sample_ids: [...labIds.keys()] }).toArray();
  const patches = tests.flatMap(({ id, sample_id }) => {
    const cells = rows.get(labIds.get(sample_id ?? 0) ?? "");
    return cells ? [{ id, cells }] : [];
  });
  if (patches.length !== lines.length)
    throw new Error(`${path} has ${lines.length} lines for ${patches.length} tests.`);
  try {
    await writeWorksheets(client, patches, options);
    return [];
  } catch (error) {
    if (!(error instanceof QBenchWorksheetError)) throw error;
    return error.outcomes.flatMap(outcome => {
      if (outcome.state === "accepted") return [];
      const cells = outcome.state === "incomplete" ? outcome.cells.map(({ name }) => name) : [];
      return `Test ${outcome.id} is ${outcome.state} ${cells.join(", ")}`.trim();
    });
  }
}
