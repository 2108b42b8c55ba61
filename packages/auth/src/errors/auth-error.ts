import { brandError } from "./brand-error.js";
import { QBenchError } from "./qbench-error.js";

/**
 * Why there is no access token. The first six are the token endpoint's own words (RFC 6749 section 5.2); the rest are
 * ours:
 * - `invalid_option`: an option is missing or cannot be right; nothing was sent
 * - `rejected_by_server`: the token endpoint said no in words that the RFC does not know
 * - `rate_limited`: too many requests (429); see `retryAfterMs`
 * - `server_error`: the token endpoint failed (5xx)
 * - `connection_failed`: it could not be reached, or the connection broke
 * - `timeout`: it did not answer completely within `timeoutMs`
 * - `unexpected_redirect`: it pointed elsewhere, which is never followed
 * - `malformed_response`: it answered with success, but not with a usable token
 * - `assertion_failed`: the `assertion` or `clientSecret` function failed, or gave nothing usable
 * - `store_unavailable`: the store gave no lock to a renewal that nobody waited for; seen in events only
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
  | "timeout"
  | "unexpected_redirect"
  | "malformed_response"
  | "assertion_failed"
  | "store_unavailable"
  | "closed";

/**
 * There is no access token. The message is one line and names the setting to look at. It never holds a secret, an
 * assertion, a token or anything the server wrote, and there is no `cause`: what a fetch throws can hold the request.
 */
export class QBenchAuthError extends QBenchError {
  static {
    brandError(QBenchAuthError, "QBenchAuthError");
  }

  override readonly name = "QBenchAuthError";
  readonly code: QBenchAuthErrorCode;
  /** The HTTP status of the token endpoint, where it answered. */
  readonly status?: number;
  /** How long the token endpoint asks to wait before the next attempt, in milliseconds, where it says so. */
  readonly retryAfterMs?: number;

  constructor(
    code: QBenchAuthErrorCode,
    message: string,
    answer: { status?: number | undefined; retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.code = code;
    if (answer.status !== undefined) this.status = answer.status;
    if (answer.retryAfterMs !== undefined) this.retryAfterMs = answer.retryAfterMs;
  }
}
