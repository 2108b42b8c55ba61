import { whenAborted } from "@qbench-sdk/auth/internal";

/** Waits for a time. If the signal is aborted meanwhile, rejects with the signal's reason. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(() => {
      removeListener();
      resolve();
    }, ms);
    const removeListener = whenAborted(signal, () => {
      clearTimeout(timer);
      removeListener();
      reject(signal.reason);
    });
  });
}
