import {
  discardBody,
  failedPhase,
  foreignRequestProblem,
  NO_RESPONSE,
  QBenchInputError,
  responseProblem,
  type SetLimit,
  streamOf,
  systemCode,
  withDeadline,
} from "@qbench-sdk/auth/internal";
import { QBenchConnectionError } from "../errors/connection-error.js";
import { resendAdvice } from "../errors/message.js";
import { requestInfo } from "../errors/request-info.js";
import { QBenchResponseError } from "../errors/response-error.js";
import { QBenchTimeoutError, type TimeoutPhase } from "../errors/timeout-error.js";
import { notify, type TransportEvent } from "../events.js";
import { type BodyReader, readBody, withBody, withBrokenBody } from "./buffered-response.js";
import type { FetchLike } from "./fetch-like.js";
import type { Limiter, Slot } from "./limiter.js";
import { readRateLimit } from "./read-rate-limit.js";

/** Waits below this time are not reported. A limiter that asks a server takes a moment for every request. */
const MIN_REPORTED_WAIT_MS = 5;

const MAX_ERROR_BYTES = 1_000_000;
const MAX_ERROR_BODY_MS = 5000;

/** Limits all attempts of a call together. */
interface CallLimits {
  /** The caller's signal, if there is one. */
  readonly signal: AbortSignal | undefined;
  /** When the call must end, by the clock of `performance`. `Infinity` is never. */
  readonly deadline: number;
}

export type SendAttempt = (request: Request, init: RequestInit | undefined, call: CallLimits) => Promise<Response>;

interface AttemptSettings {
  readonly fetch: FetchLike;
  readonly limiter: Limiter;
  readonly attemptMs: number;
  readonly totalMs: number;
  readonly onEvent: ((event: TransportEvent) => void) | undefined;
}

/**
 * Creates a function that sends a request once: waits for a slot, sends, reads the whole response, and frees the slot.
 * It has one timer at a time, and a listener on the caller's signal only. An abort or a timeout rejects immediately and
 * frees the slot, even if fetch ignores its signal.
 */
export function createAttempt({ fetch, limiter, attemptMs, totalMs, onEvent }: AttemptSettings): SendAttempt {
  return async (request, init, { signal: callerSignal, deadline }) => {
    let slot: Slot | undefined;
    let response: Response | undefined;
    let reader: BodyReader | undefined;
    const timeoutError = (phase: TimeoutPhase, limitMs: number) => () =>
      new QBenchTimeoutError(requestInfo(request), phase, limitMs, slot !== undefined);

    async function send(signal: AbortSignal, setLimit: SetLimit): Promise<Response> {
      const acquired = limiter.acquire(signal);
      if ("release" in acquired) slot = acquired;
      else {
        const queuedAt = performance.now();
        setLimit(deadline - queuedAt, timeoutError("total", totalMs));
        const granted = await acquired;
        // A custom limiter may ignore the signal.
        if (signal.aborted) granted.release();
        else slot = granted;
        const waitedMs = performance.now() - queuedAt;
        if (slot && waitedMs >= MIN_REPORTED_WAIT_MS) notify(onEvent, { type: "queued", waitedMs });
      }
      // The listener can have aborted the call.
      signal.throwIfAborted();
      const sentAt = performance.now();
      const limitMs = Math.min(attemptMs, deadline - sentAt);
      setLimit(limitMs, limitMs === attemptMs ? timeoutError("attempt", attemptMs) : timeoutError("total", totalMs));
      const received = await fetch(request, { ...init, signal });
      // This response is late, from a fetch that ignores its signal.
      if (signal.aborted) discardBody(received);
      signal.throwIfAborted();
      const problem = responseProblem(received);
      if (problem !== NO_RESPONSE) response = received;
      if (problem !== undefined) throw unreadable(request, problem);
      const { ok } = received;
      const body = "clone" in received ? received.body : await streamOf(received);
      // Some implementations of fetch have no web streams. Some browsers give HEAD an empty stream.
      if (!body?.getReader || (ok && request.method === "HEAD")) return received;
      reader = body.getReader();
      if (ok) return withBody(received, await readBody(reader));
      // The server must not decide how much time and memory a failed request takes. `recover` handles the timeout.
      setLimit(Math.min(MAX_ERROR_BODY_MS, sentAt + limitMs - performance.now()), timeoutError("attempt", attemptMs));
      return withBody(received, await readBody(reader, MAX_ERROR_BYTES));
    }

    /** Handles a failed attempt. If the status of an error response is known, its body is not needed. */
    function recover(error: unknown): Response {
      reader?.cancel().catch(() => {});
      // The errors of a limiter say nothing about the connection to QBench.
      const phase = slot && failedPhase(error);
      if (response && !response.ok && !callerSignal?.aborted) {
        return phase ? withBrokenBody(response) : withBody(response, new Uint8Array());
      }
      const misuse = slot && foreignRequestProblem(error);
      if (misuse) throw new QBenchInputError(misuse);
      if (!phase) throw error ?? unreadable(request, "failed without an error");
      throw new QBenchConnectionError(requestInfo(request), response ? "body" : phase, systemCode(error));
    }

    try {
      const whole = await withDeadline(callerSignal, send).catch(recover);
      if (whole.status === 429) {
        const rateLimit = await readRateLimit(whole);
        // The update comes before the release, so that the next request is sent by the new limits.
        limiter.update(rateLimit);
        notify(onEvent, { type: "rate-limited", ...rateLimit });
      }
      return whole;
    } finally {
      slot?.release();
    }
  };
}

function unreadable(request: Request, problem: string): QBenchResponseError {
  const { method, path } = requestInfo(request);
  return new QBenchResponseError(`${method} ${path} failed: the option fetch ${problem}. ${resendAdvice(method)}`);
}
