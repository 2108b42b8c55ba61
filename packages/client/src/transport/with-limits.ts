import { tell } from "../events.js";
import type { Limiter, Place } from "./limiter.js";
import { readRefusal } from "./read-refusal.js";
import { readRefusalText } from "./read-refusal-text.js";
import { type Send, signalOf } from "./send.js";
import type { ThrottledEvent, WaitingEvent } from "./transport-events.js";
import { watchBody } from "./watch-body.js";

/**
 * A fetch whose calls go when the limiter has a place for them. A place is held from then to the end of the answer's body, or to
 * its headers where it tells of a failure, and for nothing else.
 *
 * @param onEvent is told when a call had to wait, and when it was refused after all
 */
export function limitCalls(
  fetch: Send,
  limiter: Limiter,
  onEvent?: (event: WaitingEvent | ThrottledEvent) => void,
): Send {
  async function send(place: Place, request: Request, init: RequestInit | undefined): Promise<Response> {
    try {
      const response = await fetch(request, init);
      place.answered();
      if (response.status === 429) {
        const refusal = readRefusal(response.headers, await readRefusalText(response));
        // Before the place is free, so that the next call is sent by what was learned.
        limiter.learn(refusal);
        tell(onEvent, { type: "throttled", ...refusal });
      } else if (response.ok && request.method !== "HEAD") {
        return watchBody(response, { ended: place.leave, signal: signalOf(request, init) });
      }
      // What has failed takes no place at the server, and its answer is often left unread. To HEAD there is none, but in some
      // browsers an empty stream, which nobody reads.
      place.leave();
      return response;
    } catch (error) {
      place.answered();
      place.leave();
      throw error;
    }
  }

  async function sendInTurn(turn: Promise<Place>, request: Request, init: RequestInit | undefined): Promise<Response> {
    const start = performance.now();
    const place = await turn;
    const waitedMs = performance.now() - start;
    // A limiter that asks others takes a moment for each call.
    if (waitedMs >= 5) tell(onEvent, { type: "waiting", waitedMs });
    return send(place, request, init);
  }

  return (request, init) => {
    const place = limiter.enter(signalOf(request, init));
    return "answered" in place ? send(place, request, init) : sendInTurn(place, request, init);
  };
}
