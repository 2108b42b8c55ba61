/**
 * Keeps a client from adding to the load of a server in trouble, whose every call would be sent several times: there is a
 * stock of 20 retries, and ten successes give one back.
 */
export interface RetryBudget {
  /** Takes a retry; false when there is none. */
  take(): boolean;
  succeed(): void;
}

// In tenths of a retry, which add up exactly.
const TENTHS_PER_RETRY = 10;
const MAX_TENTHS = 20 * TENTHS_PER_RETRY;

export function createRetryBudget(): RetryBudget {
  let left = MAX_TENTHS;
  return {
    take() {
      if (left < TENTHS_PER_RETRY) return false;
      left -= TENTHS_PER_RETRY;
      return true;
    },
    succeed() {
      left = Math.min(MAX_TENTHS, left + 1);
    },
  };
}
