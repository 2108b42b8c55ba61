import type { Table } from "./row.js";

export const tests: Table = {
  "GET /tests": [
    { shows: "lists the tests", status: 200, total: 192, data: [{ id: 1, sample_id: 1, assay_id: 1 }] },
    {
      shows: "returns the title of the assay inside its reference",
      path: "/tests?ids=3",
      status: 200,
      data: [{ assay: { id: 3, data: { title: "Heavy metals by ICP-MS" } } }],
    },
    {
      shows: "filters by days in the format that programs send",
      path: "/tests?start_date_start=02/01/2031&start_date_end=02/02/2031",
      given: [
        [
          "PATCH /tests",
          [
            { id: 7, start_date: "02/02/2031 11:30 PM" },
            { id: 8, start_date: "02/03/2031" },
          ],
        ],
      ],
      status: 200,
      ids: [7],
    },
    {
      shows: "filters by several orders and one assay",
      path: "/tests?order_ids=1&order_ids=2&assay_ids=1",
      status: 200,
      ids: [1, 49, 97, 145],
    },
    {
      shows: "includes deleted tests on request",
      path: "/tests?ids=9&include_deleted=TRUE",
      given: [["DELETE /tests/9"]],
      status: 200,
      ids: [9],
    },
    { shows: "rejects a value that is not a date", path: "/tests?start_date_start=yesterday", status: 400 },
  ],
  "POST /tests": [
    {
      shows: "creates a test",
      json: [{ sample_id: 3, assay_id: 11 }],
      status: 201,
      data: [{ id: 193, sample_id: 3, assay_id: 11, state: "NOT STARTED", results: null, assay: { id: 11 } }],
      after: { "/samples/3/tests": { ids: [3, 99, 193] }, "/orders/3/tests": { total: 5 } },
    },
    { shows: "rejects an assay that does not exist", json: [{ sample_id: 3, assay_id: 99 }], status: 400 },
    { shows: "rejects a sample that does not exist", json: [{ sample_id: 999, assay_id: 1 }], status: 400 },
  ],
  "PATCH /tests": [
    {
      shows: "writes results alone, as one laboratory's program sends them",
      json: [
        { id: 1, results: "12.7" },
        { id: 2, results: "< 0.05" },
      ],
      status: 200,
      data: [
        { id: 1, results: "12.7", sample_id: 1 },
        { id: 2, results: "< 0.05" },
      ],
    },
    { shows: "rejects results that are a number", json: [{ id: 1, results: 12.7 }], status: 400 },
    {
      shows: "completes a test, and clears the time when the test is reopened",
      given: [["PATCH /tests", [{ id: 1, state: "COMPLETED" }]]],
      json: [
        { id: 1, state: "RETEST - MOLD" },
        { id: 3, state: "COMPLETED" },
      ],
      status: 200,
      data: [{ complete_date: null }, { complete_date: "06/01/2026 12:00 PM" }],
    },
  ],
  "GET /tests/{test_id}": [
    {
      shows: "returns a test",
      path: "/tests/14",
      status: 200,
      data: { id: 14, sample_id: 14, assay_id: 2, instrument: null, sample: { _type: "SAMPLE", id: 14 } },
      body: { _type: "TEST" },
    },
  ],
  "DELETE /tests/{test_id}": [
    { shows: "deletes a test", path: "/tests/100", status: 204, after: { "/samples/4/tests": { ids: [4] } } },
  ],
  "GET /tests/{test_id}/attachments": [
    {
      shows: "lists the attachments of a test",
      path: "/tests/6/attachments",
      given: [["POST /attachments", [{ attachment_type: "TEST", object_id: 6, file_name: "chromatogram.pdf" }]]],
      status: 200,
      data: [{ attachment_data_type: "TEST", object_id: 6 }],
    },
  ],
  "GET /tests/{test_id}/batches": [
    {
      shows: "lists the batches of a test",
      path: "/tests/68/batches",
      status: 200,
      sameIdsAs: "/batches?test_ids=68",
    },
  ],
  "GET /tests/{test_id}/reports": [
    { shows: "lists the reports of a test", path: "/tests/1/reports", status: 200, sameIdsAs: "/reports?test_ids=1" },
  ],
};
