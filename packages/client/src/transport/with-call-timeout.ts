import { discardBody, systemCode, whenAborted } from "@qbench-sdk/auth/internal";
import { QBenchConnectionError } from "../errors/connection-error.js";
import { requestInfo } from "../errors/request-info.js";
import { QBenchTimeoutError, type TimeoutPhase } from "../errors/timeout-error.js";
import { isConnectionFailure } from "./connection-failure.js";
import { type FetchLike, signalOf } from "./fetch-like.js";
import { deadlineAfter, MAX_TIMER_MS } from "./timeouts.js";
import { watchBody } from "./watch-body.js";

/**
 * Wraps fetch so that a call fails if it takes too long, up to the end of the response body. The call gets a signal of
 * its own, which also follows the caller's signal. An abort rejects immediately with the caller's reason, and a timeout
 * with a `QBenchTimeoutError`, even if fetch ignores its signal. If the body breaks off, reading it rejects with a
 * `QBenchConnectionError`.
 */
export function withCallTimeout(
  fetch: FetchLike,
  limits: { bodyMs: number | false; totalMs: number | false },
): FetchLike {
  const { bodyMs, totalMs } = limits;
  return (request, init) =>
    new Promise((resolve, reject) => {
      const callerSignal = signalOf(request, init);
      // A signal that is already aborted calls no listeners.
      callerSignal.throwIfAborted();
      const call = new AbortController();
      const { signal } = call;
      let timer: ReturnType<typeof setTimeout> | undefined;
      // Cleared after settling, so that an unread response can be garbage-collected.
      let settle: { resolve(response: Response): void; reject(reason: unknown): void } | undefined = {
        resolve,
        reject,
      };

      const stop = () => {
        clearTimeout(timer);
        removeListener();
      };
      const fail = (reason: unknown) => {
        stop();
        call.abort(reason);
        settle?.reject(reason);
      };
      const startTimer = (phase: TimeoutPhase, limitMs: number | false, ms = limitMs) => {
        clearTimeout(timer);
        if (limitMs === false || ms === false) return;
        timer = setTimeout(() => fail(new QBenchTimeoutError(requestInfo(request), phase, limitMs)), ms);
      };

      const toError = (error: unknown): unknown =>
        isConnectionFailure(error) ? new QBenchConnectionError(requestInfo(request), "body", systemCode(error)) : error;

      const removeListener = whenAborted(callerSignal, () => fail(callerSignal.reason));
      const deadline = deadlineAfter(totalMs);
      startTimer("total", totalMs);
      fetch(request, { ...init, signal }).then(
        response => {
          // This response is late, from a fetch that ignores its signal.
          if (signal.aborted) return discardBody(response);
          const msLeft = deadline - performance.now();
          if (msLeft < (bodyMs || MAX_TIMER_MS)) startTimer("total", totalMs, msLeft);
          else startTimer("body", bodyMs);
          settle?.resolve(watchBody(response, { onEnd: stop, signal, toError }));
          settle = undefined;
        },
        error => {
          stop();
          settle?.reject(error);
        },
      );
    });
}
