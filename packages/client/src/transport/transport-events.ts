import type { RateLimitInfo } from "./read-rate-limit.js";

/** A call had to wait for its turn, so that the tenant's limits are kept. */
export interface QueuedEvent {
  type: "queued";
  /** In milliseconds. */
  waitedMs: number;
}

/**
 * QBench refused a call because of its limits (429), although they were kept here: its limits are smaller, or others use the
 * tenant as well. Its own words are with it.
 */
export interface RateLimitedEvent extends RateLimitInfo {
  type: "rate-limited";
}

/** A call is about to be sent again. */
export interface RetryEvent {
  type: "retry";
  method: string;
  /** Without the query. */
  path: string;
  /** The attempt to come, from 2. */
  attempt: number;
  /** The status that was answered. */
  status?: number;
  /** Why there was no answer: `timeout`, or the system's code for a broken connection where it has one. */
  code?: string;
  /** How long is waited before it, in milliseconds. */
  waitMs: number;
}
