/**
 * A fetch, with what goes beside the request: openapi-fetch's `requestInitExt`, and the signal of a call or of one attempt,
 * which stands for the request's own.
 */
export type FetchLike = (request: Request, init?: RequestInit) => Promise<Response>;

export const signalOf = (request: Request, init: RequestInit | undefined): AbortSignal =>
  init?.signal ?? request.signal;
