import { QBenchError } from "@qbench-sdk/auth";

/**
 * Reports a successful response that is not what the document declares. Examples are a login page instead of JSON, a
 * body that is not a page of a list, and a list that changes during every attempt. The response may come from a proxy.
 * The message contains nothing of its body.
 */
export class QBenchResponseError extends QBenchError {
  static override readonly qbenchError: string = "QBenchResponseError";

  override readonly name = "QBenchResponseError";
}
