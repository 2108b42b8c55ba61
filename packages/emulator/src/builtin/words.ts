/**
 * The states of orders and tests that laboratories were seen to use (docs/qbench-api.md §10). A tenant has further ones,
 * which the option `states` adds.
 */
const states: readonly string[] = [
  "NOT STARTED",
  "IN PROGRESS",
  "ON HOLD",
  "BATCHED",
  "BEING TESTED",
  "NEEDS SECOND CHECK",
  "IN REVIEW",
  "IN DATA REVIEW",
  "COMPLETED",
  "NOT REPORTABLE",
  "REPORTED",
  "CANCELLED",
  "SUBCONTRACTING",
  "NEEDS GC DATA",
  "WAITING ON MORE SAMPLE",
];

export const isReported = (state: unknown): boolean => state === "REPORTED";

/** A record is reported after it is completed. */
export const isCompleted = (state: unknown): boolean => state === "COMPLETED" || isReported(state);

/** Returns undefined for states that do not show whether work has begun. */
export function isStarted(state: unknown): boolean | undefined {
  if (state === "NOT STARTED" || state === null || state === undefined) return false;
  return state === "ON HOLD" || state === "CANCELLED" || state === "WAITING ON MORE SAMPLE" ? undefined : true;
}

/** The entities that attachments belong to, by `attachment_type`. The emulator has no records of the last four. */
export const attachmentTypes: Readonly<Record<string, string | undefined>> = {
  ORDER: "Order",
  SAMPLE: "Sample",
  TEST: "Test",
  ASSAY: "Assay",
  CUSTOMER: "Customer",
  CONTACT: "Contact",
  BATCH: "Batch",
  INVOICE: "Invoice",
  SOURCE: "Source",
  DOCUMENT: undefined,
  EQUIPMENT: undefined,
  RECORD: undefined,
  GENERIC: undefined,
};

/** The entities that labels are printed for, by `data_type`. */
export const labelTypes: Readonly<Record<string, string>> = {
  orders: "Order",
  samples: "Sample",
  tests: "Test",
  batches: "Batch",
  projects: "Project",
  locations: "Location",
};

/** The words that a field of an entity accepts. Fields that are not listed accept any text. */
export const words: Readonly<Record<string, readonly string[]>> = {
  "Order.state": states,
  "Test.state": states,
  "Order.order_request_status": ["RECEIVED"],
  "Invoice.status": ["DRAFT", "INVOICED"],
  "InvoiceItem.invoice_item_type": [
    "INVOICE_ITEM",
    "FLAT_SURCHARGE",
    "FLAT_DISCOUNT",
    "PERCENT_SURCHARGE",
    "PERCENT_DISCOUNT",
    "SUBTOTAL",
  ],
  "Attachment.attachment_type": Object.keys(attachmentTypes),
};
