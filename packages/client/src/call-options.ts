import type { HeadersOptions } from "openapi-fetch";

/** Configures one request. Every method of a resource accepts these options as its last argument. */
export interface CallOptions {
  /** Aborts the request with the signal's reason. */
  signal?: AbortSignal;
  /** Additional request headers. */
  headers?: HeadersOptions;
}
