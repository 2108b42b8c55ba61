/** A report or print document did not become a file: the laboratory could not render it, or not in time. */
export class QBenchRenderError extends Error {
  override readonly name = "QBenchRenderError";
  readonly reason: "failed" | "timeout";
  /** The record's id; after a time-out it may still be rendered. */
  readonly recordId?: number | string;

  constructor(reason: "failed" | "timeout", message: string, recordId: unknown) {
    super(message);
    this.reason = reason;
    if (typeof recordId === "number" || typeof recordId === "string") this.recordId = recordId;
  }
}
