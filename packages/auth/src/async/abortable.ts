interface Subscription {
  readonly callbacks: Set<() => void>;
  /** Removes the listener from the signal. */
  stop(): void;
}

/** One listener for each signal, for any number of callbacks. Node 20 warns of a leak at more than ten listeners. */
const subscriptions = new WeakMap<AbortSignal, Subscription>();

/**
 * Waits for work that is shared with other callers. An abort ends only this wait, immediately and with the signal's
 * reason; the work goes on. Leaves no listener on the signal.
 */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) {
      work.catch(() => {});
      abort();
      return;
    }
    work.then(resolve, reject).finally(whenAborted(signal, abort));
  });
}

/**
 * Calls the callback when the signal aborts, unless the returned function was called before. A signal has one listener
 * for all callbacks, and none without callbacks.
 */
export function whenAborted(signal: AbortSignal, callback: () => void): () => void {
  const { callbacks, stop } = subscriptions.get(signal) ?? subscribe(signal);
  callbacks.add(callback);
  return () => {
    // A second call must not stop the next subscription of the signal.
    if (callbacks.delete(callback) && callbacks.size === 0) stop();
  };
}

function subscribe(signal: AbortSignal): Subscription {
  const callbacks = new Set<() => void>();
  const abort = () => {
    for (const callback of callbacks) callback();
  };
  const stop = () => {
    signal.removeEventListener("abort", abort);
    subscriptions.delete(signal);
  };
  signal.addEventListener("abort", abort, { once: true });
  const subscription = { callbacks, stop };
  subscriptions.set(signal, subscription);
  return subscription;
}
