import { access } from "./access.js";
import { assays } from "./assays.js";
import { attachments } from "./attachments.js";
import { batches } from "./batches.js";
import { customers } from "./customers.js";
import { integrations } from "./integrations.js";
import { invoices } from "./invoices.js";
import { orders } from "./orders.js";
import { payments } from "./payments.js";
import { reference } from "./reference.js";
import { reports } from "./reports.js";
import type { Row, Table } from "./row.js";
import { samples } from "./samples.js";
import { tests } from "./tests.js";
import { worksheets } from "./worksheets.js";

/** The rows of all operations. */
export const table: Table = {
  ...access,
  ...assays,
  ...attachments,
  ...batches,
  ...customers,
  ...integrations,
  ...invoices,
  ...orders,
  ...payments,
  ...reference,
  ...reports,
  ...samples,
  ...tests,
  ...worksheets,
};

/** A row, with the method and the path of its operation. */
export type OperationRow = Row & { operation: string; method: string; path: string };

export const rows: readonly OperationRow[] = Object.entries(table).flatMap(([operation, rowsOf]) => {
  const [method = "", path = ""] = operation.split(" ");
  return rowsOf.map(row => ({ path, ...row, operation, method }));
});
