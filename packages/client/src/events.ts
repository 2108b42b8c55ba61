import type { IgnoredFields } from "./errors/ignored-fields-error.js";

/** What a 429 says about the tenant's limits (docs/qbench-api.md §6.3). QBench did not execute the request. */
export interface RateLimitInfo {
  /** Which limit was exceeded: requests in a window, or concurrent requests. `unknown`: the response is not QBench's own. */
  kind: "rate" | "concurrency" | "unknown";
  /** The limit that was exceeded: requests in a window, or concurrent requests. */
  limit?: number;
  /** The window of `limit`, in milliseconds. */
  windowMs?: number;
  /** How many requests the server has counted in this window, those of other programs included. */
  count?: number;
  /** How long the server asks to wait, in milliseconds. */
  retryAfterMs?: number;
}

/** A request waited in the client's queue, so that it stays within the tenant's limits. */
export interface QueuedEvent {
  type: "queued";
  /** How long the request waited, in milliseconds. */
  waitedMs: number;
}

/**
 * QBench rejected a request with 429, although the client kept its limits. Either the tenant's limits are lower, or other
 * programs use the same tenant.
 */
export interface RateLimitedEvent extends RateLimitInfo {
  type: "rate-limited";
}

/** A request failed and is about to be sent again. */
export interface RetryEvent {
  type: "retry";
  method: string;
  /** The path without the query, which may hold personal data. */
  path: string;
  /** The number of the next attempt, from 2. */
  attempt: number;
  /** The status of the last response. */
  status?: number;
  /** Why there was no response: `timeout`, or the system's code for a broken connection, where the runtime has one. */
  code?: string;
  /** How long the client waits before the next attempt, in milliseconds. */
  waitMs: number;
}

/** QBench accepted a write and ignored some of the fields that were sent (docs/qbench-api.md §5.2). One event a record. */
export interface FieldsIgnoredEvent extends IgnoredFields {
  type: "fields-ignored";
  method: string;
  /** The path as the document has it, such as `/qbench/api/v2/orders`. */
  path: string;
}

/** What happens to requests between the client and QBench. */
export type TransportEvent = RetryEvent | RateLimitedEvent | QueuedEvent;

/** What `onEvent` receives: retries, queueing, rate limiting and ignored fields. */
export type ClientEvent = TransportEvent | FieldsIgnoredEvent;

/** Calls a listener. Errors that it throws, and rejections of a promise that it returns, are ignored. */
export function notify<Event>(onEvent: ((event: Event) => unknown) | undefined, event: Event): void {
  try {
    Promise.resolve(onEvent?.(event)).catch(() => {});
  } catch {}
}
