import { whenAborted } from "@qbench-sdk/auth/internal";

export interface Queue {
  /** How many wait for their turn. */
  readonly waiting: number;
  /** Does the work when its turn has come; a wait that is aborted ends with the signal's own reason. */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** Does one work at a time, in the order they came. */
export function createQueue(): Queue {
  const waiting = new Set<() => void>();
  let isBusy = false;

  const turn = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const leave = () => {
        stop();
        waiting.delete(enter);
      };
      const enter = () => {
        leave();
        resolve();
      };
      const stop = whenAborted(signal, () => {
        leave();
        reject(signal.reason);
      });
      waiting.add(enter);
    });

  return {
    get waiting() {
      return waiting.size;
    },

    async run(work, signal) {
      signal.throwIfAborted();
      if (isBusy) await turn(signal);
      isBusy = true;
      try {
        return await work();
      } finally {
        // Whoever is next is let in without a moment in which a newcomer could overtake it.
        const [next] = waiting;
        if (next) next();
        else isBusy = false;
      }
    },
  };
}
