/** An API client, as a worker uses it. */
export interface Identity {
  readonly id: string;
  readonly secret: string;
  readonly renewal: "assertion" | "refresh-token";
  /** Its token is in Redis. If not, each process has one of its own, and goes by a clock that may be wrong. */
  readonly isShared: boolean;
}

export interface WorkerSettings {
  readonly number: number;
  readonly url: string;
  readonly redisUrl: string;
  readonly identities: readonly Identity[];
  readonly callsAtOnce: number;
  /** Between two calls, on average, in milliseconds. */
  readonly pauseMs: number;
  /** How far the clock for tokens of its own is ahead of the server's, in milliseconds. */
  readonly clockOffsetMs: number;
}

/** What a worker tells of its calls. */
export type Report =
  | { type: "progress"; calls: number; repeated: number }
  /** A call failed with nothing about it that says it was made to. */
  | { type: "failure"; call: string; reason: string }
  /** A call was answered with an error that was injected into it. */
  | { type: "injected" }
  | { type: "slow"; call: string; tookMs: number };

export const CALL_HEADER = "X-Soak-Call";
export const IDENTITY_HEADER = "X-Soak-Identity";
/** When a token was asked for, by `Date.now()`. */
export const ASKED_HEADER = "X-Soak-Asked";
export const WORKER_HEADER = "X-Soak-Worker";
/** On an answer that is an injected error. */
export const INJECTED_HEADER = "X-Soak-Injected";
