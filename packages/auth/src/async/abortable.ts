interface Waits {
  readonly waiting: Set<() => void>;
  /** Takes the listener off the signal. */
  stop(): void;
}

/** One listener for each signal, however many wait with it: Node 20 takes more than ten for a leak and warns. */
const waits = new WeakMap<AbortSignal, Waits>();

/**
 * Waits for work that isn't the waiter's own: an abort ends this wait at once, with the signal's own reason, and
 * leaves the work alone. Nothing stays on the signal afterwards, however long it lives.
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
 * Calls back once when the signal is aborted; call what it gives back when that is no longer of interest. However many wait
 * with a signal, it has one listener, and none when nobody waits.
 */
export function whenAborted(signal: AbortSignal, end: () => void): () => void {
  const { waiting, stop } = waits.get(signal) ?? listen(signal);
  waiting.add(end);
  return () => {
    waiting.delete(end);
    if (waiting.size === 0) stop();
  };
}

function listen(signal: AbortSignal): Waits {
  const waiting = new Set<() => void>();
  const abort = () => {
    for (const end of waiting) end();
  };
  const stop = () => {
    signal.removeEventListener("abort", abort);
    waits.delete(signal);
  };
  signal.addEventListener("abort", abort, { once: true });
  const listened = { waiting, stop };
  waits.set(signal, listened);
  return listened;
}
