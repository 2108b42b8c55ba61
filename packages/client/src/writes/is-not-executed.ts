import { QBenchAuthError } from "@qbench-sdk/auth";
import { QBenchInputError } from "@qbench-sdk/auth/internal";
import { isRecord } from "../check-fields.js";
import { QBenchApiError } from "../errors/api-error.js";

/**
 * Returns true if it is certain that QBench did not execute a write that failed with this error. Without a token or with
 * wrong input, nothing was sent. After a timeout or a 5xx, which can also come from a gateway, QBench may have executed
 * the request.
 */
export const isNotExecuted = (error: unknown): boolean =>
  error instanceof QBenchAuthError ||
  error instanceof QBenchInputError ||
  (isRecord(error) && error.requestSent === false) ||
  (error instanceof QBenchApiError && error.status >= 400 && error.status < 500 && error.status !== 408);
