/** An API client as a worker uses it. */
export interface Identity {
  readonly id: string;
  readonly secret: string;
  readonly renewal: "assertion" | "refresh-token";
  /** If true, its token is in Redis. Otherwise each process has its own token, and a clock that may be wrong. */
  readonly isShared: boolean;
}

export interface WorkerSettings {
  readonly number: number;
  readonly url: string;
  readonly redisUrl: string;
  readonly identities: readonly Identity[];
  /** How many API requests the worker makes concurrently. */
  readonly concurrentRequests: number;
  /** The average pause between two requests, in milliseconds. */
  readonly pauseMs: number;
  /** How far the clock for unshared tokens is ahead of the server's clock, in milliseconds. */
  readonly clockOffsetMs: number;
}

/** Reports from a worker about its API requests. */
export type Report =
  | { type: "progress"; requests: number; replayed: number }
  /** A request failed, and its response does not say that the failure was injected. */
  | { type: "failure"; requestId: string; reason: string }
  /** A request was rejected twice, because both of its tokens had ended. No client can prevent that. */
  | { type: "outlived" }
  /** The token of an exchange arrived. */
  | { type: "token-received"; identity: string }
  /** The token could not be written to the store. */
  | { type: "unsaved-token"; identity: string }
  /** The response of a request was an injected error. */
  | { type: "injected" }
  | { type: "slow"; requestId: string; tookMs: number };

/** Identifies an API request. */
export const REQUEST_ID_HEADER = "X-Soak-Request-Id";
/** Names the owner of a token: an API client, or an API client and a worker. */
export const IDENTITY_HEADER = "X-Soak-Identity";
/** The time at which a token source started an exchange, by `Date.now()`. */
export const STARTED_AT_HEADER = "X-Soak-Started-At";
/** The time of the first exchange in the same renewal, by `Date.now()`. */
export const RENEWAL_STARTED_AT_HEADER = "X-Soak-Renewal-Started-At";
/** Says that an operation of the token store failed during this renewal. */
export const STORE_FAILED_HEADER = "X-Soak-Store-Failed";
/** Says how and when the token of a rejected API request ended: `expired` or `revoked`, and the time by `Date.now()`. */
export const ENDED_TOKEN_HEADER = "X-Soak-Ended-Token";
export const WORKER_HEADER = "X-Soak-Worker";
/** Marks a response that is an injected error. */
export const INJECTED_HEADER = "X-Soak-Injected";
/** The headers of a response that is an injected error. */
export const injectedHeaders = { [INJECTED_HEADER]: "1" };
