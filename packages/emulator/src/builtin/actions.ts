/** An operation that does not list, get, create, update or delete the records of a collection. */
export interface Action {
  /** The method and the path below the base path. */
  operation: `${"GET" | "POST" | "PATCH" | "DELETE"} /${string}`;
  tags: readonly string[];
  /** The request body: the name of its schema, its shape, and its fields in the notation of `Resource`. */
  body?: readonly [name: string, shape: "list" | "object", fields: string];
  status: number;
  /** The query parameters, in the notation of `Resource`. */
  query?: string;
  /** The schema of `data` in the response: an entity, or a name with fields of its own. */
  response?: readonly [name: string, fields?: string];
}

const contactCustomer = [
  "ContactCustomerCreate",
  "list",
  "contact:o contact_id:i customer:o customer_id:i portal_role_ids:[i] portal_user:b preferences:o receive_email:b receive_invoice_email:b send_portal_invite:b",
] as const;

const worksheetQuery = "raw_worksheet_data:b worksheet_config:b";

/** The actions of the built-in API. Their effects are in api/actions.ts. */
export const actions: readonly Action[] = [
  {
    operation: "POST /contacts/{contact_id}/customers",
    tags: ["CUSTOMER", "CONTACT"],
    body: contactCustomer,
    status: 204,
  },
  {
    operation: "POST /customers/{customer_id}/contacts",
    tags: ["CUSTOMER", "CONTACT"],
    body: contactCustomer,
    status: 204,
  },
  { operation: "DELETE /customers/{customer_id}/contacts/{contact_id}", tags: ["CUSTOMER", "CONTACT"], status: 204 },
  {
    operation: "POST /payments/{payment_id}/invoices",
    tags: ["PAYMENT", "INVOICE"],
    body: ["ApplyPaymentToInvoice", "list", "invoice_id*:i applied_amount*:i"],
    status: 204,
  },
  {
    operation: "PATCH /payments/{payment_id}/invoices",
    tags: ["PAYMENT", "INVOICE"],
    body: ["InvoicePaymentUpdate", "list", "invoice_id*:i"],
    status: 204,
  },
  { operation: "DELETE /payments/{payment_id}/invoices/{invoice_id}", tags: ["PAYMENT", "INVOICE"], status: 204 },
  {
    operation: "POST /payments/{payment_id}/send-email",
    tags: ["PAYMENT", "INVOICE"],
    body: ["SendPaymentEmail", "object", "emails*:[s] email_message:s"],
    status: 204,
  },
  {
    operation: "POST /invoices/{invoice_id}/send-email",
    tags: ["INVOICE"],
    body: ["SendInvoiceEmail", "object", "emails:[s]"],
    status: 202,
    response: ["InvoiceEmail", "message*:s queueId*:i"],
  },
  { operation: "POST /invoices/{invoice_id}/sync", tags: ["INVOICE"], status: 204 },
  {
    operation: "POST /labels/{label_id}/{data_type}",
    tags: ["LABEL"],
    body: ["GenerateLabel", "list", "id*:i count:i"],
    status: 200,
  },
  {
    operation: "POST /reports/publish",
    tags: ["REPORT"],
    body: [
      "GenReportPublish",
      "list",
      "id*:i additional_emails:[s] attach_report:b group_by:s message:s send_emails:b",
    ],
    status: 204,
  },
  {
    operation: "PATCH /tests/worksheets/dynamic/named-cells",
    tags: ["TEST", "WORKSHEET"],
    body: ["TestDynamicWorksheetNamedCell", "list", "id*:i qb_dynamic_spreadsheet_patch:o"],
    status: 204,
  },
  {
    operation: "GET /tests/{test_id}/worksheet/data",
    tags: ["TEST", "WORKSHEET"],
    query: worksheetQuery,
    status: 200,
    response: ["TestWorksheetResponse"],
  },
  {
    operation: "GET /batches/{batch_id}/worksheet/data",
    tags: ["BATCH", "WORKSHEET"],
    query: worksheetQuery,
    status: 200,
    response: ["WorksheetResponse"],
  },
];
