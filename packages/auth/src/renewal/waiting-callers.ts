import { abortable } from "../async/abortable.js";
import { delay } from "../async/delay.js";

/**
 * The callers that wait for one renewal. The renewal belongs to none of them: an exchange that was sent goes on when
 * they leave, and callers that arrive meanwhile share its result. A renewal without callers ends only
 * between two attempts, or if the store's lock cannot be taken (docs/token-lifecycle.md §9).
 */
export interface WaitingCallers {
  readonly count: number;
  /**
   * Aborted once the renewal is abandoned. Callers that arrive before it settles start a new one, so they never see its
   * error.
   */
  readonly abandoned: AbortSignal;
  /** Waits for the result. If the signal aborts, only this caller stops waiting. */
  waitFor<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T>;
  /** Abandons the renewal if no caller is waiting. */
  abandonIfUnwanted(): void;
  /**
   * Waits between two attempts, until `closing` aborts at the latest. Abandons the renewal when the last caller leaves.
   */
  pause(ms: number, closing: AbortSignal): Promise<void>;
}

export function createWaitingCallers(): WaitingCallers {
  const abandonment = new AbortController();
  let count = 0;
  let isPausing = false;

  function abandonIfUnwanted(): void {
    if (count === 0) abandonment.abort();
  }

  return {
    get count() {
      return count;
    },
    abandoned: abandonment.signal,
    async waitFor(result, signal) {
      count += 1;
      try {
        return await abortable(result, signal);
      } finally {
        count -= 1;
        if (isPausing) abandonIfUnwanted();
      }
    },
    abandonIfUnwanted,
    async pause(ms, closing) {
      isPausing = true;
      abandonIfUnwanted();
      await delay(ms, abandonment.signal, closing).catch(() => {});
      isPausing = false;
    },
  };
}
