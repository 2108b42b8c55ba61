import { whenAborted } from "./abortable.js";

/** Sets the time limit from now on, in milliseconds, in place of an earlier one. `Infinity` sets none. */
export type SetLimit = (limitMs: number, makeError: () => Error) => void;

/**
 * Runs work that must end within a time limit and before `signal` aborts. Otherwise rejects immediately with the
 * limit's error or the signal's reason, even if the work ignores the signal that it receives.
 *
 * @param run starts the work, and sets its limit. There is one timer at most, and none after the work has settled.
 */
export function withDeadline<T>(
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal, setLimit: SetLimit) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    // A signal that is already aborted calls no listeners.
    signal?.throwIfAborted();
    const work = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let hasSettled = false;
    const settle = () => {
      hasSettled = true;
      clearTimeout(timer);
      stopListening?.();
    };
    const fail = (error: unknown) => {
      settle();
      reject(error);
    };
    const end = (reason: unknown) => {
      fail(reason);
      work.abort(reason);
    };
    const stopListening = signal && whenAborted(signal, () => end(signal.reason));
    const setLimit: SetLimit = (limitMs, makeError) => {
      clearTimeout(timer);
      // Work that was ended can still be running.
      if (hasSettled || limitMs === Number.POSITIVE_INFINITY) return;
      // The time can be over already, and Node warns of negative delays.
      timer = setTimeout(() => end(makeError()), Math.max(0, limitMs));
    };
    try {
      run(work.signal, setLimit).then(value => {
        settle();
        resolve(value);
      }, fail);
    } catch (error) {
      fail(error);
    }
  });
}
