// What a client of @qbench-sdk/client takes as its limiter, and createLimiter makes. By its form alone, so that neither
// package needs the other.

/** Lets calls go as fast as the limits of a tenant allow. */
export interface Limiter {
  /** A place for one call, at once or by and by; rejects with the signal's own reason when it is aborted. */
  enter(signal?: AbortSignal): Place | Promise<Place>;
  /** Takes to heart what the tenant said when it refused a call. */
  learn(refusal: Refusal): void;
}

/** Of one call. It is held until both have been called; calling again does nothing. */
export interface Place {
  /** The answer's headers are here, or the call has failed. */
  answered(): void;
  /** The answer's body has ended as well. */
  leave(): void;
}

/** What an answer 429 says. */
export interface Refusal {
  kind: "rate" | "concurrency" | "unknown";
  limit?: number;
  windowMs?: number;
  retryAfterMs?: number;
}
