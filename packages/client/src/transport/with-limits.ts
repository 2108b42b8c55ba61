import { notify, type QueuedEvent, type RateLimitedEvent } from "../events.js";
import { type FetchLike, signalOf } from "./fetch-like.js";
import type { Limiter, Slot } from "./limiter.js";
import { readRateLimitInfo, readRateLimitText } from "./read-rate-limit.js";
import { watchBody } from "./watch-body.js";

/** Waits below this time are not reported. A limiter that asks a server takes a moment for every request. */
const MIN_REPORTED_WAIT_MS = 5;

/**
 * Wraps fetch so that each request waits for a limiter slot. The slot is released at the end of the response body, or
 * at the headers of an error response.
 *
 * @param onEvent called if a request had to wait, and if QBench rejected it with 429
 */
export function withLimits(
  fetch: FetchLike,
  limiter: Limiter,
  onEvent?: (event: QueuedEvent | RateLimitedEvent) => void,
): FetchLike {
  async function send(slot: Slot, request: Request, init: RequestInit | undefined): Promise<Response> {
    try {
      const response = await fetch(request, init);
      slot.onResponse();
      if (response.status === 429) {
        const rateLimit = readRateLimitInfo(response.headers, await readRateLimitText(response));
        // The update comes before the release, so that the next request is sent by the new limits.
        limiter.update(rateLimit);
        notify(onEvent, { type: "rate-limited", ...rateLimit });
      } else if (response.ok && request.method !== "HEAD") {
        return watchBody(response, { onEnd: slot.release, signal: signalOf(request, init) });
      }
      // The server is done with a failed request, and callers often leave the body of an error unread. A response to
      // HEAD has no body, but some browsers give it an empty stream that is never read.
      slot.release();
      return response;
    } catch (error) {
      slot.onResponse();
      slot.release();
      throw error;
    }
  }

  async function sendQueued(
    queuedSlot: Promise<Slot>,
    request: Request,
    init: RequestInit | undefined,
  ): Promise<Response> {
    const start = performance.now();
    const slot = await queuedSlot;
    const waitedMs = performance.now() - start;
    if (waitedMs >= MIN_REPORTED_WAIT_MS) notify(onEvent, { type: "queued", waitedMs });
    return send(slot, request, init);
  }

  return (request, init) => {
    const slot = limiter.acquire(signalOf(request, init));
    return "onResponse" in slot ? send(slot, request, init) : sendQueued(slot, request, init);
  };
}
