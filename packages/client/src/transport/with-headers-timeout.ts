import { discardBody } from "@qbench-sdk/auth/internal";
import { requestInfo } from "../errors/request-info.js";
import { QBenchTimeoutError } from "../errors/timeout-error.js";
import { type FetchLike, signalOf } from "./fetch-like.js";

/**
 * Wraps fetch so that each attempt fails if its response headers take too long. A custom fetch may ignore its signal:
 * the attempt fails all the same, and a late response is discarded. Use it within `withCallTimeout`, whose signal
 * belongs to one call.
 */
export function withHeadersTimeout(fetch: FetchLike, limitMs: number | false): FetchLike {
  if (limitMs === false) return fetch;
  return (request, init) =>
    new Promise((resolve, reject) => {
      const callSignal = signalOf(request, init);
      callSignal.throwIfAborted();
      const attempt = new AbortController();
      // Cleared after settling, so that an unread response can be garbage-collected.
      let settle: { resolve(response: Response): void; reject(reason: unknown): void } | undefined = {
        resolve,
        reject,
      };
      const stop = () => {
        clearTimeout(timer);
        callSignal.removeEventListener("abort", abort);
      };
      const fail = (reason: unknown) => {
        stop();
        attempt.abort(reason);
        settle?.reject(reason);
      };
      const abort = () => fail(callSignal.reason);
      const timer = setTimeout(() => fail(new QBenchTimeoutError(requestInfo(request), "headers", limitMs)), limitMs);
      // After a successful attempt, this listener stays to the end of the call: an abort must end the response body as
      // well.
      callSignal.addEventListener("abort", abort, { once: true });
      // Async, because a custom fetch may throw synchronously.
      const send = async () => fetch(request, { ...init, signal: attempt.signal });
      send().then(
        response => {
          clearTimeout(timer);
          if (attempt.signal.aborted) discardBody(response);
          else settle?.resolve(response);
          settle = undefined;
        },
        error => {
          stop();
          settle?.reject(error);
        },
      );
    });
}
