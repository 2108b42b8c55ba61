import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { QBenchClient } from "@qbench-sdk/client";
import { type DeliveryOptions, deliverReport } from "@qbench-sdk/client/reports";

export interface CertificateOptions extends DeliveryOptions {
  orderId: number;
  reportConfigId: number;
  folder: string;
}

/** Publishes the certificate of an order, saves it as `<folder>/<order id>.pdf`, and returns the path. */
export async function deliverCertificate(client: QBenchClient, options: CertificateOptions): Promise<string> {
  const { orderId, reportConfigId: report_config_id, folder, ...delivery } = options;
  const tests = await client.orders.tests(orderId).toArray();
  const incomplete = tests.filter(({ complete_date }) => !complete_date).map(({ id }) => id);
  if (tests.length === 0 || incomplete.length > 0) {
    throw new Error(`The order ${orderId} has ${tests.length} tests. Incomplete: ${incomplete.join(", ") || "none"}.`);
  }
  const reports = await client.orders.reports(orderId).toArray();
  const begun = reports.findLast(
    ({ render_status, state, ...report }) =>
      report.report_config_id === report_config_id &&
      /^(PENDING|SUCCESSFUL)$/.test(render_status ?? "PENDING") &&
      !/WITHDRAWN|OVERRIDDEN/.test(state ?? ""),
  );
  const all = { ...delivery, publish: { send_emails: true } };
  const { bytes } = begun
    ? await deliverReport(client, { ...all, resume: { reportId: begun.id } })
    : await deliverReport(client, { ...all, report: { report_config_id, test_ids: tests.map(({ id }) => id) } });
  const path = join(folder, `${orderId}.pdf`);
  await writeFile(`${path}.part`, bytes);
  await rename(`${path}.part`, path); // So the folder never contains a part of a certificate.
  return path;
}
