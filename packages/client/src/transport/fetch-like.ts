/**
 * Sends a request. `init` has what belongs to one call or one attempt: its signal, which replaces the request's own,
 * and openapi-fetch's `requestInitExt`.
 */
export type FetchLike = (request: Request, init?: RequestInit) => Promise<Response>;

/** Returns the signal that ends a request. */
export const signalOf = (request: Request, init: RequestInit | undefined): AbortSignal =>
  init?.signal ?? request.signal;
