import type { QBenchAuthError, QBenchAuthErrorCode } from "../errors/auth-error.js";

/** Attempts of one exchange, the first included, while somebody waits for it. */
const MOST_ATTEMPTS = 4;
/** Doubled with each attempt: 250, 500, 1000. */
const FIRST_PAUSE_MS = 250;
/** QBench's own window (facts 6.3). Who is asked to wait longer is told so rather than held. */
const LONGEST_PAUSE_MS = 60_000;

/** After a renewal that nobody waited for has failed, the next one waits so long. */
const PAUSE_BEHIND_MS = 30_000;
/** How long a refusal stands: settings do not mend themselves, and each attempt costs the tenant's limits. */
const REFUSAL_STANDS_MS = 60_000;
/** However long a server asks for, a mistake of its own must not stop a service for good. */
const LONGEST_COOL_DOWN_MS = 300_000;

/**
 * How long to wait before an exchange is tried again, in milliseconds; undefined when it should not be. A refusal would
 * be repeated, a time-out has held the callers long enough, and a 429 is waited for once.
 *
 * @param attempt the number of the attempt that failed, from 1
 * @param random 0 to 1
 */
export function pauseBeforeRetry(error: QBenchAuthError, attempt: number, random: number): number | undefined {
  const { code, retryAfterMs } = error;
  const most =
    code === "rate_limited" ? 2 : code === "server_error" || code === "connection_failed" ? MOST_ATTEMPTS : 1;
  if (attempt >= most) return undefined;
  const pauseMs = retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + 0.5 * random);
  return pauseMs <= LONGEST_PAUSE_MS ? pauseMs : undefined;
}

/** In milliseconds. */
export interface CoolDown {
  /** No renewal starts behind the callers' backs for so long. */
  readonly backgroundMs: number;
  /** The server has asked for so long a pause: callers without a token wait until then before one is asked for. */
  readonly waitMs: number;
  /** Callers without a token are refused for so long: asking again is known to be in vain, or the pause is too long. */
  readonly failFastMs: number;
}

/** What a renewal that has failed for good means for those to come. */
export function coolDownAfter({ code, retryAfterMs = 0 }: QBenchAuthError): CoolDown {
  const askedMs = Math.min(retryAfterMs, LONGEST_COOL_DOWN_MS);
  const isTooLong = askedMs > LONGEST_PAUSE_MS;
  const failFastMs = isTooLong ? askedMs : refusals.has(code) ? REFUSAL_STANDS_MS : 0;
  return {
    backgroundMs: Math.max(PAUSE_BEHIND_MS, askedMs, failFastMs),
    waitMs: failFastMs > 0 ? 0 : askedMs,
    failFastMs,
  };
}

const refusals: ReadonlySet<QBenchAuthErrorCode> = new Set([
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
  "rejected_by_server",
]);
