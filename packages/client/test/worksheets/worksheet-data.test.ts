import type { BatchWorksheetData, TestWorksheetData } from "@qbench-sdk/types";
import { describe, expect, expectTypeOf, it } from "vitest";
import { QBenchApiError } from "../../src/index.js";
import { createTestClient } from "../support/laboratory.js";

describe("worksheet data", () => {
  it("worksheetData reads the named cells of a test or a batch", async () => {
    const { client, sent } = createTestClient();
    const ofTest = await client.tests.worksheetData(1, { worksheet_config: true });
    expectTypeOf(ofTest).toEqualTypeOf<TestWorksheetData>();
    expect(ofTest).toMatchObject({ id: 1, worksheet_data: {}, worksheet_processed: true });
    const ofBatch = await client.batches.worksheetData(2, { raw_worksheet_data: true });
    expectTypeOf(ofBatch).toEqualTypeOf<BatchWorksheetData>();
    expect(ofBatch).toMatchObject({ id: 2, worksheet_data: {} });
    expect(sent()).toEqual([
      "/tests/1/worksheet/data?worksheet_config=true",
      "/batches/2/worksheet/data?raw_worksheet_data=true",
    ]);
  });

  it("updateNamedCells writes cells of several dynamic worksheets in one request, and worksheetData reads them", async () => {
    const { client, sent } = createTestClient({ worksheets: { pendingReads: 0 } });
    await client.tests.updateNamedCells([
      { id: 1, qb_dynamic_spreadsheet_patch: { ph: "7.1", replicates: [["1.0", "1.1"]] } },
      { id: 2, qb_dynamic_spreadsheet_patch: { ph: "6.9" } },
    ]);
    expect(sent()).toEqual(["/tests/worksheets/dynamic/named-cells"]);
    const { worksheet_data: cells } = await client.tests.worksheetData(1);
    expect(cells?.ph?.value).toBe("7.1");
    expect(cells?.replicates?.value).toEqual([["1.0", "1.1"]]);
    expect((await client.tests.worksheetData(2)).worksheet_data?.ph?.value).toBe("6.9");
    // @ts-expect-error the value of a cell is a text
    const wrong = () => client.tests.updateNamedCells([{ id: 1, qb_dynamic_spreadsheet_patch: { ph: 7 } }]);
    expectTypeOf(wrong).toBeFunction();
  });

  it("worksheet methods throw a QBenchApiError for a test that does not exist", async () => {
    const { client } = createTestClient();
    await expect(client.tests.worksheetData(999_999)).rejects.toThrow(QBenchApiError);
    await expect(client.tests.updateNamedCells([{ id: 999_999 }])).rejects.toMatchObject({ status: 404 });
  });
});
