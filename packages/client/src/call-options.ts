import type { HeadersOptions } from "openapi-fetch";
import type { ReadOptions } from "./lists/list-types.js";

/** Configures one request. Every method of a resource accepts these options as its last argument. */
export interface CallOptions {
  /** Aborts the request with the signal's reason. */
  signal?: AbortSignal;
  /** Additional request headers. */
  headers?: HeadersOptions;
}

/** Configures a list method: one request, if the list is awaited, or the read of the whole list. */
export interface ListOptions extends CallOptions, ReadOptions {}
