import type { Middleware } from "openapi-fetch";
import type { AuthOptions } from "./auth-options.js";
import { isRejectedToken } from "./rejected-token.js";
import { isTokenPath } from "./token-path.js";
import { createTokenSource, type TokenSource } from "./token-source.js";

/** What is known of a call between its request and its answer. */
interface OpenCall {
  readonly request: Request;
  readonly accessToken: string;
  /** To send again; only where there is a body, which can be read once. */
  readonly copy: Request | undefined;
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
      headers.set("Authorization", `Bearer ${accessToken}`);
      // A request without a body can be sent again as it is; a copy costs more than all the rest here.
      open.set(call, { request, accessToken, copy: hasBody(request) ? request.clone() : undefined });
    },

    async onResponse({ request, response, options: call }) {
      const sent = open.get(call);
      if (!sent) return;
      open.delete(call);
      if (!(await isRejectedToken(response))) {
        discardBody(sent.copy);
        return;
      }
      source.reject(sent.accessToken);
      const again = toRepeat(request, sent);
      if (!again) return;
      // Its connection cannot be used again while the body is unread.
      discardBody(response);
      again.headers.set("Authorization", `Bearer ${await source.getToken({ signal: request.signal })}`);
      // Taken out of `call` first: browsers and workerd refuse a fetch that is called as another object's method.
      const { fetch } = call;
      return fetch(again);
    },

    onError({ options: call }) {
      discardBody(open.get(call)?.copy);
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

// The method first: reading `body` makes some runtimes build a stream.
function hasBody(request: Request): boolean {
  return request.method !== "GET" && request.method !== "HEAD" && request.body !== null;
}

/** What to send again, or nothing when its body is gone. */
function toRepeat(request: Request, { request: seen, copy }: OpenCall): Request | undefined {
  if (!hasBody(request)) {
    discardBody(copy);
    return request;
  }
  // A later middleware has put a request of its own in place, and there is no copy of that one's body.
  if (!copy || request !== seen) {
    discardBody(copy);
    return undefined;
  }
  // What has been set since: headers by later middleware, and properties a custom fetch may look for.
  for (const [name, value] of request.headers) copy.headers.set(name, value);
  return Object.assign(copy, Object.fromEntries(Object.entries(request)));
}

/** An unread body, or half of a copied one, holds memory and its connection. */
function discardBody(message: Request | Response | undefined): void {
  message?.body?.cancel().catch(() => {});
}
