// The soft window is where a token is renewed behind the callers' backs, the hard window where it could expire on the
// way to the server and callers wait for the next. Both shrink with short lives, or a token of 60 s would always be
// inside them and every request would cost an exchange.
const SOFT_WINDOW_MS = 300_000;
const HARD_WINDOW_MS = 30_000;

/** Processes that got their tokens together renew them apart: each somewhere in the first third of the soft window. */
const JITTER = 1 / 3;

/** The instants at which a token's standing changes, in milliseconds. */
export interface RenewalTimes {
  /** From here on it is used and renewed behind. */
  readonly renewFrom: number;
  /** From here on it isn't used any more. */
  readonly usableUntil: number;
}

/**
 * @param expiresAt on any clock; the result is on the same
 * @param lifeMs the token's whole life
 * @param random 0 to 1
 */
export function planRenewal(expiresAt: number, lifeMs: number, random: number): RenewalTimes {
  const softMs = Math.min(SOFT_WINDOW_MS, lifeMs * 0.2);
  return {
    renewFrom: expiresAt - softMs * (1 - JITTER * random),
    usableUntil: expiresAt - Math.min(HARD_WINDOW_MS, lifeMs * 0.05),
  };
}
