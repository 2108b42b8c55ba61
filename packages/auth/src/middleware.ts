import type { MergedOptions, Middleware } from "openapi-fetch";
import { asRuntimeResponse } from "./http/foreign-fetch.js";
import type { AuthOptions } from "./options/auth-options.js";
import { isTokenPath } from "./options/token-path.js";
import { isRejectedToken } from "./replay/is-rejected-token.js";
import {
  discardBody,
  hasBody,
  prepareReplay,
  type Replay,
  remembersBody,
  replayWithoutBody,
  withPropertiesOf,
} from "./replay/replay.js";
import { followsSafely } from "./runtime.js";
import { createTokenSource, type TokenSource } from "./token-source.js";

/** A request with a body that was sent, and how to send it again. */
interface SentRequest {
  readonly request: Request;
  readonly replay: Replay | undefined;
}

/**
 * Creates an openapi-fetch middleware that sends `Authorization: Bearer` with each request. If the API rejects the
 * token, the middleware gets a new one and replays the request once. The caller gets the response of the replay,
 * whatever it is.
 *
 * Requests to other origins and to the token endpoints get no token. A request with its own `Authorization` keeps it
 * and is not replayed. An empty one (`headers: { Authorization: "" }`) sends the request without a token.
 *
 * Register it last. openapi-fetch runs middleware from last to first on responses, so a middleware that throws on
 * errors then does not see the response that is about to be replaced.
 *
 * With a fetch other than the runtime's own, requests do not follow redirects, because that fetch might send the token
 * to another host. The caller gets the redirect as the response.
 *
 * @example
 * ```ts
 * const client = createClient<paths>({ baseUrl });
 * client.use(createAuthMiddleware({ baseUrl, clientId, clientSecret }));
 * ```
 * @param options the options of a new token source, or a token source that several clients share
 * @throws {QBenchAuthError} `invalid_option`, immediately. Calls throw the other codes.
 */
export function createAuthMiddleware(options: AuthOptions | TokenSource): Middleware {
  const source = "getToken" in options ? options : createTokenSource(options);
  const { origin } = source;
  const urlPrefix = `${origin}/`;
  // The keys are openapi-fetch's options, one object for each call, so that entries end with their call. Most requests
  // have no body or one that they remember, use the current token and are not rejected. Nothing is kept or awaited for
  // those, because that would cost more than the rest of the middleware.
  const sentWithBody = new WeakMap<object, SentRequest>();
  const ignored = new WeakSet<object>();
  let current = { accessToken: "", header: "" };

  /** Returns the header of a token. Keeps the last one, because joining the two texts again takes longer. */
  function bearer(accessToken: string): string {
    if (accessToken !== current.accessToken) current = { accessToken, header: `Bearer ${accessToken}` };
    return current.header;
  }

  // Compares text, because the URL of a Request is normalized, as the origin is.
  function needsToken(url: string): boolean {
    if (!url.startsWith(urlPrefix)) return false;
    // Most URLs do not contain this word, and need not be parsed.
    if (!url.includes("token", origin.length)) return true;
    const [pathname = ""] = url.slice(origin.length).split(/[?#]/, 1);
    return !isTokenPath(pathname);
  }

  function attachToken(request: Request, call: MergedOptions, accessToken: string): Request | undefined {
    const followsUnsafely = request.redirect === "follow" && !followsSafely(call.fetch);
    if (!followsUnsafely && (!hasBody(request) || remembersBody(request))) {
      request.headers.set("Authorization", bearer(accessToken));
      return undefined;
    }
    const isWithBody = hasBody(request);
    const replay = isWithBody ? prepareReplay(request, call.bodySerializer) : undefined;
    const sent = followsUnsafely ? withPropertiesOf(request, new Request(request, { redirect: "manual" })) : request;
    sent.headers.set("Authorization", bearer(accessToken));
    if (isWithBody) sentWithBody.set(call, { request: sent, replay });
    return sent === request ? undefined : sent;
  }

  /** Returns how to replay a rejected request, or undefined if its body cannot be sent again. */
  function replayOf(request: Request, call: MergedOptions): Replay | undefined {
    if (!hasBody(request)) return replayWithoutBody;
    const sent = sentWithBody.get(call);
    // A later middleware may have put a new request in place.
    if (sent) return sent.request === request ? sent.replay : undefined;
    return remembersBody(request) ? prepareReplay(request, call.bodySerializer) : undefined;
  }

  async function replayIfRejected(
    request: Request,
    response: Response,
    call: MergedOptions,
  ): Promise<Response | undefined> {
    const isRejected = !isFromOtherOrigin(response, urlPrefix) && (await isRejectedToken(response));
    const replay = isRejected ? replayOf(request, call) : undefined;
    if (isRejected) source.reject(bearerOf(request), { willReplay: replay !== undefined });
    if (!replay) {
      discardReplay(call);
      return undefined;
    }
    // An unread body would block its connection.
    discardBody(response);
    const accessToken = await source.getToken({ signal: request.signal }).catch(error => {
      replay.discard();
      throw error;
    });
    const replayed = replay.build(request);
    replayed.headers.set("Authorization", bearer(accessToken));
    // Browsers and workerd reject a fetch that is called as a method of another object.
    const { fetch } = call;
    return asRuntimeResponse(await fetch(replayed));
  }

  function discardReplay(call: MergedOptions): void {
    sentWithBody.get(call)?.replay?.discard();
  }

  return {
    onRequest({ request, options: call }) {
      const { headers, signal } = request;
      const hasAuthorization = headers.has("Authorization");
      if (hasAuthorization || !needsToken(request.url)) {
        if (hasAuthorization && headers.get("Authorization") === "") headers.delete("Authorization");
        ignored.add(call);
        return undefined;
      }
      // Some implementations of fetch ignore the signal.
      signal.throwIfAborted();
      const accessToken = source.peekToken?.();
      if (accessToken !== undefined) return attachToken(request, call, accessToken);
      return source.getToken({ signal }).then(accessToken => attachToken(request, call, accessToken));
    },

    onResponse({ request, response, options: call }) {
      if ((response.status === 401 || response.status === 400) && !ignored.has(call)) {
        return replayIfRejected(request, response, call);
      }
      if (hasBody(request)) discardReplay(call);
      return undefined;
    },

    onError({ options: call }) {
      discardReplay(call);
    },
  };
}

const bearerOf = ({ headers }: Request): string => (headers.get("Authorization") ?? "").slice("Bearer ".length);

// A redirect to another origin was followed without the token, so that response says nothing about the token.
function isFromOtherOrigin({ redirected, url }: Response, urlPrefix: string): boolean {
  return redirected && !url.startsWith(urlPrefix);
}
