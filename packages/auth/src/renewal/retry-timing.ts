import { type QBenchAuthError, type QBenchAuthErrorCode, TOKEN_ENDPOINT_CODES } from "../errors/auth-error.js";

/** The number of attempts while callers wait, including the first one. */
const MAX_ATTEMPTS = 4;
/** Doubled with each attempt: 250, 500 and 1000 ms. */
const FIRST_PAUSE_MS = 250;
/**
 * The window of QBench's rate limit (docs/qbench-api.md §6.3). Longer Retry-After values fail immediately instead of
 * blocking the caller.
 */
const MAX_PAUSE_MS = 60_000;

/** The shortest time between a failed renewal and the next one in the background. */
const BACKGROUND_BACKOFF_MS = 30_000;
/**
 * After rejected credentials, or a rejected token that was returned again, callers fail for this time: retrying cannot
 * help, and would use up the rate limit. After a rejection by a proxy, it could lock the user of the proxy.
 */
const REJECTION_BACKOFF_MS = 60_000;
/** A server that asks for more, perhaps by mistake, must not stop a service for good. */
const MAX_BACKOFF_MS = 300_000;

/**
 * Returns how long to wait before an exchange is tried again, in milliseconds, or undefined if it should not be. A
 * rejection would be repeated, a timeout has blocked the callers long enough, and a 429 is retried once
 * (docs/token-lifecycle.md §6).
 *
 * @param attempt the number of the attempt that failed, from 1
 * @param random 0 to 1
 */
export function pauseBeforeRetry(error: QBenchAuthError, attempt: number, random: number): number | undefined {
  const { code, retryAfterMs } = error;
  if (attempt >= maxAttempts(code)) return undefined;
  const pauseMs = retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + 0.5 * random);
  return pauseMs <= MAX_PAUSE_MS ? pauseMs : undefined;
}

function maxAttempts(code: QBenchAuthErrorCode): number {
  if (code === "rate_limited") return 2;
  return code === "server_error" || code === "connection_failed" ? MAX_ATTEMPTS : 1;
}

/** How long a failed renewal affects later ones, in milliseconds. */
export interface BackoffTimes {
  /** No background renewal starts. */
  readonly backgroundMs: number;
  /** The server asked for this pause: callers without a token wait until it is over. */
  readonly waitMs: number;
  /** Callers without a token get the error: another request would fail too, or the pause is too long to wait. */
  readonly failFastMs: number;
}

/** Returns the backoff that follows a failed renewal. */
export function backoffAfter({ code, retryAfterMs = 0 }: QBenchAuthError): BackoffTimes {
  const requestedMs = Math.min(retryAfterMs, MAX_BACKOFF_MS);
  const isTooLong = requestedMs > MAX_PAUSE_MS;
  const isRejection = [...TOKEN_ENDPOINT_CODES, "rejected_by_server", "token_rejected", "proxy_rejected"].some(
    each => each === code,
  );
  const failFastMs = isTooLong ? requestedMs : isRejection ? REJECTION_BACKOFF_MS : 0;
  return {
    backgroundMs: Math.max(BACKGROUND_BACKOFF_MS, requestedMs, failFastMs),
    waitMs: failFastMs > 0 ? 0 : requestedMs,
    failFastMs,
  };
}
