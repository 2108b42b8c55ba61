import { existsSync, writeFileSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import type { QBenchClient } from "@qbench-sdk/client";
import {
  type DeliveryProgress,
  deliverReport,
  QBenchDeliveryError,
  type ResumeDelivery,
} from "@qbench-sdk/client/reports";
import type { Report } from "@qbench-sdk/types";

/** The template of the laboratory for certificates of analysis. */
const REPORT_CONFIG_ID = 1;

/** Configures `saveReport`. */
export interface SaveOptions {
  signal?: AbortSignal;
  onProgress?: (progress: DeliveryProgress) => void;
  /** See `intervalMs` of `deliverReport`. */
  intervalMs?: number;
}

/**
 * Creates a report of all tests of an order, publishes it, and saves its PDF. If a run fails or is killed after the
 * report was created, the next run with the same path continues with that report.
 *
 * @param path the PDF, which appears when it is complete
 */
export async function saveReport(
  client: QBenchClient,
  orderId: number,
  path: string,
  options: SaveOptions = {},
): Promise<Report> {
  const resumeFile = `${path}.resume.json`;
  const source = existsSync(resumeFile)
    ? { resume: JSON.parse(await readFile(resumeFile, "utf8")) as ResumeDelivery }
    : { report: { report_config_id: REPORT_CONFIG_ID, test_ids: await testIdsOf(client, orderId) } };
  const storeResume = (resume: ResumeDelivery): void => writeFileSync(resumeFile, JSON.stringify(resume));
  const onProgress = (progress: DeliveryProgress): void => {
    // The process can be killed at any time after this.
    if (progress.step === "created") storeResume({ reportId: progress.reportId });
    options.onProgress?.(progress);
  };
  try {
    const { report, bytes } = await deliverReport(client, {
      ...source,
      publish: { send_emails: true },
      ...options,
      onProgress,
    });
    await writeFile(`${path}.part`, bytes);
    await rename(`${path}.part`, path);
    await rm(resumeFile, { force: true });
    return report;
  } catch (error) {
    if (error instanceof QBenchDeliveryError) {
      if (error.resume) storeResume(error.resume);
      else await rm(resumeFile, { force: true });
    }
    throw error;
  }
}

async function testIdsOf(client: QBenchClient, orderId: number): Promise<number[]> {
  const tests = await client.orders.tests(orderId).toArray();
  if (tests.length === 0) throw new Error(`Order ${orderId} has no tests to report.`);
  return tests.map(({ id }) => id);
}
