import { QBenchResponseError } from "../errors/response-error.js";
import { toApiError } from "./to-api-error.js";

/** What the calls of an openapi-fetch client resolve to. */
export interface Result {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** The data of a call that succeeded. */
export type DataOf<R extends Result> = R extends { data: infer Data; error?: never } ? Data : never;

/**
 * The data of a call, for who would rather catch errors than look at `error`.
 *
 * @throws QBenchApiError when the answer is an error, also one without a body; QBenchRateLimitError, which is one, for a 429
 * @throws QBenchTimeoutError, QBenchConnectionError when there is no answer, as the call itself does
 */
export async function unwrap<R extends Result>(call: Promise<R>): Promise<DataOf<R>> {
  const { data, error, response } = await call.catch((reason: unknown) => {
    // Its message has a part of the answer.
    throw reason instanceof SyntaxError ? new QBenchResponseError("The answer is not JSON; look at baseUrl") : reason;
  });
  if (!response.ok) throw toApiError(response, error);
  return data as DataOf<R>;
}
