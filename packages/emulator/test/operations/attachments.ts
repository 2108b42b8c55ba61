import type { Table } from "./row.js";

export const attachments: Table = {
  "POST /attachments": [
    {
      shows: "creates an attachment of an order with an address for its upload",
      json: [{ attachment_type: "ORDER", object_id: 5, file_name: "chain-of-custody.pdf", notes: "Signed" }],
      status: 201,
      data: [{ attachment_data_type: "ORDER", object_id: 5, notes: "Signed" }],
      after: { "/orders/5/attachments": { total: 2 } },
    },
    {
      shows: "creates attachments of several kinds of records in one request",
      json: [
        { attachment_type: "SAMPLE", object_id: 3, file_name: "photo.jpg", is_public: true },
        { attachment_type: "BATCH", object_id: 2, file_name: "run.csv", usage: "RESULTS" },
        { attachment_type: "CUSTOMER", object_id: 2, file_name: "contract.pdf" },
      ],
      status: 201,
      data: [{ object_id: 3, is_public: true }, { object_id: 2 }, { object_id: 2 }],
      after: {
        "/samples/3/attachments": { data: [{ attachment_data_type: "SAMPLE" }] },
        "/batches/2/attachments": { total: 1 },
        "/customers/2/attachments": { total: 1 },
      },
    },
    {
      shows: "rejects a type that does not exist",
      json: [{ attachment_type: "ORDERS", object_id: 5, file_name: "chain-of-custody.pdf" }],
      status: 400,
    },
    {
      shows: "rejects a record that does not exist",
      json: [{ attachment_type: "ORDER", object_id: 999, file_name: "chain-of-custody.pdf" }],
      status: 400,
    },
  ],
  "PATCH /attachments": [
    {
      shows: "changes the flags and the notes of an attachment",
      json: [{ id: 1, attachment_type: "ORDER", notes: "Scanned again", attach_to_report: true, is_public: true }],
      status: 200,
      data: [{ id: 1, notes: "Scanned again", attach_to_report: true, is_public: true, object_id: 1 }],
    },
    {
      shows: "rejects a change without the type, which one public client sends",
      json: [{ id: 1, file_name: "renamed.pdf" }],
      status: 400,
    },
  ],
  "GET /attachments/{attachment_id}": [
    {
      shows: "returns an attachment with the address of its file",
      path: "/attachments/1",
      status: 200,
      data: { id: 1, attachment_data_type: "ORDER", object_id: 1, notes: "Chain of custody" },
    },
  ],
  "DELETE /attachments/{attachment_id}": [
    {
      shows: "deletes an attachment",
      path: "/attachments/1",
      status: 204,
      after: { "/orders/1/attachments": { total: 0 } },
    },
  ],
};
