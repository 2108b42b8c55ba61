import { QBenchApiError } from "../errors/api-error.js";
import type { Result } from "./unwrap.js";

/** The bodies that the document declares for the errors of a call. */
export type ErrorOf<R extends Result> = R extends { data?: never; error: infer Body } ? Body : never;

/**
 * Is it QBench's error to this call? Its `errors` and `type` then are what the document declares for the call's errors. For
 * a client of another document; `error instanceof QBenchApiError` has those of the first client's document.
 *
 *     const call = other.POST("/things", { body });
 *     try { await unwrap(call) } catch (error) { if (isApiError<typeof call>(error)) error.errors }
 */
export function isApiError<Call extends Promise<Result>>(
  error: unknown,
): error is QBenchApiError<ErrorOf<Awaited<Call>>> {
  return error instanceof QBenchApiError;
}
