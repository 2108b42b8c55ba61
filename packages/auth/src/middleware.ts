import type { MergedOptions, Middleware } from "openapi-fetch";
import type { AuthOptions } from "./options/auth-options.js";
import { isTokenPath } from "./options/token-path.js";
import { isRejectedToken } from "./replay/is-rejected-token.js";
import {
  bodyless,
  discardBody,
  hasBody,
  prepareRepetition,
  type Repetition,
  remembersBody,
  withProperties,
} from "./replay/replay.js";
import { followsSafely } from "./runtime.js";
import { createTokenSource, type TokenSource } from "./token-source.js";

/** A call with a body, between its request and its answer. */
interface OpenCall {
  readonly request: Request;
  readonly repetition: Repetition | undefined;
}

/**
 * An openapi-fetch middleware that sends `Authorization: Bearer` with each call and, when the API says that the token is
 * dead, gets a new one and sends the call once more. What that second attempt answers is the caller's.
 *
 * It leaves alone what goes to another origin, and the token operations. A call that has an `Authorization` keeps it and
 * is not repeated; an empty one (`headers: { Authorization: "" }`) is taken off, so that the call goes without a token.
 *
 * Register it last: openapi-fetch runs middleware from last to first on the way back, so one that throws on error answers
 * then does not meet the answer that is about to be replaced.
 *
 * With a fetch that isn't the runtime's own, a call follows no redirect: it might carry the token to another host.
 *
 * @param options settings for a token source of its own, or a source that several clients share
 * @throws {QBenchAuthError} `invalid_option` at once; its other codes from the calls
 */
export function createAuthMiddleware(options: AuthOptions | TokenSource): Middleware {
  const source = "getToken" in options ? options : createTokenSource(options);
  const { origin } = source;
  const anyUrl = `${origin}/`;
  // By openapi-fetch's options, one object for each call: what is kept for a call goes with it, however it ends. Most calls
  // have no body or one that their request remembers, get the token at hand and are not refused: nothing is kept for them,
  // which would cost more than all the rest, and nothing awaited.
  const withBody = new WeakMap<object, OpenCall>();
  const leftAlone = new WeakSet<object>();

  // A Request's URL is in normal form, as the origin is, so that comparing text is enough.
  function takesToken(url: string): boolean {
    if (!url.startsWith(anyUrl)) return false;
    // Most URLs say no such word, and are not taken apart.
    if (!url.includes("token", origin.length)) return true;
    const [pathname = ""] = url.slice(origin.length).split(/[?#]/, 1);
    return !isTokenPath(pathname);
  }

  function attach(request: Request, call: MergedOptions, accessToken: string): Request | undefined {
    const followsAnywhere = request.redirect === "follow" && !followsSafely(call.fetch);
    if (!followsAnywhere && (!hasBody(request) || remembersBody(request))) {
      request.headers.set("Authorization", `Bearer ${accessToken}`);
      return undefined;
    }
    const isWithBody = hasBody(request);
    const repetition = isWithBody ? prepareRepetition(request, call.bodySerializer) : undefined;
    const sent = followsAnywhere ? withProperties(new Request(request, { redirect: "manual" }), request) : request;
    sent.headers.set("Authorization", `Bearer ${accessToken}`);
    if (isWithBody) withBody.set(call, { request: sent, repetition });
    return sent === request ? undefined : sent;
  }

  /** How to send a refused call again, as it was sent; undefined when nothing is known of its body. */
  function repetitionOf(request: Request, call: MergedOptions): Repetition | undefined {
    if (!hasBody(request)) return bodyless;
    const open = withBody.get(call);
    // A later middleware may have put a request of its own in place.
    if (open) return open.request === request ? open.repetition : undefined;
    return remembersBody(request) ? prepareRepetition(request, call.bodySerializer) : undefined;
  }

  async function repeat(request: Request, response: Response, call: MergedOptions): Promise<Response | undefined> {
    const open = withBody.get(call);
    if (isFromElsewhere(response, anyUrl) || !(await isRejectedToken(response))) {
      open?.repetition?.drop();
      return undefined;
    }
    const repetition = repetitionOf(request, call);
    source.reject(bearerOf(request), { willReplay: repetition !== undefined });
    if (!repetition) {
      open?.repetition?.drop();
      return undefined;
    }
    // Its connection cannot be used again while the body is unread.
    discardBody(response);
    const accessToken = await source.getToken({ signal: request.signal }).catch(error => {
      repetition.drop();
      throw error;
    });
    const again = repetition.make(request);
    again.headers.set("Authorization", `Bearer ${accessToken}`);
    // Taken out of `call` first: browsers and workerd refuse a fetch that is called as another object's method.
    const { fetch } = call;
    return fetch(again);
  }

  return {
    onRequest({ request, options: call }) {
      const { headers, signal } = request;
      const isDecided = headers.has("Authorization");
      if (isDecided || !takesToken(request.url)) {
        if (isDecided && headers.get("Authorization") === "") headers.delete("Authorization");
        leftAlone.add(call);
        return undefined;
      }
      // Not every fetch looks at it.
      signal.throwIfAborted();
      const atHand = source.peekToken?.();
      if (atHand !== undefined) return attach(request, call, atHand);
      return source.getToken({ signal }).then(accessToken => attach(request, call, accessToken));
    },

    onResponse({ request, response, options: call }) {
      if ((response.status === 401 || response.status === 400) && !leftAlone.has(call)) {
        return repeat(request, response, call);
      }
      withBody.get(call)?.repetition?.drop();
      return undefined;
    },

    onError({ options: call }) {
      withBody.get(call)?.repetition?.drop();
    },
  };
}

const bearerOf = ({ headers }: Request): string => (headers.get("Authorization") ?? "").slice("Bearer ".length);

// Where a redirect to another origin was followed, the token did not go there, and what is said there isn't about it.
function isFromElsewhere({ redirected, url }: Response, anyUrl: string): boolean {
  return redirected && !url.startsWith(anyUrl);
}
