import { QBenchAuthError } from "@qbench-sdk/auth";
import { QBenchInputError } from "@qbench-sdk/auth/internal";
import { isRecord } from "../check-fields.js";
import { QBenchApiError } from "../errors/api-error.js";
import { QBenchIgnoredFieldsError } from "../errors/ignored-fields-error.js";
import { QBenchWriteError } from "../errors/write-error.js";

/**
 * Returns true if QBench may have executed a request that failed with this error: after a timeout, a broken connection,
 * a 408, a 5xx, or a response without the records. Look for the records before you send them again.
 *
 * Returns false if the outcome is certain: nothing was sent, QBench rejected the request, or QBench wrote the records
 * and ignored fields of them. An error of another kind, such as the reason of a signal, counts as unknown.
 *
 * @example
 * ```ts
 * try {
 *   await client.orders.create([order]);
 * } catch (error) {
 *   if (!isOutcomeUnknown(error)) throw error;
 *   console.warn("The order may exist. Look for it before you send it again.");
 * }
 * ```
 */
export function isOutcomeUnknown(error: unknown): boolean {
  if (error instanceof QBenchWriteError) return error.outcomes.some(({ state }) => state === "unknown");
  return !(error instanceof QBenchIgnoredFieldsError || isNotExecuted(error));
}

/** Returns true if it is certain that QBench did not execute the one request that failed with this error. */
export const isNotExecuted = (error: unknown): boolean =>
  error instanceof QBenchAuthError ||
  error instanceof QBenchInputError ||
  (isRecord(error) && error.requestSent === false) ||
  (error instanceof QBenchApiError && error.status >= 400 && error.status < 500 && error.status !== 408);
