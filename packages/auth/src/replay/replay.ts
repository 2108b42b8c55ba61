import { defaultBodySerializer } from "openapi-fetch";
import { bodyOpener, ReplayableRequest } from "./replayable-request.js";

/** What a call is to be sent again with, should its token be refused. */
export interface Repetition {
  /** The request for the second attempt; at most once. */
  make(request: Request): Request;
  /** It isn't needed: frees what it holds. */
  drop(): void;
}

/**
 * Prepares the repetition of a call with a body; undefined when its body is a stream, which is gone once it is sent.
 *
 * @param bodySerializer what the call's body was made by
 */
export function prepareRepetition(request: Request, bodySerializer: unknown): Repetition | undefined {
  const open = bodyOpener(request);
  if (open) return rebuilt(open);
  const body = ReplayableRequest.bodyOf(request);
  if (body !== undefined) return rebuilt(() => body);
  if (ReplayableRequest.isOne(request)) return undefined;
  // openapi-fetch's own serializer makes text and forms. What another has made is told by its stream.
  if (bodySerializer !== defaultBodySerializer && !isMadeByRuntime(request)) return undefined;
  const copy = request.clone();
  return {
    make: ({ headers }) => {
      for (const [name, value] of headers) copy.headers.set(name, value);
      return withProperties(copy, request);
    },
    drop: () => discardBody(copy),
  };
}

/**
 * Makes the request to send once more after `request` was sent: itself when it has no body, else one whose body is made
 * again. Undefined when the body is gone, which it is unless a `ReplayableRequest` remembers it or `replayableStream` opens it.
 */
export function replayerOf(request: Request): (() => Request) | undefined {
  if (!hasBody(request)) return () => request;
  const body = ReplayableRequest.bodyOf(request);
  const open = bodyOpener(request) ?? (body === undefined ? undefined : () => body);
  return open && (() => rebuild(request, open));
}

/** Can the repetition be prepared when it is needed, from the request itself? */
export function remembersBody(request: Request): boolean {
  return ReplayableRequest.bodyOf(request) !== undefined || bodyOpener(request) !== undefined;
}

/** An unread body, or half of a copied one, holds memory and its connection. */
export function discardBody(message: Request | Response | undefined): void {
  message?.body?.cancel().catch(() => {});
}

// The method first: reading `body` makes some runtimes build a stream.
export function hasBody(request: Request): boolean {
  if (request.method === "GET" || request.method === "HEAD") return false;
  return ReplayableRequest.bodyOf(request) !== undefined || request.body !== null;
}

// A request without a body can be sent again as it is.
export const bodyless: Repetition = { make: request => request, drop: () => {} };

function rebuilt(open: () => BodyInit): Repetition {
  return { make: request => rebuild(request, open), drop: () => {} };
}

function rebuild(request: Request, open: () => BodyInit): Request {
  const body = open();
  const headers = new Headers(request.headers);
  // It names the boundary of the first attempt; a form that is written again has another.
  if (body instanceof FormData) headers.delete("Content-Type");
  const duplex = body instanceof ReadableStream ? { duplex: "half" } : {};
  // From the request sent, so that signal, credentials, cache mode and what else was set are the same.
  return withProperties(new ReplayableRequest(request, { body, headers, ...duplex }), request);
}

/** What openapi-fetch, or a caller through it, has put on a request for the fetch in use. */
export function withProperties(copy: Request, original: Request): Request {
  return Object.assign(copy, Object.fromEntries(Object.entries(original)));
}

// Runtimes read text, Blobs and forms by a byte stream; a stream made by hand is seldom one. Copying that would hold all of
// it in memory.
function isMadeByRuntime(request: Request): boolean {
  try {
    request.body?.getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
