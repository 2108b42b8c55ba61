import { QBenchError } from "@qbench-sdk/auth";
import { describeCause } from "../errors/message.js";

/** Names the steps of a delivery, in their order. Without the option `publish`, `published` is left out. */
export type DeliveryStep = "created" | "rendered" | "published" | "downloaded";

/** Says where to continue with a report. It can be stored as JSON. */
export interface ResumeDelivery {
  /** The id of the report. */
  reportId: number;
  /**
   * What is known about the request to publish the report. By default, it was not sent, or QBench did not execute it.
   * `unknown` if QBench may have executed it: then the report is not published again.
   */
  publishing?: "unknown";
}

/** Describes how far a delivery has come. */
export interface DeliveryState {
  /** The steps that are done, in their order. */
  steps: DeliveryStep[];
  /** The id of the report. Unknown until the response to the creation. */
  reportId?: number;
  /** True if QBench may have executed a write whose response is missing: the creation, or else the publishing. */
  isUncertain: boolean;
  /** True if the report can never be delivered: rendering it failed, or it was withdrawn or replaced. */
  isUndeliverable?: boolean;
}

/**
 * Reports that a report was created, or may have been created, but not delivered. `cause` is the reason.
 *
 * @example
 * ```ts
 * if (error instanceof QBenchDeliveryError && error.resume) await deliverReport(client, { resume: error.resume, publish });
 * ```
 */
export class QBenchDeliveryError extends QBenchError {
  static override readonly qbenchError: string = "QBenchDeliveryError";

  override readonly name = "QBenchDeliveryError";
  /** `failed` if a step failed, `timeout` if the delivery took longer than `timeoutMs`, `aborted` by the signal. */
  readonly reason: "failed" | "timeout" | "aborted";
  /** The steps that are done, in their order. */
  readonly steps: readonly DeliveryStep[];
  /** The id of the report. Missing if it is not certain that QBench created the report. */
  declare readonly reportId?: number;
  /**
   * Where to continue with this report. Missing without a `reportId`, and if the report can never be delivered because
   * rendering it failed, or because it was withdrawn or replaced.
   */
  declare readonly resume?: ResumeDelivery;

  constructor(reason: QBenchDeliveryError["reason"], state: DeliveryState, cause: unknown) {
    const { steps, reportId } = state;
    const done = steps.length > 0 ? ` Done: ${steps.join(", ")}.` : "";
    const report = reportId === undefined ? "a report" : `report ${reportId}`;
    super(`Delivering ${report} failed.${describeCause(cause)}${done} ${adviceFor(state)}`, { cause });
    this.reason = reason;
    this.steps = steps;
    if (reportId === undefined) return;
    this.reportId = reportId;
    if (!state.isUndeliverable) this.resume = { reportId, ...(state.isUncertain && { publishing: "unknown" }) };
  }
}

/** Returns the last sentence of the message: how to continue. */
function adviceFor({ reportId, isUncertain, isUndeliverable }: DeliveryState): string {
  if (reportId === undefined) return "QBench may have created the report: look for it before you create another one.";
  if (isUncertain) {
    const again = `{ reportId: ${reportId} }`;
    return `QBench may have published the report. Check that before you publish it again with resume: ${again}.`;
  }
  if (isUndeliverable) return "Create another report.";
  return "To continue with this report, pass error.resume as the option resume.";
}
