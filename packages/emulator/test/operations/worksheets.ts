import type { Table } from "./row.js";

export const worksheets: Table = {
  "GET /worksheets": [
    { shows: "lists the worksheets", status: 200, total: 4, data: [{ id: 1, name: "Potency", type: "DYNAMIC" }] },
  ],
  "GET /worksheets/{worksheet_id}": [
    { shows: "returns a worksheet", path: "/worksheets/2", status: 200, data: { name: "Metals", active: true } },
  ],
  "GET /tests/{test_id}/worksheet/data": [
    {
      shows: "returns the data of a test's worksheet",
      path: "/tests/1/worksheet/data",
      status: 200,
      data: { id: 1, worksheet_data: { ph: { value: "" } }, worksheet_processed: true, worksheet_config: null },
      body: { _type: "TEST" },
    },
    {
      shows: "accepts the flags for raw data and for the configuration, in Python's form as well",
      path: "/tests/1/worksheet/data?raw_worksheet_data=True&worksheet_config=true",
      status: 200,
      data: { id: 1 },
    },
    { shows: "rejects a flag that is no boolean", path: "/tests/1/worksheet/data?raw_worksheet_data=2", status: 400 },
  ],
  "GET /batches/{batch_id}/worksheet/data": [
    {
      shows: "returns the data of a batch's worksheet",
      path: "/batches/1/worksheet/data",
      status: 200,
      data: { id: 1, worksheet_data: { instrument: { value: "HPLC-1" } } },
      body: { _type: "BATCH" },
    },
  ],
  "PATCH /tests/worksheets/dynamic/named-cells": [
    {
      shows: "sets a named cell and a range",
      json: [
        {
          id: 1,
          qb_dynamic_spreadsheet_patch: {
            ph: "7.1",
            replicates: [["1.0", "1.1"]],
          },
        },
      ],
      status: 204,
      after: {
        "/tests/1/worksheet/data": {
          data: { worksheet_data: { ph: { value: "7.1" }, replicates: { value: [["1.0", "1.1"]] } } },
        },
      },
    },
    {
      shows: "rejects a test that has no dynamic worksheet",
      json: [{ id: 4, qb_dynamic_spreadsheet_patch: { ph: "7.1" } }],
      status: 400,
      body: { errors: [{ loc: [0, "id"] }] },
    },
    { shows: "rejects cells that are a list", json: [{ id: 1, qb_dynamic_spreadsheet_patch: [] }], status: 400 },
  ],
};
