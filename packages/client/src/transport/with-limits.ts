import { notify, type QueuedEvent, type RateLimitedEvent } from "../events.js";
import { type FetchLike, signalOf } from "./fetch-like.js";
import type { Limiter, Slot } from "./limiter.js";
import { readRateLimitInfo, readRateLimitText } from "./read-rate-limit.js";
import { watchBody } from "./watch-body.js";

/**
 * A fetch whose calls go when the limiter has a place for them. A place is held from then to the end of the answer's body, or to
 * its headers where it tells of a failure, and for nothing else.
 *
 * @param onEvent is told when a call had to wait, and when it was refused after all
 */
export function withLimits(
  fetch: FetchLike,
  limiter: Limiter,
  onEvent?: (event: QueuedEvent | RateLimitedEvent) => void,
): FetchLike {
  async function send(place: Slot, request: Request, init: RequestInit | undefined): Promise<Response> {
    try {
      const response = await fetch(request, init);
      place.onResponse();
      if (response.status === 429) {
        const refusal = readRateLimitInfo(response.headers, await readRateLimitText(response));
        // Before the place is free, so that the next call is sent by what was learned.
        limiter.update(refusal);
        notify(onEvent, { type: "rate-limited", ...refusal });
      } else if (response.ok && request.method !== "HEAD") {
        return watchBody(response, { onEnd: place.release, signal: signalOf(request, init) });
      }
      // What has failed takes no place at the server, and its answer is often left unread. To HEAD there is none, but in some
      // browsers an empty stream, which nobody reads.
      place.release();
      return response;
    } catch (error) {
      place.onResponse();
      place.release();
      throw error;
    }
  }

  async function sendInTurn(turn: Promise<Slot>, request: Request, init: RequestInit | undefined): Promise<Response> {
    const start = performance.now();
    const place = await turn;
    const waitedMs = performance.now() - start;
    // A limiter that asks others takes a moment for each call.
    if (waitedMs >= 5) notify(onEvent, { type: "queued", waitedMs });
    return send(place, request, init);
  }

  return (request, init) => {
    const place = limiter.acquire(signalOf(request, init));
    return "onResponse" in place ? send(place, request, init) : sendInTurn(place, request, init);
  };
}
