import { ReplayableRequest } from "@qbench-sdk/auth";

/**
 * Sends a request. `init` has what belongs to one call or one attempt: its signal, which replaces the request's own,
 * and openapi-fetch's `requestInitExt`.
 */
export type FetchLike = (request: Request, init?: RequestInit) => Promise<Response>;

/** Returns the signal by which the caller can abort a request, or undefined if the caller passed none. */
export const callerSignalOf = (request: Request, init: RequestInit | undefined): AbortSignal | undefined =>
  init?.signal ?? ReplayableRequest.signalOf(request);
