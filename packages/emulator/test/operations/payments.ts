import type { Table } from "./row.js";

/** An invoice of 160 and a payment of 90. */
const invoice = ["POST /invoices", [{ order_id: 30, template_id: 1 }]] as const;
const price = { quantity: 2, base_price: 80, amount: 160 };
const item = [
  "POST /invoice-items",
  [{ invoice_id: 21, name: "Terpenes", invoice_item_type: "INVOICE_ITEM", ...price }],
] as const;
const payment = ["POST /payments", [{ customer_id: 3, amount: 90, template_id: 1 }]] as const;
const open = [invoice, item, payment] as const;
const applied = [...open, ["POST /payments/13/invoices", [{ invoice_id: 21, applied_amount: 40 }]]] as const;
/** Returns what is left of both after an amount was applied. */
const balances = (amount: number) => ({
  "/payments/13": { data: { amount: 90, unapplied_amount: 90 - amount } },
  "/invoices/21": { data: { total: 160, outstanding_amount: 160 - amount, paid: false } },
});

export const payments: Table = {
  "GET /payments": [
    { shows: "lists the payments", status: 200, total: 12, data: [{ id: 1, payment_type: "Credit Card" }] },
    { shows: "returns the last page", path: "/payments?page_num=3&page_size=5", status: 200, ids: [11, 12] },
  ],
  "POST /payments": [
    {
      shows: "creates a payment",
      json: [{ customer_id: 3, amount: 90, template_id: 1, payment_type: "Check", check_number: "1042" }],
      status: 201,
      data: [{ id: 13, customer_id: 3, amount: 90, payment_type: "Check", check_number: "1042" }],
    },
    {
      shows: "rejects a customer that does not exist",
      json: [{ customer_id: 99, amount: 90, template_id: 1 }],
      status: 400,
    },
  ],
  "PATCH /payments": [
    {
      shows: "changes a payment",
      json: [{ id: 2, external_id: "bank-77" }],
      status: 200,
      data: [{ id: 2, external_id: "bank-77", payment_type: "Check" }],
    },
  ],
  "GET /payments/{payment_id}": [
    { shows: "returns a payment", path: "/payments/2", status: 200, data: { id: 2, payment_type: "Check" } },
  ],
  "DELETE /payments/{payment_id}": [
    { shows: "deletes a payment", path: "/payments/12", status: 204, after: { "/payments": { total: 11 } } },
  ],
  "GET /payments/{payment_id}/invoices": [
    {
      shows: "lists the invoices that a payment is applied to",
      path: "/payments/13/invoices",
      given: applied,
      status: 200,
      ids: [21],
    },
  ],
  "POST /payments/{payment_id}/invoices": [
    {
      shows: "applies a payment to an invoice",
      path: "/payments/13/invoices",
      given: open,
      json: [{ invoice_id: 21, applied_amount: 40 }],
      status: 204,
      after: { "/payments/13/invoices": { ids: [21] }, "/invoices/21/payments": { ids: [13] }, ...balances(40) },
    },
    {
      shows: "rejects an invoice that does not exist",
      path: "/payments/13/invoices",
      given: open,
      json: [{ invoice_id: 999, applied_amount: 40 }],
      status: 400,
    },
    {
      shows: "rejects more than is left of the payment",
      path: "/payments/13/invoices",
      given: open,
      json: [{ invoice_id: 21, applied_amount: 91 }],
      status: 400,
      after: balances(0),
    },
  ],
  "PATCH /payments/{payment_id}/invoices": [
    {
      shows: "changes the applied amount",
      path: "/payments/13/invoices",
      given: applied,
      json: [{ invoice_id: 21, applied_amount: 25 }],
      status: 204,
      after: { "/payments/13/invoices": { ids: [21] }, ...balances(25) },
    },
    {
      shows: "ignores the key that one public client sends instead of the applied amount",
      path: "/payments/13/invoices",
      given: applied,
      json: [{ invoice_id: 21, amount: 25 }],
      status: 204,
      after: balances(40),
    },
  ],
  "DELETE /payments/{payment_id}/invoices/{invoice_id}": [
    {
      shows: "takes a payment back from an invoice",
      path: "/payments/13/invoices/21",
      given: applied,
      status: 204,
      after: { "/payments/13/invoices": { total: 0 }, ...balances(0) },
    },
  ],
  "POST /payments/{payment_id}/send-email": [
    {
      shows: "sends an email",
      path: "/payments/1/send-email",
      json: { emails: ["billing@example.com"], email_message: "Thank you" },
      status: 204,
    },
    {
      shows: "rejects addresses that are not a list",
      path: "/payments/1/send-email",
      json: { emails: "billing@example.com" },
      status: 400,
    },
  ],
};
