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
import type { OperationRow, Table } from "./row.js";
import { samples } from "./samples.js";
import { tests } from "./tests.js";
import { worksheets } from "./worksheets.js";

const tables: readonly Table[] = [
  access,
  assays,
  attachments,
  batches,
  customers,
  integrations,
  invoices,
  orders,
  payments,
  reference,
  reports,
  samples,
  tests,
  worksheets,
];

/** The operations with their rows. */
export const operationsWithRows: readonly (readonly [operation: string, rows: readonly OperationRow[]])[] =
  tables.flatMap(table =>
    Object.entries(table).map(([operation, rows]) => {
      const [method = "", path = ""] = operation.split(" ");
      return [operation, rows.map(row => ({ path, ...row, operation, method }))] as const;
    }),
  );

/** The first row of each operation, which is a success. */
export const firstRows: readonly OperationRow[] = operationsWithRows.flatMap(([, [first]]) => first ?? []);
