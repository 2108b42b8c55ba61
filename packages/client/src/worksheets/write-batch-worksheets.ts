import { QBenchInputError } from "@qbench-sdk/auth/internal";
import type { CallOptions } from "../call-options.js";
import type { CellValue, WorksheetClient, WorksheetData, WorksheetOptions } from "./worksheet-types.js";
import { writePatches } from "./write-worksheets.js";

/** Describes the calls that writing the worksheets of a batch's tests needs. */
export interface BatchWorksheetClient<Data extends WorksheetData, Test extends { id: number }>
  extends WorksheetClient<Data> {
  /** The resource of batches. */
  readonly batches: {
    /** Lists the tests of the batch with an id. */
    tests(
      id: number,
      query?: undefined,
      options?: CallOptions,
    ): {
      /** Reads all tests. */
      toArray(): Promise<Test[]>;
    };
  };
}

/**
 * Writes named cells to the worksheets of the tests in a batch, such as the results of a run of an instrument. Reads the
 * tests, and continues like `writeWorksheets`. The API has no write for the worksheet of the batch itself. Its data can
 * be read by `client.batches.worksheetData`.
 *
 * @param cellsOf returns the named cells of a test, or undefined for a test to leave out
 *
 * @example
 * ```ts
 * const results = new Map([[501, "7.1"], [502, "6.9"]]);
 * await writeBatchWorksheets(client, 7, ({ sample_id }) => {
 *   const ph = results.get(sample_id ?? 0);
 *   return ph === undefined ? undefined : { ph };
 * });
 * ```
 *
 * @throws QBenchInputError if no test has cells, or if these or the options cannot be right; nothing was written
 * @throws QBenchApiError if the tests cannot be read, or if QBench rejects the only request for writing
 * @throws QBenchListError if the tests changed during every attempt to read them
 * @throws QBenchWorksheetError if cells were not accepted, or if that is not known. It has the outcome of each test.
 */
export async function writeBatchWorksheets<Data extends WorksheetData, Test extends { id: number }>(
  client: BatchWorksheetClient<Data, Test>,
  batchId: number,
  cellsOf: (test: Test) => Readonly<Record<string, CellValue>> | undefined,
  options: WorksheetOptions = {},
): Promise<Data[]> {
  const { signal } = options;
  const tests = await client.batches.tests(batchId, undefined, { ...(signal && { signal }) }).toArray();
  const patches = tests.flatMap(test => {
    const cells = cellsOf(test);
    return cells === undefined ? [] : [{ id: test.id, cells }];
  });
  if (patches.length === 0) {
    const problem = tests.length === 0 ? "it has no tests" : `cellsOf returned undefined for all ${tests.length} tests`;
    throw new QBenchInputError(`writeBatchWorksheets: batch ${batchId} has nothing to write, because ${problem}.`);
  }
  return writePatches("writeBatchWorksheets", client, patches, options);
}
