import { discardBody } from "@qbench-sdk/auth/internal";
import { requestInfo } from "../errors/request-info.js";
import { QBenchTimeoutError } from "../errors/timeout-error.js";
import { type FetchLike, signalOf } from "./fetch-like.js";

/**
 * Limits the time from sending to the answer's headers, for each attempt. A fetch that ignores its signal is left to itself.
 * To be used within `limitCallTime`, whose signal is the call's own.
 */
export function withHeadersTimeout(fetch: FetchLike, limitMs: number | false): FetchLike {
  if (limitMs === false) return fetch;
  return (request, init) =>
    new Promise((resolve, reject) => {
      const call = signalOf(request, init);
      call.throwIfAborted();
      const attempt = new AbortController();
      let settle: { resolve(response: Response): void; reject(reason: unknown): void } | undefined = {
        resolve,
        reject,
      };
      const stop = () => {
        clearTimeout(timer);
        call.removeEventListener("abort", abort);
      };
      const end = (reason: unknown) => {
        stop();
        attempt.abort(reason);
        settle?.reject(reason);
      };
      const abort = () => end(call.reason);
      const timer = setTimeout(() => end(new QBenchTimeoutError(requestInfo(request), "headers", limitMs)), limitMs);
      // Until the call is over, when the attempt succeeds: an abort ends the reading of the body as well.
      call.addEventListener("abort", abort, { once: true });
      // Somebody's own fetch may throw at once.
      const answer = async () => fetch(request, { ...init, signal: attempt.signal });
      answer().then(
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
