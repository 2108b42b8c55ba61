import type { Table } from "./row.js";

export const batches: Table = {
  "GET /batches": [
    { shows: "lists the batches", status: 200, total: 10, data: [{ id: 1, custom_formatted_id: "QB-00001" }] },
    { shows: "filters by a repeated key", path: "/batches?batch_ids=3&batch_ids=8", status: 200, ids: [3, 8] },
    {
      shows: "filters by the sample in a batch",
      path: "/batches?sample_ids=1&page_size=50",
      status: 200,
      sameIdsAs: "/samples/1/batches",
    },
  ],
  "GET /batches/{batch_id}": [
    { shows: "returns a batch", path: "/batches/1", status: 200, data: { id: 1, display_name: "Morning run" } },
  ],
  "DELETE /batches/{batch_id}": [
    {
      shows: "deletes a batch, also from the lists of its samples",
      path: "/batches/2",
      status: 204,
      after: { "/batches": { total: 9 }, "/batches?include_deleted=TRUE": { total: 10 } },
    },
  ],
  "GET /batches/{batch_id}/attachments": [
    {
      shows: "lists the attachments of a batch",
      path: "/batches/4/attachments",
      given: [["POST /attachments", [{ attachment_type: "BATCH", object_id: 4, file_name: "instrument.csv" }]]],
      status: 200,
      data: [{ attachment_data_type: "BATCH", object_id: 4 }],
    },
  ],
  "GET /batches/{batch_id}/children": [
    {
      shows: "lists the batches inside a batch",
      path: "/batches/1/children",
      status: 200,
      sameIdsAs: "/batches?parent_batch_ids=1",
    },
  ],
  "GET /batches/{batch_id}/parents": [
    {
      shows: "lists the batches around a batch",
      path: "/batches/10/parents",
      status: 200,
      sameIdsAs: "/batches/10 parents",
    },
  ],
  "GET /batches/{batch_id}/samples": [
    {
      shows: "lists the samples in a batch",
      path: "/batches/1/samples",
      status: 200,
      sameIdsAs: "/samples?batch_ids=1",
    },
  ],
  "GET /batches/{batch_id}/tests": [
    { shows: "lists the tests in a batch", path: "/batches/1/tests", status: 200, sameIdsAs: "/tests?batch_ids=1" },
  ],
};
