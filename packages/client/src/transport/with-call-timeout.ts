import { discardBody, systemCode, whenAborted } from "@qbench-sdk/auth/internal";
import { QBenchConnectionError } from "../errors/connection-error.js";
import { requestInfo } from "../errors/request-info.js";
import { QBenchTimeoutError, type TimeoutPhase } from "../errors/timeout-error.js";
import { isConnectionFailure } from "./connection-failure.js";
import { type FetchLike, signalOf } from "./fetch-like.js";
import { deadlineAfter, MAX_TIMER_MS } from "./timeouts.js";
import { watchBody } from "./watch-body.js";

/**
 * Limits the time of whole calls, to the end of the answer's body. Within it the call has a signal of its own, which ends
 * with the caller's. An abort and the end of the time are met at once, with the caller's own reason or a
 * `QBenchTimeoutError`, also by a fetch that ignores its signal. A body that breaks off is told by a `QBenchConnectionError`.
 */
export function withCallTimeout(
  fetch: FetchLike,
  limits: { bodyMs: number | false; totalMs: number | false },
): FetchLike {
  const { bodyMs, totalMs } = limits;
  return (request, init) =>
    new Promise((resolve, reject) => {
      const caller = signalOf(request, init);
      // One that is aborted already calls nobody back.
      caller.throwIfAborted();
      const call = new AbortController();
      const { signal } = call;
      let timer: ReturnType<typeof setTimeout> | undefined;
      // Not kept once it is done: an answer that everybody has forgotten is to be found by the garbage collector.
      let settle: { resolve(response: Response): void; reject(reason: unknown): void } | undefined = {
        resolve,
        reject,
      };

      const stop = () => {
        clearTimeout(timer);
        leave();
      };
      const end = (reason: unknown) => {
        stop();
        call.abort(reason);
        settle?.reject(reason);
      };
      const limit = (phase: TimeoutPhase, limitMs: number | false, ms = limitMs) => {
        clearTimeout(timer);
        if (limitMs === false || ms === false) return;
        timer = setTimeout(() => end(new QBenchTimeoutError(requestInfo(request), phase, limitMs)), ms);
      };

      const toError = (error: unknown): unknown =>
        isConnectionFailure(error) ? new QBenchConnectionError(requestInfo(request), "body", systemCode(error)) : error;

      const leave = whenAborted(caller, () => end(caller.reason));
      const deadline = deadlineAfter(totalMs);
      limit("total", totalMs);
      fetch(request, { ...init, signal }).then(
        response => {
          // Its fetch knows nothing of signals.
          if (signal.aborted) return discardBody(response);
          const left = deadline - performance.now();
          if (left < (bodyMs || MAX_TIMER_MS)) limit("total", totalMs, left);
          else limit("body", bodyMs);
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
