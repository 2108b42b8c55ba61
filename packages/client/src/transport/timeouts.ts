import { assertWholeNumber } from "@qbench-sdk/auth/internal";

/**
 * Limits how long a call may take, in milliseconds; `false` for no limit. A call that takes longer fails with a
 * `QBenchTimeoutError`.
 */
export interface Timeouts {
  /**
   * One attempt, from sending it to the end of the response body; default 90 000 (docs/qbench-api.md §6.5). Large
   * uploads need more.
   */
  attemptMs?: number | false | undefined;
  /**
   * The whole call, with all attempts and the waits before and between them; default 600 000. If the access token is
   * rejected, the replay of the call has the full time again.
   */
  totalMs?: number | false | undefined;
}

/**
 * Fills in the defaults. Replaces `false` by `Infinity`.
 *
 * @throws {QBenchInputError} if a timeout is neither a valid number of milliseconds nor false
 */
export function readTimeouts(timeouts: Timeouts = {}): { [Name in keyof Timeouts]-?: number } {
  const { attemptMs = 90_000, totalMs = 600_000 } = timeouts;
  return { attemptMs: readTimeout("attemptMs", attemptMs), totalMs: readTimeout("totalMs", totalMs) };
}

function readTimeout(name: keyof Timeouts, ms: number | false): number {
  if (ms === false) return Number.POSITIVE_INFINITY;
  assertWholeNumber(`timeouts.${name}`, ms, ", or false");
  return ms;
}
