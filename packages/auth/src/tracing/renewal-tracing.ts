import type { QBenchAuthError } from "../errors/auth-error.js";

/**
 * Creates one span for each renewal. Its methods run in the context of the caller, so that they can read its active
 * span.
 */
export interface RenewalTracing {
  /** Called when a renewal starts, in the context of the caller that caused it. */
  start(): RenewalSpan;
}

/** The span of one renewal. */
export interface RenewalSpan {
  /** Called for each further caller that waits for the same renewal, in the context of that caller. */
  join(): void;
  /** Called when the renewal ends, with its error if it failed. */
  end(error?: QBenchAuthError): void;
}
