import type { QBenchAuthError } from "./errors/auth-error.js";

/** What a new access token is asked for with. */
export type Grant = "jwt-bearer" | "refresh_token";

/** What happens to the token. No event holds a secret, an assertion, a token or a cookie. Durations in milliseconds. */
export type TokenEvent =
  | { readonly type: "exchange-started"; readonly grant: Grant; readonly attempt: number }
  | {
      readonly type: "exchange-succeeded";
      readonly grant: Grant;
      readonly attempt: number;
      readonly durationMs: number;
      /** How long the new token lives. */
      readonly lifetimeMs: number;
    }
  | {
      readonly type: "exchange-failed";
      readonly grant: Grant;
      readonly attempt: number;
      readonly durationMs: number;
      readonly error: QBenchAuthError;
    }
  /** The API refused a token. `current`: it was the one in use; `repeated`: the call is sent again with another. */
  | { readonly type: "token-rejected"; readonly isCurrent: boolean; readonly willReplay: boolean }
  /**
   * There was no new token. None is asked for behind the callers' backs for `backgroundMs`. Those who need one wait for
   * `waitMs`, as the server has asked for, or get the error for `failFastMs`.
   */
  | {
      readonly type: "renewal-backoff";
      readonly backgroundMs: number;
      readonly waitMs: number;
      readonly failFastMs: number;
      readonly error: QBenchAuthError;
    }
  /** The store failed; the token is used from memory. `reason` is the error's name and code alone. */
  | { readonly type: "store-failed"; readonly operation: "get" | "set" | "delete" | "lock"; readonly reason: string }
  /** Assertions are dated by the server's clock from now on: this machine's and so much. */
  | { readonly type: "clock-corrected"; readonly offsetMs: number };

export type TokenEventListener = (event: TokenEvent) => void;

export interface Emitter {
  readonly emit: TokenEventListener;
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
          // A mistake of who watches must not cost a call its token.
        }
      }
    },
    on(listener) {
      const entry = { listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
}
