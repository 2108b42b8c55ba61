import { whenAborted } from "@qbench-sdk/auth/internal";

export interface Queue {
  /** The number of callers that wait for their turn. */
  readonly waiting: number;
  /**
   * Runs `work` after all earlier callers have finished.
   *
   * @param signal ends the wait, not `work`
   * @throws the signal's own reason, if it is aborted before `work` starts
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** Creates a queue that runs one task at a time, in the order of the calls. */
export function createQueue(): Queue {
  const waiting = new Set<() => void>();
  let isBusy = false;

  const nextTurn = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const leaveQueue = () => {
        stopListening();
        waiting.delete(startTurn);
      };
      const startTurn = () => {
        leaveQueue();
        resolve();
      };
      const stopListening = whenAborted(signal, () => {
        leaveQueue();
        reject(signal.reason);
      });
      waiting.add(startTurn);
    });

  return {
    get waiting() {
      return waiting.size;
    },

    async run(work, signal) {
      signal.throwIfAborted();
      if (isBusy) await nextTurn(signal);
      isBusy = true;
      try {
        return await work();
      } finally {
        // `isBusy` stays true when the turn is handed over, so that a new caller cannot overtake the next one.
        const [startNext] = waiting;
        if (startNext) startNext();
        else isBusy = false;
      }
    },
  };
}
