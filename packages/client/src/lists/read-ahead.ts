/**
 * Maximum number of requests in flight. QBench runs ten concurrently (docs/qbench-api.md §6.3), so more would only
 * queue.
 */
export const MAX_IN_FLIGHT = 10;

/**
 * Yields the results of requests in the order in which they were started, and keeps the next requests in flight.
 * A slow request does not hold up later ones: up to ten of their results are buffered until it has finished.
 * If the caller stops iterating, the requests in flight are aborted.
 *
 * @param start starts the next request. It returns undefined if none can start at the moment, and is called again after
 * each result.
 */
export async function* readAhead<Result>(
  start: (signal: AbortSignal) => Promise<Result> | undefined,
): AsyncGenerator<Result> {
  const abort = new AbortController();
  const { signal } = abort;
  /** Pending and buffered results, including the one that the caller is processing. */
  const results: Promise<Result>[] = [];
  let inFlight = 0;
  let taken = 0;

  function startNext(): void {
    // For a caller that stops after one result, at most ten requests are sent.
    while (inFlight < MAX_IN_FLIGHT && results.length < MAX_IN_FLIGHT + Math.min(taken, MAX_IN_FLIGHT)) {
      const result = signal.aborted ? undefined : start(signal);
      if (!result) return;
      inFlight++;
      results.push(result);
      result.then(
        () => {
          inFlight--;
          startNext();
        },
        // The loop below throws this error after the results before it. Until then, no further request starts.
        () => {
          inFlight = Number.POSITIVE_INFINITY;
        },
      );
    }
  }

  try {
    for (;;) {
      startNext();
      const [result] = results;
      if (!result) return;
      yield await result;
      results.shift();
      taken++;
    }
  } finally {
    abort.abort();
  }
}
