import { QBenchError } from "@qbench-sdk/auth";
import { brandError } from "@qbench-sdk/auth/internal";
/** A report or print document did not become a file: the laboratory could not render it, or not in time. */
export class QBenchRenderError extends QBenchError {
  static {
    brandError(QBenchRenderError, "QBenchRenderError");
  }

  override readonly name = "QBenchRenderError";
  readonly reason: "failed" | "timeout";
  /** The record's id; after a time-out it may still be rendered. */
  readonly recordId?: number;

  constructor(reason: "failed" | "timeout", why: string, recordId?: number) {
    super(`The document${recordId === undefined ? "" : ` ${recordId}`} was not rendered: ${why}`);
    this.reason = reason;
    if (recordId !== undefined) this.recordId = recordId;
  }
}
