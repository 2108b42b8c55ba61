import type { HeadersOptions } from "openapi-fetch";

/** Options that every method of a resource takes as its last argument. */
export interface CallOptions {
  /** Aborts the request with the signal's reason. */
  signal?: AbortSignal;
  headers?: HeadersOptions;
}
