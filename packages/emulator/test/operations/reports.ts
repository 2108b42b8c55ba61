import type { Table } from "./row.js";

export const reports: Table = {
  "GET /reports": [
    {
      shows: "lists the reports",
      status: 200,
      total: 20,
      data: [{ id: 1, order_id: 1, render_status: "SUCCESSFUL", state: "PUBLISHED" }],
    },
    { shows: "filters by an order", path: "/reports?order_ids=4&page_size=50", status: 200, ids: [4] },
    {
      shows: "filters by states in a repeated key",
      path: "/reports?statuses=PUBLISHED&statuses=WITHDRAWN",
      status: 200,
      total: 20,
    },
    {
      shows: "ignores a date filter and a sort order, which reports do not have",
      path: "/reports?created_after=2030-01-01&sort_by=id",
      status: 200,
      total: 20,
    },
  ],
  "POST /reports": [
    {
      shows: "starts a report of tests, with ids as numbers",
      json: [{ report_config_id: 1, test_ids: [1, 2], signature_id: 1 }],
      status: 201,
      data: [{ id: 21, report_config_id: 1, render_status: "PENDING" }],
      after: { "/tests/1/reports": { ids: [1, 21] }, "/reports?test_ids=2": { ids: [2, 21] } },
    },
    {
      shows: "starts a report of one test, with ids as texts",
      json: [{ report_config_id: "1", test_id: "5", use_default_attachments: true }],
      status: 201,
      data: [{ id: 21, test_id: 5, render_status: "PENDING" }],
      after: {
        "/tests/5/reports": { ids: [5, 21] },
        "/samples/5/reports": { ids: [5, 21] },
        "/orders/5/reports": { ids: [5, 21] },
      },
    },
    { shows: "rejects a test that does not exist", json: [{ report_config_id: 1, test_id: 999 }], status: 400 },
  ],
  "POST /reports/publish": [
    {
      shows: "publishes reports with an email",
      given: [["POST /reports", [{ report_config_id: 1, test_id: 1 }]], ["GET /reports/21"], ["GET /reports/21"]],
      json: [
        { id: 21, send_emails: true, additional_emails: ["qa@example.com"], message: "Done", attach_report: true },
      ],
      status: 204,
      after: {
        "/reports/21": { data: { state: "PUBLISHED", date_published: "06/01/2026 12:00 PM", emailed: true } },
      },
    },
    {
      shows: "publishes no report if one does not exist",
      json: [{ id: 2 }, { id: 999 }],
      status: 404,
      after: { "/reports/2": { data: { state: "WITHDRAWN" } } },
    },
  ],
  "GET /reports/{report_id}": [
    {
      shows: "returns a report with the address of its file",
      path: "/reports/3",
      status: 200,
      data: { id: 3, order_id: 3, render_status: "SUCCESSFUL", order: { _type: "ORDER" } },
    },
  ],
  "POST /printdocs": [
    {
      shows: "starts a print document of an order",
      json: [{ printdoc_config_id: 2, order_id: 4 }],
      status: 201,
      data: [{ id: 5, render_status: "PENDING" }],
    },
    {
      shows: "starts print documents of a batch and of tests",
      json: [
        { printdoc_config_id: 2, batch_id: 3 },
        { printdoc_config_id: 2, test_ids: [1, 2] },
      ],
      status: 201,
      data: [{ id: 5 }, { id: 6 }],
    },
    { shows: "rejects the template id that one public client sends", json: [{ template_id: 2 }], status: 400 },
  ],
  "GET /printdocs/{printdoc_id}": [
    {
      shows: "returns a print document with the address of its file",
      path: "/printdocs/1",
      status: 200,
      data: { id: 1, title: "Chain of custody", render_status: "SUCCESSFUL" },
    },
  ],
  "POST /labels/{label_id}/{data_type}": [
    {
      shows: "returns the labels of a sample as HTML",
      path: "/labels/1/samples",
      json: [{ id: 3, count: 2 }],
      status: 200,
      body: "record 3",
    },
    {
      shows: "prints one label without a count",
      path: "/labels/1/orders",
      json: [{ id: 4 }],
      status: 200,
      body: "1 label",
    },
    ...["tests", "batches", "projects", "locations"].map(kind => ({
      shows: `prints labels of ${kind}`,
      path: `/labels/2/${kind}`,
      json: [{ id: 1, count: 1 }],
      status: 200,
      body: "record 1",
    })),
    { shows: "rejects a kind of record without labels", path: "/labels/1/contacts", json: [{ id: 1 }], status: 400 },
    {
      shows: "responds with 404 to a label that does not exist",
      path: "/labels/99/orders",
      json: [{ id: 1 }],
      status: 404,
    },
    {
      shows: "responds with 404 to a record that does not exist",
      path: "/labels/1/orders",
      json: [{ id: 999 }],
      status: 404,
    },
  ],
};
