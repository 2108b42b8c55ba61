import type { Table } from "./row.js";

const writePath = "/tests/worksheets/dynamic/named-cells";
const dynamic = ["PATCH /assays", [{ id: 1, worksheet_id: 1 }]] as const;
const form = ["PATCH /assays", [{ id: 2, worksheet_id: 3 }]] as const;

export const worksheets: Table = {
  "GET /worksheets": [
    {
      shows: "lists the worksheets with their types",
      status: 200,
      total: 4,
      data: [{ id: 1, name: "Potency", type: "DYNAMIC" }, { type: "DYNAMIC" }, { type: "QWML" }],
    },
  ],
  "GET /worksheets/{worksheet_id}": [
    { shows: "returns a worksheet", path: "/worksheets/2", status: 200, data: { name: "Metals", active: true } },
  ],
  "GET /tests/{test_id}/worksheet/data": [
    {
      shows: "returns the named cells of a test, and the state of their processing",
      path: "/tests/3/worksheet/data",
      given: [["PATCH /assays", [{ id: 3, worksheet_id: 1 }]]],
      status: 200,
      data: { id: 3, worksheet_data: { ph: { value: "6.8", html_style: "" } }, worksheet_processed: true },
      body: { _type: "TEST" },
    },
    {
      shows: "returns each cell by its place, and the configuration, also if Python wrote the flags",
      path: "/tests/3/worksheet/data?raw_worksheet_data=True&worksheet_config=true",
      given: [["PATCH /assays", [{ id: 3, worksheet_id: 1 }]]],
      status: 200,
      data: {
        worksheet_data: { "Data!A4": { value: "pH" }, "Data!B4": { value: "6.8" } },
        worksheet_config: { name: "Potency", type: "DYNAMIC", named_cells: { ph: { cell: "Data!B4" } } },
      },
    },
    {
      shows: "ignores page parameters, which one public client sends",
      path: "/tests/3/worksheet/data?page_num=2&page_size=5",
      status: 200,
      data: { id: 3 },
    },
    {
      shows: "rejects a flag that is not a boolean",
      path: "/tests/1/worksheet/data?raw_worksheet_data=2",
      status: 400,
    },
  ],
  "GET /batches/{batch_id}/worksheet/data": [
    {
      shows: "returns the named cells of a batch, without a state of processing",
      path: "/batches/1/worksheet/data",
      status: 200,
      data: { id: 1, worksheet_data: { instrument: { value: "HPLC-1" } } },
      body: { _type: "BATCH" },
    },
    {
      shows: "rejects a flag that is not a boolean",
      path: "/batches/1/worksheet/data?worksheet_config=all",
      status: 400,
    },
  ],
  "PATCH /tests/worksheets/dynamic/named-cells": [
    {
      shows: "sets a cell and a range, which can be read once the worksheet was processed",
      path: writePath,
      given: [dynamic],
      json: [{ id: 1, qb_dynamic_spreadsheet_patch: { ph: "7.1", replicates: [["1.0", "1.1"]] } }],
      status: 204,
      after: {
        "/tests/1/worksheet/data": { data: { worksheet_processed: false } },
        "/tests/1/worksheet/data?worksheet_config=true": {
          data: {
            worksheet_data: { ph: { value: "7.1" }, replicates: { value: [["1.0", "1.1"]] } },
            worksheet_processed: true,
            worksheet_processed_error: false,
          },
        },
        "/tests/1": { data: { worksheet_data: { ph: { value: "7.1" } } } },
      },
    },
    {
      shows: "ignores a cell that the worksheet does not have",
      path: writePath,
      given: [dynamic],
      json: [{ id: 1, qb_dynamic_spreadsheet_patch: { pH: "7.1" } }],
      status: 204,
    },
    {
      shows: "rejects a range of another size",
      path: writePath,
      given: [dynamic],
      json: [{ id: 1, qb_dynamic_spreadsheet_patch: { replicates: [["1.0", "1.1", "1.2"]] } }],
      status: 400,
    },
    {
      shows: "rejects a test whose worksheet is not dynamic, and writes no other test",
      path: writePath,
      given: [dynamic, form],
      json: [
        { id: 1, qb_dynamic_spreadsheet_patch: { ph: "7.1" } },
        { id: 2, qb_dynamic_spreadsheet_patch: { lead: "0.1" } },
      ],
      status: 400,
      after: { "/tests/1/worksheet/data": { data: { worksheet_processed: true } } },
    },
  ],
};
