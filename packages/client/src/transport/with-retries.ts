import { discardBody, replayerOf, systemCode } from "@qbench-sdk/auth/internal";
import { QBenchConnectionError } from "../errors/connection-error.js";
import { QBenchInputError } from "../errors/input-error.js";
import { requestInfo } from "../errors/request-info.js";
import { tell } from "../events.js";
import { isConnectionFailure, isUnsent } from "./connection-failure.js";
import { wait } from "./delay.js";
import { createRetryBudget } from "./retry-budget.js";
import { type FetchLike, signalOf } from "./send.js";
import { isTemporary, type Outcome, whyRepeat } from "./should-retry.js";
import { deadlineOf, longestTimerMs } from "./timeouts.js";
import type { RetryEvent } from "./transport-events.js";

const firstPauseMs = 250;
const longestPauseMs = 8000;
/** So that those who were told the same time do not all come at once. */
const jitterMs = 1000;

/**
 * Sends calls again that failed for the time being, after the time that the server names or else after a random part of
 * 250 ms, doubled with each attempt up to 8 s. A wait for which the call has no time left is not begun.
 *
 * @throws QBenchConnectionError when the network fails
 */
export function retryCalls(
  fetch: FetchLike,
  settings: { attempts: number; totalMs?: number | false; onEvent?: ((event: RetryEvent) => void) | undefined },
): FetchLike {
  const { attempts, totalMs = false, onEvent } = settings;
  const budget = createRetryBudget();

  return async (request, init) => {
    const signal = signalOf(request, init);
    const deadline = deadlineOf(totalMs);
    let sent = request;
    for (let attempt = 1; ; attempt++) {
      const outcome = await attemptOf(() => fetch(sent, init));
      if ("response" in outcome && !isTemporary(outcome.response.status)) {
        budget.succeed();
        return outcome.response;
      }
      const reason = attempt < attempts ? await whyRepeat(outcome, request.method) : undefined;
      signal.throwIfAborted();
      const repeat = reason && replayerOf(request);
      if (!repeat) return give(outcome, request);
      const { toldMs, ...told } = reason;
      const waitMs = Math.ceil(
        toldMs === undefined
          ? Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1))
          : toldMs + Math.random() * jitterMs,
      );
      // Who comes when QBench said so adds nothing to its trouble.
      const isInvited = reason.status === 429 && toldMs !== undefined;
      if (waitMs >= Math.min(deadline - performance.now(), longestTimerMs) || !(isInvited || budget.take())) {
        return give(outcome, request);
      }

      // Its connection cannot be used again while the body is unread.
      if ("response" in outcome) discardBody(outcome.response);
      tell(onEvent, { type: "retry", ...requestInfo(request), attempt: attempt + 1, ...told, waitMs });
      await wait(waitMs, signal);
      sent = repeat();
    }
  };
}

async function attemptOf(send: () => Promise<Response>): Promise<Outcome> {
  try {
    return { response: await send() };
  } catch (error) {
    return { error };
  }
}

/** Hands the outcome to the caller. */
function give(outcome: Outcome, request: Request): Response {
  if ("response" in outcome) return outcome.response;
  const { error } = outcome;
  if (!isConnectionFailure(error)) throw error;
  throw new QBenchConnectionError(requestInfo(request), isUnsent(error) ? "connect" : "headers", systemCode(error));
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
