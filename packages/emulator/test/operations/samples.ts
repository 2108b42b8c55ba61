import type { Table } from "./row.js";

export const samples: Table = {
  "GET /samples": [
    {
      shows: "lists the samples",
      status: 200,
      total: 96,
      data: [{ id: 1, order_id: 1, sample_type: "Flower", lot_number: "L-1001" }],
    },
    {
      shows: "filters by a boolean in each form that programs write",
      path: "/samples?received=True&order_ids=1&order_ids=3",
      status: 200,
      sameIdsAs: "/samples?received=true&order_ids=1&order_ids=3",
    },
    {
      shows: "matches a part of the laboratory's own id",
      path: "/samples?lab_id=261101-0",
      given: [
        [
          "PATCH /samples",
          [
            { id: 3, lab_id: "261101-01" },
            { id: 4, lab_id: "261102-01" },
          ],
        ],
      ],
      status: 200,
      ids: [3],
    },
    {
      shows: "filters by a custom field in base64",
      path: `/samples?additional_fields_encoded=${encodeURIComponent(btoa('{"lot_number":"L-1002"}'))}`,
      status: 200,
      total: 32,
    },
    { shows: "rejects a value that is not a boolean", path: "/samples?received=yes", status: 400 },
  ],
  "POST /samples": [
    {
      shows: "creates a sample of an order",
      json: [{ order_id: 7, description: "Pale ale", sample_type: "Beer", tags: ["rush"], lot_number: "L-9" }],
      status: 201,
      data: [{ id: 97, order_id: 7, description: "Pale ale", tags: ["rush"], lot_number: "L-9", tests: [] }],
      after: { "/orders/7/samples": { ids: [7, 55, 97] } },
    },
    {
      shows: "creates a sample without an order",
      json: [{ description: "Blank" }],
      status: 201,
      data: [{ id: 97, order_id: null, order: null }],
    },
    {
      shows: "creates a sub-sample",
      json: [{ description: "Aliquot", parent_sample_id: 8 }],
      status: 201,
      data: [{ parent_sample: { id: 8 } }],
      after: { "/samples/8/sub-samples": { ids: [97] } },
    },
    { shows: "rejects an order that does not exist", json: [{ order_id: 999 }], status: 400 },
  ],
  "PATCH /samples": [
    {
      shows: "changes the comments alone, as one laboratory's program sends it",
      json: [{ id: 5, comments: "Arrived warm" }],
      status: 200,
      data: [{ id: 5, comments: "Arrived warm", order_id: 5, sample_type: "Beer" }],
    },
    {
      shows: "clears a time",
      given: [["PATCH /samples", [{ id: 5, time_of_collection: "11/01/2026 03:15 PM" }]]],
      json: [{ id: 5, time_of_collection: null }],
      status: 200,
      data: [{ id: 5, time_of_collection: null }],
    },
  ],
  "GET /samples/{sample_id}": [
    {
      shows: "returns a sample with references to its order and its tests",
      path: "/samples/2",
      status: 200,
      data: { id: 2, order: { id: 2, _type: "ORDER" }, tests: [{ id: 2 }, { id: 98 }] },
      body: { _type: "SAMPLE" },
    },
  ],
  "DELETE /samples/{sample_id}": [
    { shows: "deletes a sample", path: "/samples/53", status: 204, after: { "/orders/5/samples": { ids: [5] } } },
  ],
  "GET /samples/{sample_id}/attachments": [
    {
      shows: "lists the attachments of a sample",
      path: "/samples/1/attachments",
      given: [["POST /attachments", [{ attachment_type: "SAMPLE", object_id: 1, file_name: "photo.jpg" }]]],
      status: 200,
      total: 1,
      data: [{ attachment_data_type: "SAMPLE", object_id: 1 }],
    },
  ],
  "GET /samples/{sample_id}/batches": [
    {
      shows: "lists the batches of a sample",
      path: "/samples/1/batches",
      status: 200,
      sameIdsAs: "/samples/1 batches",
    },
  ],
  "GET /samples/{sample_id}/reports": [
    {
      shows: "lists the reports of a sample",
      path: "/samples/1/reports",
      status: 200,
      sameIdsAs: "/reports?sample_ids=1",
    },
  ],
  "GET /samples/{sample_id}/sub-samples": [
    {
      shows: "lists the samples below a sample",
      path: "/samples/8/sub-samples",
      given: [["PATCH /samples", [{ id: 60, parent_sample_id: 8 }]]],
      status: 200,
      ids: [60],
    },
  ],
  "GET /samples/{sample_id}/tests": [
    { shows: "lists the tests of a sample", path: "/samples/4/tests", status: 200, ids: [4, 100] },
  ],
};
