import { type ErrorBody, QBenchApiError } from "../errors/api-error.js";
import type { Declares } from "./call.js";
import { isRequestOf } from "./operations.js";

/** Extracts the error bodies that the document declares for a method of a resource. */
export type ErrorBodyOf<Method extends (...args: never[]) => unknown> =
  ReturnType<Method> extends Declares<infer Body> ? (unknown extends Body ? ErrorBody : Body) : ErrorBody;

/**
 * Returns true if an error is the `QBenchApiError` of a method, and types its `errors` and `type` as the document
 * declares them for that method. If a request of another method failed, it returns false.
 *
 * @example
 * ```ts
 * try {
 *   await client.orders.create(orders);
 * } catch (error) {
 *   if (isApiError(error, client.orders.create)) console.error(error.errors);
 *   else throw error;
 * }
 * ```
 */
export function isApiError<Method extends (...args: never[]) => unknown>(
  error: unknown,
  method: Method,
): error is QBenchApiError<ErrorBodyOf<Method>> {
  return error instanceof QBenchApiError && isRequestOf(method, error);
}
