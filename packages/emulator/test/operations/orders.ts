import type { Table } from "./row.js";

export const orders: Table = {
  "GET /orders": [
    {
      shows: "returns the first page of 20 orders",
      status: 200,
      total: 48,
      data: [{ id: 1, customer_account_id: 1, custom_formatted_id: "QB-00001" }],
      body: { page_number: 1, total_pages: 3 },
    },
    {
      shows: "returns pages of 50 records, which all public clients ask for",
      path: "/orders?page_num=1&page_size=50",
      status: 200,
      body: { page_number: 1, total_pages: 1 },
    },
    { shows: "filters by ids in a repeated key", path: "/orders?ids=3&ids=5&ids=999", status: 200, ids: [3, 5] },
    {
      shows: "filters by the customer and the state",
      path: "/orders?customer_ids=2&statuses=IN%20PROGRESS&page_size=50",
      status: 200,
      ids: [2, 32],
    },
    {
      shows: "includes deleted orders on request",
      path: "/orders?ids=3&include_deleted=TRUE",
      given: [["DELETE /orders/3"]],
      status: 200,
      ids: [3],
    },
    { shows: "ignores a key that it does not declare", path: "/orders?order_by=id", status: 200, total: 48 },
    { shows: "rejects an id that is not a number", path: "/orders?ids=one", status: 400 },
    { shows: "rejects page 0", path: "/orders?page_num=0", status: 400 },
  ],
  "POST /orders": [
    {
      shows: "creates an order with a custom field, and ignores a field that does not exist",
      json: [{ customer_account_id: 2, date_received: "11/05/2026", purchase_order: "PO-7", purchase_ordr: "PO-8" }],
      status: 201,
      data: [{ id: 49, customer_account_id: 2, date_received: "11/05/2026 12:00 AM", purchase_order: "PO-7" }],
      after: { "/orders": { total: 49 }, "/orders/49/samples": { total: 0 } },
    },
    { shows: "rejects a customer that does not exist", json: [{ customer_account_id: 99 }], status: 400 },
    {
      shows: "creates no order if one of two is wrong",
      json: [{ customer_account_id: 2 }, { customer_account_id: 2, date_received: "tomorrow" }],
      status: 400,
      after: { "/orders": { total: 48 } },
    },
  ],
  "PATCH /orders": [
    {
      shows: "changes two orders, in the order of the request",
      json: [
        { id: 9, state: "ON HOLD" },
        { id: 4, special_instructions: "Keep cold" },
      ],
      status: 200,
      data: [
        { id: 9, state: "ON HOLD" },
        { id: 4, special_instructions: "Keep cold" },
      ],
    },
    {
      shows: "changes no order if one of two does not exist",
      json: [{ id: 9, special_instructions: "Keep cold" }, { id: 999 }],
      status: 404,
      after: { "/orders/9": { data: { special_instructions: null } } },
    },
    { shows: "does not clear the customer", json: [{ id: 9, customer_account_id: null }], status: 400 },
    { shows: "rejects a state that does not exist", json: [{ id: 9, state: "LOST" }], status: 400 },
    {
      shows: "sets the time of completion together with the state",
      json: [{ id: 1, state: "COMPLETED" }],
      status: 200,
      data: [{ id: 1, state: "COMPLETED", date_completed: "06/01/2026 12:00 PM" }],
    },
  ],
  "GET /orders/{order_id}": [
    {
      shows: "returns an order with references to its relations",
      path: "/orders/12",
      status: 200,
      data: { id: 12, customer_account_id: 2, customer_account: { id: 2, _type: "CUSTOMER" } },
      body: { _type: "ORDER" },
    },
  ],
  "DELETE /orders/{order_id}": [
    { shows: "deletes an order", path: "/orders/48", status: 204, after: { "/orders": { total: 47 } } },
  ],
  "GET /orders/{order_id}/attachments": [
    {
      shows: "lists the attachments of an order",
      path: "/orders/3/attachments?page_num=1&page_size=50",
      status: 200,
      ids: [3],
      data: [{ attachment_data_type: "ORDER", object_id: 3 }],
    },
  ],
  "GET /orders/{order_id}/comments": [
    {
      shows: "lists the comments on an order",
      path: "/orders/2/comments",
      status: 200,
      ids: [2],
      data: [{ message: "Sample arrived warm", public: false }],
    },
  ],
  "GET /orders/{order_id}/invoices": [
    { shows: "lists the invoices of an order", path: "/orders/6/invoices", status: 200, ids: [6] },
  ],
  "GET /orders/{order_id}/reports": [
    {
      shows: "lists the reports of an order",
      path: "/orders/6/reports",
      status: 200,
      data: [{ id: 6, order_id: 6, render_status: "SUCCESSFUL" }],
    },
  ],
  "GET /orders/{order_id}/samples": [
    {
      shows: "lists the samples of an order",
      path: "/orders/5/samples",
      status: 200,
      ids: [5, 53],
      data: [{ order_id: 5 }, { order_id: 5 }],
    },
  ],
  "GET /orders/{order_id}/tests": [
    {
      shows: "lists the tests of all samples of an order",
      path: "/orders/5/tests?page_size=50",
      status: 200,
      ids: [5, 53, 101, 149],
      sameIdsAs: "/tests?order_ids=5",
    },
  ],
};
