/** QBench carries out so many calls at once (facts 6.3); more would only wait. */
const MOST_AHEAD = 10;

/**
 * Gives the results of requests in the order in which they were started, and keeps the next ones under way meanwhile. When
 * nobody reads on, those are aborted.
 *
 * @param start starts the next request; undefined when there is none for now, which is asked again after each result
 */
export async function* readAhead<Result>(
  start: (signal: AbortSignal) => Promise<Result> | undefined,
): AsyncGenerator<Result> {
  const leaving = new AbortController();
  const underWay: Promise<Result>[] = [];
  try {
    for (;;) {
      while (underWay.length < MOST_AHEAD) {
        const result = start(leaving.signal);
        if (!result) break;
        // It is told in its turn.
        result.catch(() => {});
        underWay.push(result);
      }
      const result = underWay.shift();
      if (!result) return;
      yield await result;
    }
  } finally {
    leaving.abort();
  }
}
