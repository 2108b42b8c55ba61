import type { QBenchAuthError } from "./errors/auth-error.js";

/** Names what an exchange sends: an assertion (RFC 7523 section 2.1) or a refresh token (RFC 6749 section 6). */
export type Grant = "jwt-bearer" | "refresh_token";

/**
 * Reports what a token source does. Durations are in milliseconds. No event contains a secret, an assertion, a token or
 * a cookie (docs/token-lifecycle.md §10).
 */
export type TokenEvent =
  | {
      readonly type: "exchange-started";
      /** What the exchange sends. */
      readonly grant: Grant;
      /** Counts from 1 within one renewal. */
      readonly attempt: number;
    }
  | {
      readonly type: "exchange-succeeded";
      /** What the exchange sent. */
      readonly grant: Grant;
      /** Counts from 1 within one renewal. */
      readonly attempt: number;
      /** The time from the request to the checked response. */
      readonly durationMs: number;
      /** The lifetime of the new token. */
      readonly lifetimeMs: number;
    }
  | {
      readonly type: "exchange-failed";
      /** What the exchange sent. */
      readonly grant: Grant;
      /** Counts from 1 within one renewal. */
      readonly attempt: number;
      /** The time from the request to the failure. */
      readonly durationMs: number;
      /** The reason. */
      readonly error: QBenchAuthError;
    }
  /** A token response stated no lifetime, or one that cannot be right: below a second, over a day, or not a number. */
  | {
      readonly type: "lifetime-assumed";
      /** How long the token is used instead. */
      readonly lifetimeMs: number;
    }
  /** The API rejected a token. */
  | {
      readonly type: "token-rejected";
      /** True if it was the current token. */
      readonly isCurrent: boolean;
      /** True if the request is sent again with another token. */
      readonly willReplay: boolean;
    }
  /** A renewal failed. */
  | {
      readonly type: "renewal-backoff";
      /** How long no background renewal starts. */
      readonly backgroundMs: number;
      /** How long callers without a usable token wait, because the server asked for it. */
      readonly waitMs: number;
      /** How long callers without a usable token get the error. */
      readonly failFastMs: number;
      /** The reason. */
      readonly error: QBenchAuthError;
    }
  /** A store operation failed, and the token is used from memory. */
  | {
      readonly type: "store-failed";
      /** The method of the store that failed. */
      readonly operation: "get" | "set" | "delete" | "lock";
      /** The message of an error of these packages, or only the name and the code of a foreign error. */
      readonly reason: string;
    }
  /** The store hung, or it returned foreign records again. */
  | {
      readonly type: "store-bypassed";
      /** How long the store is not used, so that callers do not wait for it. */
      readonly durationMs: number;
    }
  /** A bypassed store works again. */
  | { readonly type: "store-restored" }
  /**
   * Assertions are dated by the server's clock from now on. If a correction did not help, another event with the former
   * value takes it back.
   */
  | {
      readonly type: "clock-corrected";
      /** How far the server's clock is ahead of this machine's clock. */
      readonly offsetMs: number;
    };

/** Called with each event of a token source. Errors that it throws are ignored. */
export type TokenEventListener = (event: TokenEvent) => void;

export interface Emitter {
  readonly emit: TokenEventListener;
  /** Adds a listener, and returns the function that removes it. */
  readonly on: (listener: TokenEventListener) => () => void;
}

export function createEmitter(): Emitter {
  const listeners = new Set<{ readonly listener: TokenEventListener }>();
  return {
    emit(event: TokenEvent) {
      for (const { listener } of listeners) {
        try {
          listener(event);
        } catch {
          // Errors thrown by a listener must not fail the request.
        }
      }
    },
    on(listener) {
      // A new object for each call, so that a listener that was added twice can be removed once.
      const entry = { listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
}
