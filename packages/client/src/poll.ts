import { delay, QBenchInputError, withDeadline } from "@qbench-sdk/auth/internal";

/** Configures a wait for something that the laboratory does after a request. */
export interface PollOptions {
  timeoutMs?: number | undefined;
  intervalMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

const MAX_INTERVAL_MS = 15_000;

/**
 * Checks the options of a wait.
 *
 * @throws QBenchInputError if a time is not one that a timer can have
 */
export function checkPollOptions({ timeoutMs, intervalMs }: PollOptions): void {
  for (const [name, value] of Object.entries({ timeoutMs, intervalMs })) {
    // A longer timer fires immediately.
    if (value === undefined || (value > 0 && value < 2 ** 31)) continue;
    throw new QBenchInputError(`${name} must be a number of milliseconds greater than 0 and less than 2^31.`);
  }
}

/**
 * Calls `attempt` until it returns a value. The first call is immediate. Each wait is twice as long as the previous one,
 * up to 15 s or `intervalMs`, whichever is longer. An error that `attempt` throws ends the wait.
 *
 * @param attempt returns undefined to be called again. Its signal is aborted when the wait is over.
 * @param toTimeoutError returns the error to throw after `timeoutMs`
 */
export async function poll<T>(
  attempt: (signal: AbortSignal) => Promise<T | undefined>,
  options: PollOptions,
  toTimeoutError: (timeoutMs: number) => Error,
): Promise<T> {
  checkPollOptions(options);
  const { timeoutMs = 300_000, intervalMs = 1000, signal: callerSignal } = options;
  return withDeadline(callerSignal, async (signal, setLimit) => {
    setLimit(timeoutMs, () => toTimeoutError(timeoutMs));
    for (let wait = intervalMs; ; wait = Math.min(wait * 2, Math.max(intervalMs, MAX_INTERVAL_MS))) {
      const result = await attempt(signal);
      if (result !== undefined) return result;
      // Jitter keeps records that were created together from being read together.
      await delay(wait * (0.75 + Math.random() / 2), signal);
    }
  });
}
