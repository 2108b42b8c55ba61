import { abortable } from "./abortable.js";

/**
 * Runs work that has to be done within a time, or before the source is closed. What it throws then is the limit's error
 * or the reason of `closing`, at once, even if the work goes on and ignores its signal.
 *
 * @param run gets the signal that ends it, and `lift`, which takes the limit away
 */
export async function withTimeLimit<T>(
  limitMs: number,
  makeError: () => Error,
  closing: AbortSignal,
  run: (signal: AbortSignal, lift: () => void) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(makeError()), limitMs);
  const stop = () => limit.abort(closing.reason);
  closing.addEventListener("abort", stop, { once: true });
  if (closing.aborted) stop();
  try {
    return await abortable(
      run(limit.signal, () => clearTimeout(timer)),
      limit.signal,
    );
  } catch (error) {
    throw limit.signal.aborted ? limit.signal.reason : error;
  } finally {
    clearTimeout(timer);
    closing.removeEventListener("abort", stop);
  }
}
