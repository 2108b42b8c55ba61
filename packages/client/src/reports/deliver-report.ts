import { assertWholeNumber, QBenchInputError, withDeadline } from "@qbench-sdk/auth/internal";
import { checkFields } from "../check-fields.js";
import { checkPollOptions } from "../poll.js";
import type { DeliverableReport, ReportDelivery, ReportsClient } from "./delivery.js";
import { type DeliveryState, QBenchDeliveryError } from "./delivery-error.js";
import type { DeliveredReport } from "./download-report.js";
import { runDelivery } from "./run-delivery.js";

/**
 * Creates a report, waits until it is rendered, publishes it if `publish` is set, and downloads its file into memory.
 * The file is the one that the report has after publishing.
 *
 * - Publishing is sent once, and again only if it is certain that QBench did not execute it. If the response is missing,
 *   the report's `date_published` decides.
 * - With `resume`, no report is created. A report that has a `date_published` is not published again.
 * - The download is repeated up to three times, each time with a new URL.
 *
 * @example
 * ```ts
 * const { report, bytes } = await deliverReport(client, {
 *   report: { report_config_id: 1, test_ids: [5, 6] },
 *   publish: { send_emails: true },
 *   onProgress: ({ step, reportId }) => console.log(reportId, step),
 * });
 * await writeFile(`report-${report.id}.pdf`, bytes);
 * ```
 *
 * @throws QBenchDeliveryError if the report was created, or may have been created; see its `resume`
 * @throws QBenchInputError if an option cannot be right; nothing was sent
 * @throws QBenchError the error of the creation, if it is certain that QBench did not execute it
 */
export async function deliverReport<Item, Report extends DeliverableReport, Publish>(
  client: ReportsClient<Item, Report, Publish>,
  // Without exactOptionalPropertyTypes, the absent report of `resume` would make Item possibly undefined.
  delivery: ReportDelivery<NoInfer<Item>, Publish>,
): Promise<DeliveredReport<Report>> {
  const { resume, publish, signal, timeoutMs = 300_000, intervalMs = 1000 } = delivery;
  if (resume) assertWholeNumber("deliverReport: resume.reportId", resume.reportId);
  else checkFields("deliverReport", delivery.report, ["report_config_id"]);
  checkPollOptions({ timeoutMs, intervalMs });
  if (publish && !client.reports.publish) {
    throw new QBenchInputError("deliverReport: the client has no reports.publish. Leave out the option publish.");
  }
  signal?.throwIfAborted();

  const state: DeliveryState = resume
    ? { steps: ["created"], reportId: resume.reportId, isUncertain: resume.publishing === "unknown" }
    : { steps: [], isUncertain: false };
  const timeout = new DOMException(`It took longer than ${timeoutMs} ms (timeoutMs).`, "TimeoutError");
  try {
    return await withDeadline(signal, (work, setLimit) => {
      setLimit(timeoutMs, () => timeout);
      return runDelivery(client, { ...delivery, signal: work, intervalMs }, state);
    });
  } catch (cause) {
    if (state.reportId === undefined && !state.isUncertain) throw cause;
    const isAborted = signal?.aborted === true && cause === signal.reason;
    throw new QBenchDeliveryError(cause === timeout ? "timeout" : isAborted ? "aborted" : "failed", state, cause);
  }
}
