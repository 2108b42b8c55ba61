import { abortable } from "./abortable.js";
import { type AuthOptions, readAuthOptions } from "./auth-options.js";
import { QBenchAuthError } from "./errors.js";
import { exchangeAssertion } from "./exchange.js";
import { planRenewal, type RenewalTimes } from "./plan-renewal.js";
import type { TokenSet } from "./token-set.js";

/** Where access tokens come from. One source may serve many clients; they share its token. */
export interface TokenSource {
  /** The only origin its tokens may be sent to. */
  readonly origin: string;
  /**
   * A token that is good for a call. Aborting the signal rejects only this caller, with the signal's reason; an exchange
   * that others wait for goes on.
   *
   * @throws QBenchAuthError when there is no token to be had
   */
  getToken(options?: { signal?: AbortSignal | undefined }): Promise<string>;
  /** Tells that the API refused this token. It is dropped, unless it has been replaced already. */
  reject(accessToken: string): void;
  /** Ends an exchange that is under way; every later `getToken` rejects with the code `closed`. */
  close(): void;
}

/** After a renewal behind the callers' backs has failed, the next one waits so long, in milliseconds. */
const coolDownMs = 30_000;

/** A token with the instants at which its standing changes. */
interface Held extends RenewalTimes {
  tokens: TokenSet;
}

/**
 * Makes a source of access tokens. At most one exchange is under way at any time, whoever asks:
 *
 *     none ──────────────── exchange, callers wait ──→ fresh
 *     fresh, before the soft limit ── handed out
 *     soft window ─────────── handed out, one exchange behind it; after a failure, the next only after a cool-down
 *     hard window, expired, rejected ─ exchange, callers wait
 *
 * A failed exchange rejects all who wait for it with the same error and leaves nothing behind: the next call tries anew.
 * There are no timers but the time-out of an exchange, so a source never keeps a process alive.
 *
 * @throws QBenchAuthError `invalid_option` at once, for settings that cannot be right
 */
export function createTokenSource(options: AuthOptions): TokenSource {
  const settings = readAuthOptions(options);
  const { origin, clock } = settings;

  let held: Held | undefined;
  let flight: Promise<Held> | undefined;
  let coolUntil = Number.NEGATIVE_INFINITY;
  const closing = new AbortController();

  function renew(): Promise<Held> {
    if (flight) return flight;
    const sentAt = clock.now();
    flight = exchangeAssertion(settings, closing.signal)
      .then(tokens => {
        held = { tokens, ...planRenewal(sentAt, tokens.expiresAt) };
        return held;
      })
      .finally(() => {
        flight = undefined;
      });
    return flight;
  }

  function renewBehind(now: number): void {
    if (flight || now < coolUntil) return;
    renew().catch(() => {
      coolUntil = clock.now() + coolDownMs;
    });
  }

  return {
    origin,
    async getToken({ signal } = {}) {
      closing.signal.throwIfAborted();
      signal?.throwIfAborted();
      const now = clock.now();
      if (held && now < held.usableUntil) {
        if (now >= held.renewFrom) renewBehind(now);
        return held.tokens.accessToken;
      }
      const renewed = await abortable(renew(), signal);
      return renewed.tokens.accessToken;
    },
    reject(accessToken) {
      // Only the token that is held now: of a hundred calls refused with one token, the first asks for the next one.
      if (held?.tokens.accessToken === accessToken) held = undefined;
    },
    close() {
      held = undefined;
      closing.abort(new QBenchAuthError("closed", "The token source is closed"));
    },
  };
}
