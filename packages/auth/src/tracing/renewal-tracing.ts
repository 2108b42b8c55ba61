import type { QBenchAuthError } from "../errors/auth-error.js";

/** Follows renewals, one span each. Called where the calls are, so that their context is at hand. */
export interface RenewalTracing {
  /** A renewal begins; the call that needs it is the one that runs now. */
  start(): RenewalSpan;
}

export interface RenewalSpan {
  /** The call that runs now waits for the same renewal. */
  join(): void;
  end(error?: QBenchAuthError): void;
}
