import { QBenchInputError } from "@qbench-sdk/auth/internal";

/**
 * Limits how long a call may take, in milliseconds; `false` for no limit. A call that takes longer fails with a
 * `QBenchTimeoutError`.
 */
export interface Timeouts {
  /**
   * From sending an attempt to its response headers; default 30 000 (docs/qbench-api.md §6.5). Sending is included, so
   * large uploads need more.
   */
  headersMs?: number | false | undefined;
  /** From the response headers to the end of the response body; default 60 000. */
  bodyMs?: number | false | undefined;
  /**
   * The whole call, with all attempts and the waits before and between them; default 600 000. If the access token is
   * rejected, the replay of the call has the full time again.
   */
  totalMs?: number | false | undefined;
}

/** The longest timer that runtimes can set. Longer ones fire immediately. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

/** Returns when a call that starts now must end, in the time of `performance`. */
export const deadlineAfter = (totalMs: number | false): number =>
  totalMs === false ? Number.POSITIVE_INFINITY : performance.now() + totalMs;

/**
 * Fills in the defaults.
 *
 * @throws {QBenchInputError} if a timeout is neither a valid number of milliseconds nor false
 */
export function readTimeouts(timeouts: Timeouts = {}): { [Name in keyof Timeouts]-?: number | false } {
  const { headersMs = 30_000, bodyMs = 60_000, totalMs = 600_000 } = timeouts;
  const read = { headersMs, bodyMs, totalMs };
  for (const [name, ms] of Object.entries(read)) {
    if (ms === false || (Number.isInteger(ms) && ms > 0 && ms <= MAX_TIMER_MS)) continue;
    throw new QBenchInputError(
      `timeouts.${name} must be a whole number of milliseconds from 1 to ${MAX_TIMER_MS}, or false.`,
    );
  }
  return read;
}
