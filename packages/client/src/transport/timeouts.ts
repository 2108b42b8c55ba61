import { QBenchInputError } from "../errors/input-error.js";

/** How long a call may take, in milliseconds; `false` for no limit. What is over it ends with a `QBenchTimeoutError`. */
export interface Timeouts {
  /**
   * From sending to the answer's headers, for each attempt; default 30 000 (facts 6.5). Sending is part of it, so large
   * uploads need more.
   */
  headersMs?: number | false | undefined;
  /** From the headers to the end of the answer's body; default 60 000. */
  bodyMs?: number | false | undefined;
  /**
   * The whole call, with all attempts and the waits before and between them; default 600 000. A call that is sent again since
   * its access token was dead has the time anew.
   */
  totalMs?: number | false | undefined;
}

/** A timer that is set for longer fires at once. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

/** When a call that begins now has taken so long, by `performance`. */
export const deadlineAfter = (totalMs: number | false): number =>
  totalMs === false ? Number.POSITIVE_INFINITY : performance.now() + totalMs;

/** @throws QBenchInputError */
export function readTimeouts(timeouts: Timeouts = {}): { [Name in keyof Timeouts]-?: number | false } {
  const { headersMs = 30_000, bodyMs = 60_000, totalMs = 600_000 } = timeouts;
  const read = { headersMs, bodyMs, totalMs };
  for (const [name, ms] of Object.entries(read)) {
    if (ms === false || (Number.isInteger(ms) && ms > 0 && ms <= MAX_TIMER_MS)) continue;
    throw new QBenchInputError(
      `timeouts.${name}: must be a whole number of milliseconds from 1 to ${MAX_TIMER_MS}, or false`,
    );
  }
  return read;
}
