import { QBenchApiError } from "../errors/api-error.js";
import type { Result } from "./unwrap.js";

/** Extracts the error bodies that the document declares for a request. */
export type ErrorOf<R extends Result> = R extends { data?: never; error: infer Body } ? Body : never;

/**
 * Returns true if an error is a `QBenchApiError`, and types its `errors` and `type` as the document declares them for
 * this request. Use it with a client of another document. `error instanceof QBenchApiError` types them by the first
 * client's document.
 *
 * @example
 * ```ts
 * const call = other.POST("/things", { body });
 * try {
 *   await unwrap(call);
 * } catch (error) {
 *   if (isApiError<typeof call>(error)) console.error(error.errors);
 *   else throw error;
 * }
 * ```
 */
export function isApiError<Call extends Promise<Result>>(
  error: unknown,
): error is QBenchApiError<ErrorOf<Awaited<Call>>> {
  return error instanceof QBenchApiError;
}
