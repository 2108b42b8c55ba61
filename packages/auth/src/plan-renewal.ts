// The soft window is where a token is renewed behind the callers' backs, the hard window where it could expire on the
// way to the server and callers wait for the next. Both shrink with short lives, or a token of 60 s would always be
// inside them and every request would cost an exchange.
const SOFT_WINDOW_MS = 300_000;
const HARD_WINDOW_MS = 30_000;

/** The instants at which a token's standing changes, in milliseconds since the epoch. */
export interface RenewalTimes {
  /** From here on it is used and renewed behind. */
  readonly renewFrom: number;
  /** From here on it isn't used any more. */
  readonly usableUntil: number;
}

export function planRenewal(issuedAt: number, expiresAt: number): RenewalTimes {
  const lifeMs = expiresAt - issuedAt;
  return {
    renewFrom: expiresAt - Math.min(SOFT_WINDOW_MS, lifeMs * 0.2),
    usableUntil: expiresAt - Math.min(HARD_WINDOW_MS, lifeMs * 0.05),
  };
}
