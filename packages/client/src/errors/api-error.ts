import { QBenchError } from "@qbench-sdk/auth";
import type { components } from "@qbench-sdk/types";

/** Describes the body of a 400 in the first client's document, if that document names it as QBench does. */
export type ErrorBody = components["schemas"] extends { BadRequestResponse: infer Body } ? Body : unknown;

/** What the declared bodies of error responses say about a `QBenchApiError`. */
export interface ErrorDetails<Body> {
  /** The kinds of errors. */
  type: Body extends { error_type: infer Type } ? Type : string;
  /** The error of a single item of the request. */
  item: [ItemOf<Body>] extends [never] ? Record<string, unknown> : ItemOf<Body>;
}

/** The items of `errors` in the bodies that have such a list. The client leaves out items that are not objects. */
type ItemOf<Body> = Body extends { errors?: infer List }
  ? NonNullable<List> extends readonly (infer Item extends object)[]
    ? Item
    : never
  : never;

/**
 * Reports that QBench responded to a request with an error status, or with the body of an error. The message is one line
 * of at most 500 characters and contains neither the query nor the request's body nor the access token. The texts in its
 * properties are sanitized too: they have no hidden characters and no credentials. For example:
 * `GET /qbench/api/v2/orders/999 failed: 404 NotFoundError. Order 999 does not exist. error_token 1f3a`
 *
 * @example
 * ```ts
 * try {
 *   return await client.orders.get(999);
 * } catch (error) {
 *   if (error instanceof QBenchApiError && error.status === 404) return undefined;
 *   throw error;
 * }
 * ```
 */
export class QBenchApiError<Body = ErrorBody> extends QBenchError {
  static override readonly qbenchError: string = "QBenchApiError";

  declare static [Symbol.hasInstance]: (error: unknown) => error is QBenchApiError;
  /** The name of the class. */
  override readonly name: string = "QBenchApiError";
  /** The HTTP status of the response. */
  declare readonly status: number;
  /** QBench's kind of error, such as `ValidationError` (docs/qbench-api.md §6.1). */
  declare readonly type?: ErrorDetails<Body>["type"];
  /** QBench's identifier of this incident. Its support can look it up. */
  declare readonly errorToken?: string;
  /**
   * The errors of single items of the request, if QBench names them. `isApiError` types them as the document declares
   * them for a method. QBench's own document declares none of their fields.
   */
  declare readonly errors: readonly ErrorDetails<Body>["item"][];
  /** The HTTP method of the request. */
  declare readonly method?: string;
  /** The path without the query. */
  declare readonly path?: string;
  /** How long QBench asks to wait, in milliseconds. */
  declare readonly retryAfterMs?: number;

  constructor(message: string, details: Omit<QBenchApiError<Body>, keyof Error>) {
    super(message);
    Object.assign(this, details);
  }
}

/**
 * Reports that QBench rejected a request with 429, because a limit of the tenant was exceeded. QBench did not execute
 * the request (docs/qbench-api.md §6.3).
 */
export class QBenchRateLimitError<Body = ErrorBody> extends QBenchApiError<Body> {
  static override readonly qbenchError: string = "QBenchRateLimitError";

  declare static [Symbol.hasInstance]: (error: unknown) => error is QBenchRateLimitError;
  override readonly name: string = "QBenchRateLimitError";
}
