import { whenAborted } from "./abortable.js";

/** The longest timer that runtimes can set, in milliseconds. Longer ones fire immediately. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

/** Waits for a time, in milliseconds. If one of the signals aborts meanwhile, rejects with its reason. */
export function delay(ms: number, ...signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  return new Promise((resolve, reject) => {
    for (const signal of signals) signal?.throwIfAborted();
    const end = (settle: () => void) => {
      clearTimeout(timer);
      for (const stopListening of listening) stopListening?.();
      settle();
    };
    const timer = setTimeout(() => end(resolve), ms);
    const listening = signals.map(signal => signal && whenAborted(signal, () => end(() => reject(signal.reason))));
  });
}
