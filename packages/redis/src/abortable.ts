import { whenAborted } from "@qbench-sdk/auth";

/** Waits for work that goes on without the waiter: an abort ends this wait at once, with the signal's own reason. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    work.then(resolve, reject).finally(whenAborted(signal, abort));
  });
}
