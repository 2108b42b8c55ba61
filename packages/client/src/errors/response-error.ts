import { QBenchError } from "@qbench-sdk/auth";

/**
 * Reports a successful response that is not what the document declares. Examples are a login page instead of JSON, a
 * body that is not a page of a list, and a list that changes during every attempt. The response may come from a proxy.
 * QBench may have executed a write, which is not sent again. If the body is not JSON, the message contains its first
 * words.
 */
export class QBenchResponseError extends QBenchError {
  static override readonly qbenchError: string = "QBenchResponseError";

  override readonly name = "QBenchResponseError";
  /**
   * The records of the response to a write, if they are not those that were sent. Not enumerable, so that a log of the
   * error contains no customer data.
   */
  declare readonly records?: readonly unknown[];

  constructor(message: string, { records, ...options }: { cause?: unknown; records?: readonly unknown[] } = {}) {
    super(message, options);
    if (records) Object.defineProperty(this, "records", { value: records });
  }
}
