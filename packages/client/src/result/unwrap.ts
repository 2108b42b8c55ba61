import { QBenchResponseError } from "../errors/response-error.js";
import type { CallResult } from "./call.js";
import { isErrorBody } from "./parse-body.js";
import { toApiError } from "./to-api-error.js";

/** Describes what the HTTP methods of an openapi-fetch client resolve to. */
export interface Result {
  /** The body of a successful response. */
  data?: unknown;
  /** The body of an error response. */
  error?: unknown;
  /** The response. Its body has already been read. */
  response: Response;
}

/** Extracts the data of a request that succeeded. */
export type DataOf<R extends Result> = R extends { data: infer Data; error?: never } ? Data : never;

/**
 * Returns the data of a request, and throws instead of returning an `error`.
 *
 * @example
 * ```ts
 * const teams = await unwrap(client.GET("/qbench/api/v2/teams"));
 * console.log(teams.total_count);
 * ```
 *
 * @throws QBenchApiError if the response is an error, even without a body; its subclass QBenchRateLimitError for a 429
 * @throws QBenchTimeoutError, QBenchConnectionError if no response arrives, as the request itself does
 * @throws QBenchResponseError if the response is not JSON
 */
export async function unwrap<R extends Result>(call: Promise<R>): Promise<DataOf<R>> {
  return (await unwrapWithResponse(call)).data;
}

/** Returns the data of a request together with its response. Throws as `unwrap` does. */
export async function unwrapWithResponse<R extends Result>(call: Promise<R>): Promise<CallResult<DataOf<R>>> {
  const { data, error, response } = await call.catch((reason: unknown) => {
    // The message of a SyntaxError quotes the response, so it is not passed on.
    const isSyntaxError = Object(reason).name === "SyntaxError";
    throw isSyntaxError ? new QBenchResponseError("The response is not JSON. Check baseUrl.") : reason;
  });
  if (!response.ok || error !== undefined) throw toApiError(response, error);
  if (isErrorBody(data)) throw toApiError(response, data);
  return { data: data as DataOf<R>, response };
}
