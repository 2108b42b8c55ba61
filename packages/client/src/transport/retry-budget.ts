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
const one = 10;
const most = 20 * one;

export function createRetryBudget(): RetryBudget {
  let left = most;
  return {
    take() {
      if (left < one) return false;
      left -= one;
      return true;
    },
    succeed() {
      left = Math.min(most, left + 1);
    },
  };
}
