import { defaultBodySerializer } from "openapi-fetch";
import { bodyOpener, isStream, ReplayableRequest } from "./replayable-request.js";

/** Sends a request again if its token was rejected. At most one of the two methods is called. */
export interface Replay {
  /** Builds the second request, with the headers of the first. */
  build(request: Request): Request;
  /** Frees what is kept for the second request. */
  discard(): void;
}

/**
 * Prepares the replay of a request with a body. Returns undefined if the body is a stream, which can be read only once.
 *
 * @param bodySerializer the function that made the body
 */
export function prepareReplay(request: Request, bodySerializer: unknown): Replay | undefined {
  const open = bodyOpener(request);
  if (open) return replayWith(open);
  const body = ReplayableRequest.bodyOf(request);
  if (body !== undefined) return replayWith(() => body);
  if (ReplayableRequest.isInstance(request)) return undefined;
  // openapi-fetch's own serializer makes strings and forms. Another one can make streams, which must not be copied.
  if (bodySerializer !== defaultBodySerializer && !isMadeByRuntime(request)) return undefined;
  const copy = request.clone();
  return {
    // Not the copy itself, because Node loses the link from its signal at a garbage collection.
    build: ({ headers, signal }) => withPropertiesOf(request, new Request(copy, { headers, signal })),
    discard: () => discardBody(copy),
  };
}

/**
 * Returns a function that makes the next request after `request` was sent: `request` itself if it has no body, else a
 * new one with the same body. Returns undefined if the body cannot be read again. It can if a `ReplayableRequest`
 * remembers it or `replayableStream` opens it.
 */
export function replayerOf(request: Request): (() => Request) | undefined {
  if (!hasBody(request)) return () => request;
  const body = ReplayableRequest.bodyOf(request);
  const open = bodyOpener(request) ?? (body === undefined ? undefined : () => body);
  return open && (() => rebuild(request, open));
}

/** Returns whether the replay can be prepared later, from the request itself. */
export function remembersBody(request: Request): boolean {
  return ReplayableRequest.bodyOf(request) !== undefined || bodyOpener(request) !== undefined;
}

/** Cancels a body that is not read. Otherwise it would keep its memory and its connection. */
export function discardBody(message: Request | Response | undefined): void {
  // Some implementations of fetch have no web streams.
  message?.body?.cancel?.().catch(() => {});
}

/**
 * Returns whether the request has a body. Checks the method first, because some runtimes create a stream for `body`.
 */
export function hasBody(request: Request): boolean {
  if (request.method === "GET" || request.method === "HEAD") return false;
  return ReplayableRequest.bodyOf(request) !== undefined || request.body !== null;
}

/** Sends a request without a body again as it is. */
export const replayWithoutBody: Replay = { build: request => request, discard: () => {} };

function replayWith(open: () => BodyInit): Replay {
  return { build: request => rebuild(request, open), discard: () => {} };
}

function rebuild(request: Request, open: () => BodyInit): Request {
  const body = open();
  const headers = new Headers(request.headers);
  // It names the boundary of the first form. The new form gets its own.
  if (Object.prototype.toString.call(body) === "[object FormData]") headers.delete("Content-Type");
  const duplex = isStream(body) ? { duplex: "half" } : {};
  // Made from the request that was sent, so that it keeps signal, credentials, cache mode and other settings.
  return withPropertiesOf(request, new ReplayableRequest(request, { body, headers, ...duplex }));
}

/** The requests that others were made from. Node follows the signal of a request only as long as that exists. */
const originals = new WeakMap<Request, Request>();

/** Copies the properties that openapi-fetch, or a caller through it, added to a request for the fetch in use. */
export function withPropertiesOf(original: Request, copy: Request): Request {
  originals.set(copy, original);
  return Object.assign(copy, Object.fromEntries(Object.entries(original)));
}

// Runtimes expose strings, Blobs and forms as byte streams. Streams made by a program seldom are. Copying one of those
// would keep all of it in memory.
function isMadeByRuntime(request: Request): boolean {
  try {
    request.body?.getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
