import type { Table } from "./row.js";

export const assays: Table = {
  "GET /assays": [
    { shows: "lists the assays", status: 200, total: 12, data: [{ id: 1, title: "Potency by HPLC", base_price: 65 }] },
    {
      shows: "filters by a part of the title and by a boolean that Python wrote",
      path: "/assays?title_keyword=icp&active=True",
      status: 200,
      ids: [3],
    },
    {
      shows: "filters by two ids in a repeated key, and sorts",
      path: "/assays?assay_ids=2&assay_ids=9&sort_by=title&sort_order=ASC",
      status: 200,
      ids: [9, 2],
    },
    { shows: "rejects a sort order in lower case, as v1 has it", path: "/assays?sort_order=asc", status: 400 },
  ],
  "POST /assays": [
    {
      shows: "creates an assay",
      json: [{ title: "Vitamin C", duration: 2, base_price: 42.5, tags: ["chemistry"] }],
      status: 201,
      data: [{ id: 13, title: "Vitamin C", duration: 2, base_price: 42.5, tags: ["chemistry"] }],
      after: { "/assays": { total: 13 } },
    },
    { shows: "rejects a category that does not exist", json: [{ title: "Fiber", category_id: 99 }], status: 400 },
  ],
  "PATCH /assays": [
    {
      shows: "changes an assay",
      json: [{ id: 11, title: "pH at 25 °C" }],
      status: 200,
      data: [{ id: 11, title: "pH at 25 °C", units: "pH" }],
    },
    { shows: "does not clear the title", json: [{ id: 11, title: null }], status: 400 },
  ],
  "GET /assays/{assay_id}": [
    { shows: "returns an assay", path: "/assays/12", status: 200, data: { title: "Hardness as CaCO3", units: "mg/L" } },
  ],
  "DELETE /assays/{assay_id}": [
    {
      shows: "deletes an assay",
      path: "/assays/10",
      status: 204,
      after: { "/assays": { total: 11 }, "/assays?include_deleted=DELETED_ONLY": { ids: [10] } },
    },
  ],
  "GET /assays/{assay_id}/accessioning-types": [
    {
      shows: "lists the accessioning types of an assay",
      path: "/assays/1/accessioning-types",
      status: 200,
      sameIdsAs: "/assays/1 accessioning_types",
    },
  ],
  "GET /assays/{assay_id}/attachments": [
    {
      shows: "lists the attachments of an assay",
      path: "/assays/2/attachments",
      given: [["POST /attachments", [{ attachment_type: "ASSAY", object_id: 2, file_name: "method.pdf" }]]],
      status: 200,
      total: 1,
      data: [{ attachment_data_type: "ASSAY", object_id: 2 }],
    },
  ],
  "GET /assays/{assay_id}/divisions": [
    { shows: "lists the divisions of an assay", path: "/assays/1/divisions", status: 200 },
  ],
  "GET /assays/{assay_id}/panels": [
    {
      shows: "lists the panels of an assay",
      path: "/assays/1/panels",
      status: 200,
      sameIdsAs: "/assays/1 panels",
    },
  ],
  "GET /assays/{assay_id}/turnarounds": [
    {
      shows: "lists the turnarounds of an assay",
      path: "/assays/1/turnarounds",
      status: 200,
      sameIdsAs: "/assays/1 turnarounds",
    },
  ],
  "GET /panels": [
    { shows: "lists the panels", status: 200, total: 4, data: [{ id: 1, title: "Compliance panel", base_price: 320 }] },
    { shows: "filters by a part of the title", path: "/panels?title_keyword=water", status: 200, ids: [2] },
  ],
  "POST /panels": [
    {
      shows: "creates a panel",
      json: [{ title: "Nutrition panel", description: "Labels of food", base_price: 180 }],
      status: 201,
      data: [{ id: 5, title: "Nutrition panel", description: "Labels of food", base_price: 180, assays: [] }],
    },
  ],
  "PATCH /panels": [
    { shows: "changes a panel", json: [{ id: 3, title: "Micro" }], status: 200, data: [{ title: "Micro" }] },
    { shows: "does not clear the title", json: [{ id: 3, title: null }], status: 400 },
  ],
  "GET /panels/{panel_id}": [
    { shows: "returns a panel", path: "/panels/4", status: 200, data: { id: 4, title: "Stability panel" } },
  ],
  "DELETE /panels/{panel_id}": [
    { shows: "deletes a panel", path: "/panels/4", status: 204, after: { "/panels": { ids: [1, 2, 3] } } },
  ],
  "GET /panels/{panel_id}/assays": [
    { shows: "lists the assays of a panel", path: "/panels/1/assays", status: 200, sameIdsAs: "/panels/1 assays" },
  ],
  "GET /turnarounds": [
    {
      shows: "lists the turnarounds",
      status: 200,
      total: 3,
      data: [
        { name: "Standard", default_duration: 5 },
        { name: "Rush", default_percentage_surcharge: 50 },
      ],
    },
  ],
  "POST /turnarounds": [
    {
      shows: "creates a turnaround",
      json: [{ name: "Weekend", default_duration: 3, flag_background_color: "#102030", flag_text_color: "#ffffff" }],
      status: 201,
      data: [{ id: 4, name: "Weekend", default_duration: 3, flag_background_color: "#102030", divisions: [] }],
    },
  ],
  "PATCH /turnarounds": [
    {
      shows: "changes a turnaround",
      json: [{ id: 2, default_duration: 1, business_days_only: false }],
      status: 200,
      data: [{ id: 2, name: "Rush", default_duration: 1, business_days_only: false }],
    },
  ],
  "GET /turnarounds/{turnaround_id}": [
    { shows: "returns a turnaround", path: "/turnarounds/3", status: 200, data: { name: "Same day" } },
  ],
  "DELETE /turnarounds/{turnaround_id}": [
    { shows: "deletes a turnaround", path: "/turnarounds/3", status: 204, after: { "/turnarounds": { ids: [1, 2] } } },
  ],
  "GET /turnarounds/{turnaround_id}/divisions": [
    {
      shows: "lists the divisions of a turnaround",
      path: "/turnarounds/1/divisions",
      status: 200,
      sameIdsAs: "/turnarounds/1 divisions",
    },
  ],
};
