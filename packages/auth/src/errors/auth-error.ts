import { QBenchError } from "./qbench-error.js";

/**
 * Names the reason why a caller gets no access token. The first six codes are those of the token endpoint
 * (RFC 6749 section 5.2). The others are:
 * - `invalid_option`: an option is missing or invalid, and nothing was sent
 * - `rejected_by_server`: the token endpoint rejected the request without one of the six codes
 * - `rate_limited`: the token endpoint received too many requests (429), see `retryAfterMs`
 * - `server_error`: the token endpoint failed (408 or 5xx)
 * - `connection_failed`: the token endpoint could not be reached, or the connection broke
 * - `certificate_rejected`: the certificate of the token endpoint was rejected, and nothing was sent
 * - `proxy_rejected`: the proxy refused to connect to the token endpoint (407 or another 4xx), and nothing was sent
 * - `fetch_failed`: the option `fetch` failed for another reason, or did not return a readable response
 * - `timeout`: the token endpoint sent no complete response within `timeoutMs`
 * - `unexpected_redirect`: the token endpoint redirected; token requests never follow redirects
 * - `malformed_response`: the token endpoint reported success, but sent no usable token
 * - `token_rejected`: the token endpoint returned an access token again that the API had rejected
 * - `assertion_failed`: the `assertion` or `clientSecret` function failed, or did not return a valid value; or the
 *   package jose is missing, which signs assertions
 * - `store_unavailable`: the store's lock could not be taken in the background, or was lost; occurs in events only
 * - `closed`: the token source was closed
 */
export type QBenchAuthErrorCode =
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "invalid_scope"
  | "invalid_option"
  | "rejected_by_server"
  | "rate_limited"
  | "server_error"
  | "connection_failed"
  | "certificate_rejected"
  | "proxy_rejected"
  | "fetch_failed"
  | "timeout"
  | "unexpected_redirect"
  | "malformed_response"
  | "token_rejected"
  | "assertion_failed"
  | "store_unavailable"
  | "closed";

/** The codes by which the token endpoint rejects a request (RFC 6749 section 5.2). */
export const TOKEN_ENDPOINT_CODES = [
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
] as const;

/**
 * Reports that no access token is available. The message is one line that names the setting to check. It never contains
 * a secret, an assertion, a token or text from the server. It has no `cause`, because an error of fetch can hold the
 * request.
 *
 * @example
 * ```ts
 * try {
 *   await source.getToken();
 * } catch (error) {
 *   if (error instanceof QBenchAuthError && error.code === "rate_limited") retryIn(error.retryAfterMs);
 *   else throw error;
 * }
 * ```
 */
export class QBenchAuthError extends QBenchError {
  static override readonly qbenchError: string = "QBenchAuthError";

  override readonly name = "QBenchAuthError";
  /** The reason, for programs. Messages may change between versions, codes do not. */
  readonly code: QBenchAuthErrorCode;
  /** The HTTP status of the token endpoint, if it sent a response. */
  declare readonly status?: number;
  /** How long the token endpoint asks to wait before the next request, in milliseconds, if it asks. */
  declare readonly retryAfterMs?: number;

  constructor(
    code: QBenchAuthErrorCode,
    message: string,
    response: { status?: number | undefined; retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.code = code;
    if (response.status !== undefined) this.status = response.status;
    if (response.retryAfterMs !== undefined) this.retryAfterMs = response.retryAfterMs;
  }
}
