import { tell } from "../tell.js";
import type { Limiter, Place } from "./limiter.js";
import { readRefusal } from "./read-refusal.js";
import { type Send, signalOf } from "./send.js";
import type { ThrottledEvent, WaitingEvent } from "./transport-events.js";
import { watchBody } from "./watch-body.js";

/**
 * A fetch whose calls go when the limiter has a place for them. A place is held from then to the end of the answer's body, and
 * for nothing else.
 *
 * @param onEvent is told when a call had to wait, and when it was refused after all
 */
export function limitCalls(
  fetch: Send,
  limiter: Limiter,
  onEvent?: (event: WaitingEvent | ThrottledEvent) => void,
): Send {
  async function send(place: Place, request: Request, init: RequestInit | undefined): Promise<Response> {
    const signal = signalOf(request, init);
    let response: Response;
    try {
      response = await fetch(request, init);
    } catch (error) {
      place.answered();
      place.leave();
      throw error;
    }
    place.answered();
    if (response.status !== 429) {
      // An answer to HEAD has none, but in some browsers an empty stream, which nobody reads.
      if (request.method === "HEAD") place.leave();
      return watchBody(response, { ended: place.leave, signal });
    }
    const start = await readStart(watchBody(response.clone(), { ended: () => {}, signal })).catch(() => "");
    const refusal = readRefusal(response.headers, start);
    // Before the place is free, so that the next call is sent by what was learned.
    limiter.learn(refusal);
    // What was refused takes no place at the server.
    place.leave();
    tell(onEvent, { type: "throttled", ...refusal });
    return response;
  }

  async function sendInTurn(turn: Promise<Place>, request: Request, init: RequestInit | undefined): Promise<Response> {
    const start = performance.now();
    const place = await turn;
    tell(onEvent, { type: "waiting", waitedMs: performance.now() - start });
    return send(place, request, init);
  }

  return (request, init) => {
    const place = limiter.enter(signalOf(request, init));
    return "answered" in place ? send(place, request, init) : sendInTurn(place, request, init);
  };
}

/** A refusal is short; of what is longer, the beginning will do. */
const longestRefusal = 4096;

async function readStart({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (reader && text.length < longestRefusal) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  reader?.cancel().catch(() => {});
  return text;
}
