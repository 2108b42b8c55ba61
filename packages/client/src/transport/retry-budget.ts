const most = 20;
const regained = 0.1;

/**
 * Keeps a client from adding to the load of a server in trouble, whose every call would be sent several times: retries
 * come from a stock of 20, and ten successes give one back.
 */
export interface RetryBudget {
  /** Takes a retry; false when there is none. */
  take(): boolean;
  succeed(): void;
}

export function createRetryBudget(): RetryBudget {
  let left = most;
  return {
    take() {
      if (left < 1) return false;
      left--;
      return true;
    },
    succeed() {
      left = Math.min(most, left + regained);
    },
  };
}
