import type { IgnoredFields } from "./errors/ignored-fields-error.js";

/**
 * Describes what a 429 says about the tenant's limits (docs/qbench-api.md §6.3). QBench did not execute the request.
 */
export interface RateLimitInfo {
  /** The kind of limit: requests in a window, or concurrent requests. `unknown` if the response is not QBench's own. */
  kind: "rate" | "concurrency" | "unknown";
  /** How many requests are allowed, in a window or concurrently. */
  limit?: number;
  /** The window of `limit`, in milliseconds. */
  windowMs?: number;
  /** How many requests the server has counted in this window. Those of other programs are included. */
  count?: number;
  /** How long the server asks to wait, in milliseconds. */
  retryAfterMs?: number;
}

/** Reports that a request waited in the client's queue, to stay within the tenant's limits. */
export interface QueuedEvent {
  type: "queued";
  /** How long the request waited, in milliseconds. */
  waitedMs: number;
}

/**
 * Reports that QBench rejected a request with 429, although the client kept its limits. Either the tenant's limits are
 * lower, or other programs use the same tenant.
 */
export interface RateLimitedEvent extends RateLimitInfo {
  type: "rate-limited";
}

/** Reports that a request failed and will be sent again. */
export interface RetryEvent {
  type: "retry";
  /** The HTTP method of the request. */
  method: string;
  /** The path without the query. */
  path: string;
  /** The number of the next attempt, from 2. */
  attempt: number;
  /** The status of the last response. */
  status?: number;
  /** Why there was no response: `timeout`, or the system's code for a broken connection, if the runtime has one. */
  code?: string;
  /** How long the client waits before the next attempt, in milliseconds. */
  waitMs: number;
}

/**
 * Reports that QBench accepted a write and ignored some of the fields that were sent (docs/qbench-api.md §5.2). Each
 * event is about one record.
 */
export interface FieldsIgnoredEvent extends IgnoredFields {
  type: "fields-ignored";
  /** The HTTP method of the request. */
  method: string;
  /** The path as the document has it, such as `/qbench/api/v2/orders`. */
  path: string;
}

/** Reports what happened to a request between the client and QBench. */
export type TransportEvent = RetryEvent | RateLimitedEvent | QueuedEvent;

/** Reports a retry, queueing, rate limiting, or ignored fields. */
export type ClientEvent = TransportEvent | FieldsIgnoredEvent;

/** Calls a listener. Errors thrown by the listener, also later, are ignored. */
export function notify<Event>(onEvent: ((event: Event) => unknown) | undefined, event: Event): void {
  try {
    Promise.resolve(onEvent?.(event)).catch(() => {});
  } catch {}
}
