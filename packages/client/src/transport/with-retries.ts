import { assertWholeNumber, delay, MAX_TIMER_MS, replayerOf } from "@qbench-sdk/auth/internal";
import { requestInfo } from "../errors/request-info.js";
import { notify, type RetryEvent } from "../events.js";
import { isBrokenOff } from "./buffered-response.js";
import { callerSignalOf, type FetchLike } from "./fetch-like.js";
import { isTransientStatus, type Outcome, retryReason } from "./retry-reason.js";
import type { SendAttempt } from "./send-attempt.js";

const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 8000;
/** Spreads the retries of clients that the server asked to wait equally long. */
const MAX_JITTER_MS = 1000;
/** Keeps a client from multiplying the load of a server in trouble. In tenths of a retry, which add up exactly. */
const MAX_BUDGET = 200;
const RETRY_COST = 10;

interface RetrySettings {
  readonly attempts: number;
  readonly totalMs: number;
  readonly onEvent: ((event: RetryEvent) => void) | undefined;
}

/**
 * Creates a fetch that sends a request up to `attempts` times, as long as it fails for a transient reason. It waits as
 * long as the server asks. Without such a time, it waits a random part of 250 ms, doubled with each attempt up to 8 s.
 * If the wait would exceed the call's time, it returns the failure immediately. It can use up 20 retries. Ten
 * successful requests give one back.
 */
export function withRetries(send: SendAttempt, { attempts, totalMs, onEvent }: RetrySettings): FetchLike {
  let budget = MAX_BUDGET;

  return async (request, init) => {
    const call = { signal: callerSignalOf(request, init), deadline: performance.now() + totalMs };
    let nextRequest = request;
    for (let attempt = 1; ; attempt++) {
      let outcome: Outcome;
      try {
        const response = await send(nextRequest, init, call);
        if (!isTransientStatus(response.status) && !isBrokenOff(response)) {
          budget = Math.min(MAX_BUDGET, budget + 1);
          return response;
        }
        outcome = { response };
      } catch (error) {
        outcome = { error };
      }
      const reason = attempt < attempts ? await retryReason(outcome, request.method) : undefined;
      call.signal?.throwIfAborted();
      const replay = reason && replayerOf(request);
      if (!replay) return settle(outcome);
      const { retryAfterMs, ...details } = reason;
      const waitMs = waitBeforeRetry(attempt, retryAfterMs);
      // A server that names the delay of a 429 is not in trouble.
      const cost = reason.status === 429 && retryAfterMs !== undefined ? 0 : RETRY_COST;
      const isTooLong = waitMs >= Math.min(call.deadline - performance.now(), MAX_TIMER_MS);
      if (isTooLong || cost > budget) return settle(outcome);
      budget -= cost;
      notify(onEvent, { type: "retry", ...requestInfo(request), attempt: attempt + 1, ...details, waitMs });
      await delay(waitMs, call.signal);
      nextRequest = replay();
    }
  };
}

function waitBeforeRetry(attempt: number, retryAfterMs: number | undefined): number {
  const backoffMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
  return Math.ceil(
    retryAfterMs === undefined ? Math.random() * backoffMs : retryAfterMs + Math.random() * MAX_JITTER_MS,
  );
}

/** Returns the response of the last attempt, or throws its error. */
function settle(outcome: Outcome): Response {
  if ("error" in outcome) throw outcome.error;
  return outcome.response;
}

/**
 * Limits how often a request is sent; `false` for no retries.
 *
 * QBench did not execute a request with status 429 (docs/qbench-api.md §6.3), nor one without a connection. Requests of
 * all methods are retried then, except if a certificate or a proxy rejected the connection. After 408, 500, 502, 503,
 * 504, 520 to 524, a broken connection and a timeout, only GET, HEAD and OPTIONS are retried: QBench may have executed
 * a write. A connection can also break in the response body, even of a 400. A request body that is a stream needs
 * `replayableStream`.
 */
export type Retry =
  | {
      /** The number of attempts, the first included; default 4. */
      attempts?: number | undefined;
    }
  | false;

/**
 * Returns the number of attempts.
 *
 * @throws {QBenchInputError} if `attempts` is not a positive integer
 */
export function readAttempts(retry: Retry = {}): number {
  const { attempts = 4 } = retry || { attempts: 1 };
  assertWholeNumber("retry.attempts", attempts);
  return attempts;
}
