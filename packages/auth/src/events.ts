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
      readonly grant: Grant;
      /** Counts from 1 within one renewal. */
      readonly attempt: number;
    }
  | {
      readonly type: "exchange-succeeded";
      readonly grant: Grant;
      readonly attempt: number;
      readonly durationMs: number;
      /** The lifetime of the new token. */
      readonly lifetimeMs: number;
    }
  | {
      readonly type: "exchange-failed";
      readonly grant: Grant;
      readonly attempt: number;
      readonly durationMs: number;
      readonly error: QBenchAuthError;
    }
  /**
   * A token response stated no lifetime, or one that cannot be right: below a second, over a day, or not a number. The
   * token is used for `lifetimeMs`.
   */
  | { readonly type: "lifetime-assumed"; readonly lifetimeMs: number }
  /**
   * The API rejected a token. `isCurrent`: it was the current one. `willReplay`: the request is sent again with
   * another.
   */
  | { readonly type: "token-rejected"; readonly isCurrent: boolean; readonly willReplay: boolean }
  /**
   * A renewal failed. No background renewal starts for `backgroundMs`. Callers without a usable token wait for
   * `waitMs`, because the server asked for it, or get the error for `failFastMs`.
   */
  | {
      readonly type: "renewal-backoff";
      readonly backgroundMs: number;
      readonly waitMs: number;
      readonly failFastMs: number;
      readonly error: QBenchAuthError;
    }
  /**
   * A store operation failed, and the token is used from memory. Of a foreign error, `reason` is only the name and the
   * code. Errors of these packages are reported by their message.
   */
  | { readonly type: "store-failed"; readonly operation: "get" | "set" | "delete" | "lock"; readonly reason: string }
  /**
   * The store hung, or it returned foreign records again. It is not used for `durationMs`, so that callers do not wait
   * for it.
   */
  | { readonly type: "store-bypassed"; readonly durationMs: number }
  /** A bypassed store works again. */
  | { readonly type: "store-restored" }
  /**
   * Assertions are dated by the server's clock from now on. It is ahead of this machine's clock by `offsetMs`. If a
   * correction did not help, another event with the former value takes it back.
   */
  | { readonly type: "clock-corrected"; readonly offsetMs: number };

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
