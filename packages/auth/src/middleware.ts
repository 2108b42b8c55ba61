import type { Middleware } from "openapi-fetch";
import type { AuthOptions } from "./auth-options.js";
import { isRejectedToken } from "./rejected-token.js";
import { isTokenPath } from "./token-path.js";
import { createTokenSource, type TokenSource } from "./token-source.js";

/** What is known of a call between its request and its answer. */
interface OpenCall {
  accessToken: string;
  /** A copy to send again; only where there is a body, which can be read once. */
  copy?: Request;
}

/**
 * An openapi-fetch middleware that sends `Authorization: Bearer` with each call and, when the API says that the token is
 * dead, gets a new one and sends the call once more. It leaves alone what has an `Authorization` already, what goes to
 * another origin, and the token operations themselves.
 *
 * Register it before middleware that throws on error answers: openapi-fetch runs them from last to first on the way back.
 *
 * @param options settings for a token source of its own, or a source that several clients share
 * @throws QBenchAuthError `invalid_option` at once; its other codes from the calls
 */
export function createAuthMiddleware(options: AuthOptions | TokenSource): Middleware {
  const source = "getToken" in options ? options : createTokenSource(options);
  const ownUrls = `${source.origin}/`;
  // By openapi-fetch's options, one object for each call: what is kept for a call goes with it, however it ends.
  const open = new WeakMap<object, OpenCall>();

  return {
    async onRequest({ request, schemaPath, options: call }) {
      if (!request.url.startsWith(ownUrls) || isTokenPath(schemaPath) || request.headers.has("Authorization")) return;
      const accessToken = await source.getToken({ signal: request.signal });
      request.headers.set("Authorization", `Bearer ${accessToken}`);
      // A request without a body can be sent again as it is; a copy costs more than all the rest here.
      open.set(call, request.body === null ? { accessToken } : { accessToken, copy: copyOf(request) });
    },
    async onResponse({ request, response, options: call }) {
      const sent = open.get(call);
      if (!sent) return undefined;
      open.delete(call);
      if (!(await isRejectedToken(response))) {
        // The unread half of a copied body would be kept in memory as long as the copy is.
        await sent.copy?.body?.cancel();
        return undefined;
      }
      await response.body?.cancel();
      source.reject(sent.accessToken);
      const again = sent.copy ?? request;
      again.headers.set("Authorization", `Bearer ${await source.getToken({ signal: request.signal })}`);
      return call.fetch(again);
    },
    async onError({ options: call }) {
      const sent = open.get(call);
      open.delete(call);
      await sent?.copy?.body?.cancel();
    },
  };
}

/** A copy with the properties that are no part of a Request but were put on it, such as undici's dispatcher. */
function copyOf(request: Request): Request {
  return Object.assign(request.clone(), Object.fromEntries(Object.entries(request)));
}
