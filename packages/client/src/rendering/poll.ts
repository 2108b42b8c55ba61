import { delay, withDeadline } from "@qbench-sdk/auth/internal";
import { checkTimes } from "./check-times.js";

/** Configures a wait for something that the laboratory does after a request. */
export interface PollOptions {
  /** Maximum time to wait, in milliseconds. */
  timeoutMs: number;
  /** Approximate time before the second attempt, in milliseconds. */
  intervalMs: number;
  signal: AbortSignal | undefined;
}

const MAX_INTERVAL_MS = 15_000;

/**
 * Calls `attempt` until it returns a value. The first call is immediate. Each wait is twice as long as the previous one,
 * up to 15 s or `intervalMs`, whichever is longer. An error that `attempt` throws ends the wait.
 *
 * @param attempt returns undefined to be called again. Its signal is aborted when the wait is over.
 * @param toTimeoutError returns the error to throw after `timeoutMs`
 * @throws QBenchInputError if a time is not one that a timer can have
 */
export async function poll<T>(
  attempt: (signal: AbortSignal) => Promise<T | undefined>,
  { timeoutMs, intervalMs, signal: callerSignal }: PollOptions,
  toTimeoutError: () => Error,
): Promise<T> {
  checkTimes({ timeoutMs, intervalMs });
  return withDeadline(callerSignal, async (signal, setLimit) => {
    setLimit(timeoutMs, toTimeoutError);
    for (let wait = intervalMs; ; wait = Math.min(wait * 2, Math.max(intervalMs, MAX_INTERVAL_MS))) {
      const result = await attempt(signal);
      if (result !== undefined) return result;
      // Jitter keeps records that were created together from being read together.
      await delay(wait * (0.75 + Math.random() / 2), signal);
    }
  });
}
