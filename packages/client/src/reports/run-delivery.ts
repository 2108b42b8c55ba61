import { MAX_TIMER_MS, QBenchInputError } from "@qbench-sdk/auth/internal";
import { QBenchRenderError } from "../errors/render-error.js";
import { QBenchResponseError } from "../errors/response-error.js";
import { notify } from "../events.js";
import { waitUntilRendered } from "../rendering/wait-until-rendered.js";
import { isNotExecuted } from "../writes/is-outcome-unknown.js";
import type { DeliverableReport, DeliveryProgress, ReportDelivery, ReportsClient } from "./delivery.js";
import type { DeliveryState } from "./delivery-error.js";
import { type DeliveredReport, downloadReport } from "./download-report.js";
import { isPublished, isWithdrawn } from "./report-state.js";

/**
 * Runs the steps of a delivery. Keeps `state` up to date, which says how far the delivery came if a step fails or the
 * signal aborts.
 */
export async function runDelivery<Item, Report extends DeliverableReport, Publish>(
  { reports }: ReportsClient<Item, Report, Publish>,
  delivery: ReportDelivery<Item, Publish> & { signal: AbortSignal; intervalMs: number },
  state: DeliveryState,
): Promise<DeliveredReport<Report>> {
  const { publish, signal, intervalMs } = delivery;

  function reach(progress: DeliveryProgress): void {
    // The caller has got an error already if the delivery was given up.
    signal.throwIfAborted();
    state.steps.push(progress.step);
    notify(delivery.onProgress, progress);
  }

  /** Sends a write, whose outcome is uncertain until its response. */
  async function write<Result>(send: () => Promise<Result>): Promise<Result> {
    signal.throwIfAborted();
    state.isUncertain = true;
    try {
      const result = await send();
      state.isUncertain = false;
      return result;
    } catch (error) {
      // After an abort, the caller has got its error before.
      if (isNotExecuted(error)) state.isUncertain = false;
      throw error;
    }
  }

  async function create(item: Item): Promise<Report> {
    const [created] = await reports.create([item], { signal });
    if (!created) throw new QBenchResponseError("The response to the creation has no report.");
    return created;
  }

  let known: Report | undefined;
  let reportId: number;
  if (delivery.resume) reportId = delivery.resume.reportId;
  else {
    const { report } = delivery;
    known = await write(() => create(report));
    reportId = known.id;
    state.reportId = reportId;
    reach({ step: "created", reportId });
  }

  const read = (work: AbortSignal): Promise<Report> => reports.get(reportId, undefined, { signal: work });
  /** Waits until the report is rendered. The first read returns the report as it was created. */
  const readRendered = (): Promise<Report> => {
    const readNext = async (work: AbortSignal): Promise<Report> => {
      const next = known ?? (await read(work));
      known = undefined;
      return next;
    };
    return waitUntilRendered(readNext, { signal, intervalMs, timeoutMs: MAX_TIMER_MS }).catch(error => {
      state.isUndeliverable = error instanceof QBenchRenderError;
      throw error;
    });
  };

  /** Publishes the report, unless an earlier delivery has published it, or may have. */
  async function publishOnce(before: Report, details: Omit<Publish, "id">): Promise<void> {
    if (delivery.resume && isPublished(before)) state.isUncertain = false;
    else if (state.isUncertain) throw new QBenchInputError(`resume: report ${reportId} has no date_published.`);
    else await requestPublishing(before, details);
  }

  /** Publishes the report. If the response is missing, `date_published` shows whether QBench executed the request. */
  async function requestPublishing(before: Report, details: Omit<Publish, "id">): Promise<void> {
    // The id completes the item, because it is the only field that the details leave out.
    const item = { ...details, id: reportId } as Publish;
    try {
      await write(async () => reports.publish?.([item], { signal }));
    } catch (error) {
      if (!state.isUncertain || signal.aborted || isPublished(before)) throw error;
      const after = await read(signal).catch(() => undefined);
      if (!after || !isPublished(after)) throw error;
      state.isUncertain = false;
    }
  }

  let report = await readRendered();
  if (delivery.resume && isWithdrawn(report)) {
    state.isUndeliverable = true;
    throw new QBenchInputError(`resume: report ${reportId} is ${report.state}.`);
  }
  reach({ step: "rendered", reportId });
  if (publish) {
    await publishOnce(report, publish);
    reach({ step: "published", reportId });
    // Publishing can change the file.
    report = await readRendered();
  }
  const delivered = await downloadReport(report, readRendered, { ...delivery, signal });
  reach({ step: "downloaded", reportId, bytes: delivered.bytes.byteLength });
  return delivered;
}
