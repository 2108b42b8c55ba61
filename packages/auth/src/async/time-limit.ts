import { abortable } from "./abortable.js";

/**
 * Runs work that must end within a time limit and before `closing` aborts. Otherwise rejects immediately with the
 * limit's error or the reason of `closing`, even if the work ignores its signal.
 *
 * @param run receives the signal that ends it, and `removeLimit`, which stops the timer
 */
export async function withTimeLimit<T>(
  limitMs: number,
  makeError: () => Error,
  closing: AbortSignal,
  run: (signal: AbortSignal, removeLimit: () => void) => Promise<T>,
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
