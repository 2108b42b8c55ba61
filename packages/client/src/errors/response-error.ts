import { QBenchError } from "@qbench-sdk/auth";
import { brandError } from "@qbench-sdk/auth/internal";

/**
 * QBench, or something before it, answered a call with success but not with what the document says: text that is no JSON, such
 * as a page to sign in; no page of a list; a list that does not hold still. The message holds nothing of the answer.
 */
export class QBenchResponseError extends QBenchError {
  static {
    brandError(QBenchResponseError, "QBenchResponseError");
  }

  override readonly name = "QBenchResponseError";
}
