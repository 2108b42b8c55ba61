import type { Refusal } from "./read-refusal.js";

/** A call had to wait for its turn, so that the tenant's limits are kept. */
export interface WaitingEvent {
  type: "waiting";
  /** In milliseconds. */
  waitedMs: number;
}

/**
 * QBench refused a call because of its limits (429), although they were kept here: its limits are smaller, or others use the
 * tenant as well. Its own words are with it.
 */
export interface ThrottledEvent extends Refusal {
  type: "throttled";
}
