import {
  discardBody,
  QBenchAuthError,
  readBoundedText,
  readRetryAfter,
  repeaterOf,
  systemCode,
} from "@qbench-sdk/auth";
import { recordOf } from "../call-record.js";
import { QBenchConnectionError } from "../connection-error.js";
import { tell } from "../tell.js";
import { QBenchTimeoutError } from "../timeout-error.js";
import { isConnectionFailure, isUnsent, isUntrusted } from "./connection-failure.js";
import { msLeft } from "./limit-call-time.js";
import { createRetryBudget } from "./retry-budget.js";
import type { RetryEvent } from "./retry-event.js";
import { type Send, signalOf } from "./send.js";
import { longestTimerMs } from "./timeouts.js";
import { wait } from "./wait.js";

/**
 * Which calls are sent again; `false` for none.
 *
 * A 429 was not carried out (facts 6.3), nor was a call for which no connection was made: those are sent again whatever
 * they do. After 500, 502, 503 and 504, a broken connection and a time-out only GET and HEAD are: a write may have been
 * done. A body that is a stream needs `streamedBody`.
 */
export type Retry = { /** In all, the first included; default 4. */ attempts?: number | undefined } | false;

/** @throws QBenchAuthError `invalid_option` */
export function readAttempts(retry: Retry = {}): number {
  const { attempts = 4 } = retry || { attempts: 1 };
  if (Number.isInteger(attempts) && attempts > 0) return attempts;
  throw new QBenchAuthError("invalid_option", "retry.attempts: must be a whole number from 1");
}

const firstPauseMs = 250;
const longestPauseMs = 8000;
/** So that those who were told the same time do not all come at once. */
const jitterMs = 1000;

type Outcome = { response: Response } | { error: unknown };

/** Why a call may be sent again. */
interface Reason {
  status?: number;
  code?: string;
  /** How long the server asks to wait. */
  toldMs?: number;
}

/**
 * Sends calls again that failed for the time being, after the time that the server names or else after a random part of
 * 250 ms, doubled with each attempt up to 8 s. A wait for which the call has no time left is not begun.
 *
 * @throws QBenchConnectionError when the network fails
 */
export function retryCalls(
  fetch: Send,
  settings: { attempts: number; onEvent?: ((event: RetryEvent) => void) | undefined },
): Send {
  const { attempts, onEvent } = settings;
  const budget = createRetryBudget();

  return async (request, init) => {
    const signal = signalOf(request, init);
    let sent = request;
    for (let attempt = 1; ; attempt++) {
      const outcome: Outcome = await fetch(sent, init).then(
        response => ({ response }),
        error => ({ error }),
      );
      if ("response" in outcome && !isTemporary(outcome.response.status)) {
        budget.succeed();
        return outcome.response;
      }
      const reason = attempt < attempts ? await whyRepeat(outcome, request.method) : undefined;
      signal.throwIfAborted();
      const repeat = reason && repeaterOf(request);
      if (!repeat) return give(outcome, request);
      const { toldMs, ...told } = reason;
      const waitMs = Math.ceil(
        toldMs === undefined
          ? Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1))
          : toldMs + Math.random() * jitterMs,
      );
      // Who comes when QBench said so adds nothing to its trouble.
      const isInvited = reason.status === 429 && toldMs !== undefined;
      if (waitMs >= Math.min(msLeft(signal), longestTimerMs) || !(isInvited || budget.take())) {
        return give(outcome, request);
      }

      // Its connection cannot be used again while the body is unread.
      if ("response" in outcome) discardBody(outcome.response);
      tell(onEvent, { type: "retry", ...recordOf(request), attempt: attempt + 1, ...told, waitMs });
      await wait(waitMs, signal);
      sent = repeat();
    }
  };
}

const isTemporary = (status: number): boolean => status === 429 || status === 500 || (status > 501 && status < 505);

/** Undefined when the call must not be sent again, or there is no use in it. */
async function whyRepeat(outcome: Outcome, method: string): Promise<Reason | undefined> {
  const isRead = method === "GET" || method === "HEAD";
  if ("response" in outcome) {
    const { status } = outcome.response;
    if (!isRead && status !== 429) return undefined;
    const toldMs = await readToldTime(outcome.response);
    return { status, ...(toldMs !== undefined && { toldMs }) };
  }
  const { error } = outcome;
  if (error instanceof QBenchTimeoutError) return isRead ? { code: "timeout" } : undefined;
  if (!isConnectionFailure(error) || isUntrusted(error) || !(isRead || isUnsent(error))) return undefined;
  const code = systemCode(error);
  return code === undefined ? {} : { code };
}

const longestRefusalBytes = 4096;

/** How long the server asks to wait; QBench may say it in the body alone. */
async function readToldTime(response: Response): Promise<number | undefined> {
  const { status, headers } = response;
  const toldMs = readRetryAfter(headers, Date.now());
  if (toldMs !== undefined || status !== 429) return toldMs;
  // A copy, as the answer may become the caller's.
  const text = await readBoundedText(response.clone().body, longestRefusalBytes).catch(() => undefined);
  return text === undefined ? undefined : readRetryAfter(headers, Date.now(), { error: text });
}

function give(outcome: Outcome, request: Request): Response {
  if ("response" in outcome) return outcome.response;
  const { error } = outcome;
  if (!isConnectionFailure(error)) throw error;
  throw new QBenchConnectionError(recordOf(request), isUnsent(error), systemCode(error));
}
