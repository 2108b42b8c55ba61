import { readFile } from "node:fs/promises";
import type { QBenchClient } from "@qbench-sdk/client";
import { QBenchWorksheetError, type WorksheetOptions, writeWorksheets } from "@qbench-sdk/client/worksheets";
import { findTests } from "./find-tests.ts";

export interface CellsFile extends WorksheetOptions {
  path: string;
  assayId: number;
}

/** Writes an instrument's file to worksheets, whose cells its heading names: `lab_id,ph,weight`. Returns problems. */
export async function uploadCells(client: QBenchClient, { path, assayId, ...options }: CellsFile): Promise<string[]> {
  const rows = await readRows(path);
  const tests = await findTests(client, [...rows.keys()], assayId);
  const patches = [...tests].map(([labId, { id }]) => ({ id, cells: rows.get(labId) ?? {} }));
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

async function readRows(path: string): Promise<Map<string, Record<string, string>>> {
  const lines = (await readFile(path, "utf8")).trim().split(/\r?\n/);
  const [[, ...names] = [], ...rows] = lines.map(line => line.split(",").map(value => value.trim()));
  const cells = new Map<string, Record<string, string>>();
  for (const [index, [labId = "", ...values]] of rows.entries()) {
    const line = `Line ${index + 2} of ${path}`;
    if (values.length !== names.length) throw new Error(`${line} does not have ${names.length} cells.`);
    if (cells.has(labId)) throw new Error(`${line} has the sample ${labId} again.`);
    cells.set(labId, Object.fromEntries(names.map((name, column) => [name, values[column] ?? ""])));
  }
  return cells;
}
