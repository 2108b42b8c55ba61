/** QBench carries out so many calls at once (facts 6.3); more would only wait. */
const MOST_AT_ONCE = 10;

/**
 * Gives the results of requests in the order in which they were started, and keeps the next ones under way meanwhile. A slow
 * one does not hold up those after it: up to ten results wait for it beside. When nobody reads on, what is under way is aborted.
 *
 * @param start starts the next request; undefined when there is none for now, which is asked again after each result
 */
export async function* readAhead<Result>(
  start: (signal: AbortSignal) => Promise<Result> | undefined,
): AsyncGenerator<Result> {
  const leaving = new AbortController();
  const { signal } = leaving;
  /** With the one that is being taken. */
  const results: Promise<Result>[] = [];
  let underWay = 0;
  let taken = 0;

  function startNext(): void {
    // Who takes one result only has no more than ten requests made for it.
    while (underWay < MOST_AT_ONCE && results.length < MOST_AT_ONCE + Math.min(taken, MOST_AT_ONCE)) {
      const result = signal.aborted ? undefined : start(signal);
      if (!result) return;
      underWay++;
      results.push(result);
      result.then(
        () => {
          underWay--;
          startNext();
        },
        // It is told in its turn, and is the end.
        () => {
          underWay = Number.POSITIVE_INFINITY;
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
    leaving.abort();
  }
}
