/**
 * Limits the retries of a client, so that it does not multiply the load of a server in trouble. The budget starts with
 * 20 retries. Ten successful requests give one retry back, up to 20.
 */
export interface RetryBudget {
  /** Takes one retry. Returns false if none is left. */
  take(): boolean;
  /** Records a successful request. */
  succeed(): void;
}

// The budget counts in tenths of a retry, because integers add up exactly.
const TENTHS_PER_RETRY = 10;
const MAX_TENTHS = 20 * TENTHS_PER_RETRY;

/** Creates a full budget. */
export function createRetryBudget(): RetryBudget {
  let tenths = MAX_TENTHS;
  return {
    take() {
      if (tenths < TENTHS_PER_RETRY) return false;
      tenths -= TENTHS_PER_RETRY;
      return true;
    },
    succeed() {
      tenths = Math.min(MAX_TENTHS, tenths + 1);
    },
  };
}
