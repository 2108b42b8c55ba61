import type { Table } from "./row.js";

export const invoices: Table = {
  "GET /invoices": [
    { shows: "lists the invoices", status: 200, total: 20, data: [{ id: 1, order_id: 1, order_ids: [1] }] },
    { shows: "filters by an order", path: "/invoices?order_ids=7&page_size=50", status: 200, ids: [7] },
    {
      shows: "compares the total",
      path: "/invoices?total_amount=1000000&total_amount_logic=gt",
      status: 200,
      ids: [],
    },
    { shows: "rejects an unknown comparison", path: "/invoices?total_amount=1&total_amount_logic=near", status: 400 },
  ],
  "POST /invoices": [
    {
      shows: "creates an invoice of one order",
      json: [{ order_id: 30, template_id: 4 }],
      status: 201,
      data: [{ id: 21, order_id: 30, order_ids: [30], template_id: 4, invoice_items: [] }],
      after: { "/orders/30/invoices": { ids: [21] } },
    },
    {
      shows: "creates an invoice of several orders",
      json: [{ order_ids: [31, 32], template_id: 4, notes: "Monthly" }],
      status: 201,
      data: [{ order_ids: [31, 32], notes: "Monthly" }],
      after: { "/invoices/21/orders": { ids: [31, 32] }, "/orders/32/invoices": { ids: [21] } },
    },
    { shows: "rejects an invoice without an order", json: [{ template_id: 4 }], status: 400 },
  ],
  "PATCH /invoices": [
    {
      shows: "changes an invoice",
      json: [{ id: 2, notes: "Second reminder", due_date: "12/31/2026" }],
      status: 200,
      data: [{ id: 2, notes: "Second reminder", due_date: "12/31/2026" }],
    },
  ],
  "GET /invoices/{invoice_id}": [
    {
      shows: "returns an invoice with its items and orders",
      path: "/invoices/3",
      status: 200,
      data: { id: 3, orders: [{ id: 3 }], invoice_items: [{ id: 3 }, { id: 23 }] },
    },
  ],
  "DELETE /invoices/{invoice_id}": [
    { shows: "deletes an invoice", path: "/invoices/4", status: 204, after: { "/orders/4/invoices": { total: 0 } } },
  ],
  "GET /invoices/{invoice_id}/invoice-items": [
    { shows: "lists the items of an invoice", path: "/invoices/2/invoice-items", status: 200, ids: [2, 22] },
  ],
  "GET /invoices/{invoice_id}/orders": [
    { shows: "lists the orders of an invoice", path: "/invoices/2/orders", status: 200, ids: [2] },
  ],
  "GET /invoices/{invoice_id}/payments": [
    {
      shows: "lists the payments of an invoice",
      path: "/invoices/1/payments",
      status: 200,
      sameIdsAs: "/invoices/1 invoice_payments",
    },
  ],
  "POST /invoices/{invoice_id}/send-email": [
    {
      shows: "queues an email",
      path: "/invoices/5/send-email",
      json: { emails: ["billing@example.com"] },
      status: 202,
      after: { "/invoices/5": { data: { emailed: true } } },
    },
    {
      shows: "ignores the key that one public client sends instead of the emails",
      path: "/invoices/5/send-email",
      json: { to: "billing@example.com" },
      status: 202,
    },
  ],
  "POST /invoices/{invoice_id}/sync": [
    {
      shows: "synchronizes an invoice, without a request body",
      path: "/invoices/5/sync",
      status: 204,
      after: { "/invoices/5": { data: { out_of_sync: false } } },
    },
  ],
  "GET /invoice-items": [
    { shows: "lists the items of all invoices", status: 200, total: 40, data: [{ id: 1, invoice_id: 1 }] },
  ],
  "POST /invoice-items": [
    {
      shows: "creates an item with its price, and a discount",
      json: [
        {
          invoice_id: 6,
          name: "Terpenes",
          invoice_item_type: "INVOICE_ITEM",
          quantity: 2,
          base_price: 80,
          amount: 160,
        },
        { invoice_id: 6, name: "Loyalty", invoice_item_type: "FLAT_DISCOUNT", amount: 10 },
      ],
      status: 201,
      data: [
        { id: 41, quantity: 2, amount: 160 },
        { id: 42, name: "Loyalty" },
      ],
      after: { "/invoices/6/invoice-items": { ids: [6, 26, 41, 42] } },
    },
    {
      shows: "rejects an invoice that does not exist",
      json: [{ invoice_id: 999, name: "Terpenes", invoice_item_type: "INVOICE_ITEM" }],
      status: 400,
    },
  ],
  "PATCH /invoice-items": [
    { shows: "changes a quantity", json: [{ id: 1, quantity: 3 }], status: 200, data: [{ id: 1, quantity: 3 }] },
  ],
  "GET /invoice-items/{invoice_item_id}": [
    {
      shows: "returns an item with a reference to its invoice",
      path: "/invoice-items/2",
      status: 200,
      data: { id: 2, invoice_id: 2, invoice: { _type: "INVOICE", id: 2 } },
    },
  ],
  "DELETE /invoice-items/{invoice_item_id}": [
    {
      shows: "deletes an item",
      path: "/invoice-items/22",
      status: 204,
      after: { "/invoices/2/invoice-items": { ids: [2] } },
    },
  ],
  "GET /quotations": [
    { shows: "lists the quotations", status: 200, total: 6, data: [{ id: 1, title: "Annual testing", total: 1200 }] },
    {
      shows: "filters by the day of creation",
      path: "/quotations?date_created_start=01/01/2031",
      status: 200,
      ids: [],
    },
  ],
  "GET /quotations/{quotation_id}": [
    { shows: "returns a quotation", path: "/quotations/2", status: 200, data: { title: "Single study", total: 340 } },
  ],
};
