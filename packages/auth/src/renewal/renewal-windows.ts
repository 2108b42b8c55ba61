// In the soft window, a token is renewed in the background. In the hard window, it could expire in flight, so callers
// wait for the next one. Both windows shrink with the life of the token. Otherwise a token that lives 60 s would always
// be in its soft window, and every request would cost an exchange (docs/token-lifecycle.md §1).
const SOFT_WINDOW_MS = 300_000;
const HARD_WINDOW_MS = 30_000;

/** The times that bound the use of a token, in milliseconds. */
export interface RenewalTimes {
  /** From this time on, the token is renewed in the background. */
  readonly renewFrom: number;
  /** From this time on, the token is not used. */
  readonly usableUntil: number;
}

/**
 * Computes when a token is renewed and how long it is used.
 *
 * @param expiresAt by any clock; the result is by the same clock
 * @param lifeMs the time from the issue of the token to its end
 * @param random 0 to 1
 */
export function planRenewal(expiresAt: number, lifeMs: number, random: number): RenewalTimes {
  const softMs = Math.min(SOFT_WINDOW_MS, lifeMs * 0.2);
  return {
    // Processes start at random points in the first third of the soft window, so that not all of them renew together.
    renewFrom: expiresAt - softMs * (1 - random / 3),
    usableUntil: expiresAt - Math.min(HARD_WINDOW_MS, lifeMs * 0.05),
  };
}
