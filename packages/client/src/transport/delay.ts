import { whenAborted } from "@qbench-sdk/auth/internal";

/** Waits so many milliseconds, or until the signal is aborted, whose reason it then throws. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(() => {
      leave();
      resolve();
    }, ms);
    const leave = whenAborted(signal, () => {
      clearTimeout(timer);
      leave();
      reject(signal.reason);
    });
  });
}
