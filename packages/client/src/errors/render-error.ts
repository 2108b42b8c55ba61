import { QBenchError } from "@qbench-sdk/auth";

/** Reports that QBench could not render a report or print document, or not in time. */
export class QBenchRenderError extends QBenchError {
  static override readonly qbenchError: string = "QBenchRenderError";

  override readonly name = "QBenchRenderError";
  /** `failed` if QBench could not render the document, `timeout` if it took too long. */
  readonly reason: "failed" | "timeout";
  /** The id of the record. After a timeout, QBench may still render it. */
  declare readonly recordId?: number;

  constructor(reason: "failed" | "timeout", why: string, recordId?: number) {
    super(`Rendering the document${recordId === undefined ? "" : ` ${recordId}`} failed: ${why}`);
    this.reason = reason;
    if (recordId !== undefined) this.recordId = recordId;
  }
}
