import type { Middleware } from "openapi-fetch";
import type { AuthOptions } from "./auth-options.js";
import { followsSafely } from "./follows-safely.js";
import { isRejectedToken } from "./rejected-token.js";
import { discardBody, hasBody, prepareRepetition, type Repetition } from "./repeat-call.js";
import { isTokenPath } from "./token-path.js";
import { createTokenSource, type TokenSource } from "./token-source.js";

/** What is known of a call between its request and its answer. */
interface OpenCall {
  readonly request: Request;
  readonly accessToken: string;
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
  // By openapi-fetch's options, one object for each call: what is kept for a call goes with it, however it ends.
  const open = new WeakMap<object, OpenCall>();

  return {
    async onRequest({ request, options: call }) {
      const { headers, signal } = request;
      const authorization = headers.get("Authorization");
      if (authorization === "") headers.delete("Authorization");
      if (authorization !== null || !takesToken(request.url, source.origin)) return;
      const accessToken = await source.getToken({ signal });
      const repetition = prepareRepetition(request, call.bodySerializer);
      // Of a request made from another one, the body is a stream for good: what is known of it is taken before.
      const sent =
        request.redirect === "follow" && !followsSafely(call.fetch)
          ? Object.assign(new Request(request, { redirect: "manual" }), Object.fromEntries(Object.entries(request)))
          : request;
      sent.headers.set("Authorization", `Bearer ${accessToken}`);
      open.set(call, { request: sent, accessToken, repetition });
      return sent === request ? undefined : sent;
    },

    async onResponse({ request, response, options: call }) {
      const sent = open.get(call);
      if (!sent) return;
      open.delete(call);
      if (isFromElsewhere(response, source.origin) || !(await isRejectedToken(response))) {
        sent.repetition?.drop();
        return;
      }
      // A later middleware may have put a request of its own in place, of whose body nothing is known.
      const repetition = request === sent.request || !hasBody(request) ? sent.repetition : undefined;
      source.reject(sent.accessToken, { repeated: repetition !== undefined });
      if (!repetition) {
        sent.repetition?.drop();
        return;
      }
      // Its connection cannot be used again while the body is unread.
      discardBody(response);
      const accessToken = await source.getToken({ signal: request.signal }).catch(error => {
        repetition.drop();
        throw error;
      });
      const again = repetition.make(request);
      if (again !== request) Object.assign(again, Object.fromEntries(Object.entries(request)));
      again.headers.set("Authorization", `Bearer ${accessToken}`);
      // Taken out of `call` first: browsers and workerd refuse a fetch that is called as another object's method.
      const { fetch } = call;
      return fetch(again);
    },

    onError({ options: call }) {
      open.get(call)?.repetition?.drop();
      open.delete(call);
    },
  };
}

// A Request's URL is in normal form, as the origin is, so that comparing text is enough.
function takesToken(url: string, origin: string): boolean {
  if (!url.startsWith(`${origin}/`)) return false;
  const [pathname = ""] = url.slice(origin.length).split(/[?#]/, 1);
  return !isTokenPath(pathname);
}

// Where a redirect to another origin was followed, the token did not go there, and what is said there isn't about it.
function isFromElsewhere({ redirected, url }: Response, origin: string): boolean {
  return redirected && !url.startsWith(`${origin}/`);
}
