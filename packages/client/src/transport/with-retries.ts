import { discardBody, replayerOf, systemCode } from "@qbench-sdk/auth/internal";
import { QBenchConnectionError } from "../errors/connection-error.js";
import { QBenchInputError } from "../errors/input-error.js";
import { requestInfo } from "../errors/request-info.js";
import { notify, type RetryEvent } from "../events.js";
import { isConnectFailure, isConnectionFailure } from "./connection-failure.js";
import { delay } from "./delay.js";
import { type FetchLike, signalOf } from "./fetch-like.js";
import { createRetryBudget } from "./retry-budget.js";
import { isTransientStatus, type Outcome, retryReason } from "./retry-reason.js";
import { deadlineAfter, MAX_TIMER_MS } from "./timeouts.js";

const MIN_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 8000;
/** So that those who were told the same time do not all come at once. */
const MAX_JITTER_MS = 1000;

/**
 * Sends calls again that failed for the time being, after the time that the server names or else after a random part of
 * 250 ms, doubled with each attempt up to 8 s. A wait for which the call has no time left is not begun.
 *
 * @throws QBenchConnectionError when the network fails
 */
export function withRetries(
  fetch: FetchLike,
  settings: { attempts: number; totalMs?: number | false; onEvent?: ((event: RetryEvent) => void) | undefined },
): FetchLike {
  const { attempts, totalMs = false, onEvent } = settings;
  const budget = createRetryBudget();

  return async (request, init) => {
    const signal = signalOf(request, init);
    const deadline = deadlineAfter(totalMs);
    let sent = request;
    for (let attempt = 1; ; attempt++) {
      const outcome = await runAttempt(() => fetch(sent, init));
      if ("response" in outcome && !isTransientStatus(outcome.response.status)) {
        budget.succeed();
        return outcome.response;
      }
      const reason = attempt < attempts ? await retryReason(outcome, request.method) : undefined;
      signal.throwIfAborted();
      const repeat = reason && replayerOf(request);
      if (!repeat) return settle(outcome, request);
      const { retryAfterMs: toldMs, ...told } = reason;
      const waitMs = Math.ceil(
        toldMs === undefined
          ? Math.random() * Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** (attempt - 1))
          : toldMs + Math.random() * MAX_JITTER_MS,
      );
      // Who comes when QBench said so adds nothing to its trouble.
      const isInvited = reason.status === 429 && toldMs !== undefined;
      if (waitMs >= Math.min(deadline - performance.now(), MAX_TIMER_MS) || !(isInvited || budget.take())) {
        return settle(outcome, request);
      }

      // Its connection cannot be used again while the body is unread.
      if ("response" in outcome) discardBody(outcome.response);
      notify(onEvent, { type: "retry", ...requestInfo(request), attempt: attempt + 1, ...told, waitMs });
      await delay(waitMs, signal);
      sent = repeat();
    }
  };
}

async function runAttempt(send: () => Promise<Response>): Promise<Outcome> {
  try {
    return { response: await send() };
  } catch (error) {
    return { error };
  }
}

/** Hands the outcome to the caller. */
function settle(outcome: Outcome, request: Request): Response {
  if ("response" in outcome) return outcome.response;
  const { error } = outcome;
  if (!isConnectionFailure(error)) throw error;
  throw new QBenchConnectionError(
    requestInfo(request),
    isConnectFailure(error) ? "connect" : "headers",
    systemCode(error),
  );
}

/**
 * Which calls are sent again; `false` for none.
 *
 * A 429 was not carried out (facts 6.3), nor was a call for which no connection was made: those are sent again whatever
 * they do. After 500, 502, 503 and 504, a broken connection and a time-out only GET and HEAD are: a write may have been
 * done. A body that is a stream needs `replayableStream`.
 */
export type Retry = { /** In all, the first included; default 4. */ attempts?: number | undefined } | false;

/** @throws QBenchInputError */
export function readAttempts(retry: Retry = {}): number {
  const { attempts = 4 } = retry || { attempts: 1 };
  if (Number.isInteger(attempts) && attempts > 0) return attempts;
  throw new QBenchInputError("retry.attempts: must be a whole number from 1");
}
