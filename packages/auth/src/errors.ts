/**
 * Why there is no access token. The first six are the token endpoint's own words (RFC 6749 section 5.2); the rest are ours:
 * - `invalid_option`: a setting is missing or cannot be right; nothing was sent
 * - `refused`: the token endpoint said no in words that the RFC does not know
 * - `rate_limited`: too many requests; see `retryAfterMs`
 * - `server_error`: the token endpoint failed
 * - `network`: it could not be reached
 * - `timeout`: it did not answer in time
 * - `redirect`: it pointed elsewhere, which is never followed
 * - `malformed_response`: its answer is no token
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
  | "refused"
  | "rate_limited"
  | "server_error"
  | "network"
  | "timeout"
  | "redirect"
  | "malformed_response"
  | "closed";

/**
 * There is no access token. The message names the setting to change; it never holds a secret, an assertion, a token or
 * what the server wrote.
 */
export class QBenchAuthError extends Error {
  override readonly name = "QBenchAuthError";
  readonly code: QBenchAuthErrorCode;
  /** The HTTP status of the token endpoint, where it answered. */
  readonly status?: number;
  /** How long the token endpoint asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;

  constructor(code: QBenchAuthErrorCode, message: string, details: { status?: number; retryAfterMs?: number } = {}) {
    super(message);
    this.code = code;
    if (details.status !== undefined) this.status = details.status;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
  }
}
