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
   * @throws {QBenchAuthError} when there is no token to be had
   */
  getToken(options?: { signal?: AbortSignal | undefined }): Promise<string>;
  /** Tells that the API refused this token. It is dropped, unless it has been replaced already. */
  reject(accessToken: string): void;
  /** Drops the token and ends an exchange that is under way; every later `getToken` rejects with the code `closed`. */
  close(): void;
}

/** After a renewal behind the callers' backs has failed, the next one waits at least so long, in milliseconds. */
const coolDownMs = 30_000;

/** A token with the instants at which its standing changes. */
interface Held extends RenewalTimes {
  readonly tokens: TokenSet;
}

/**
 * Makes a source of access tokens. At most one exchange is under way at any time, whoever asks:
 *
 *     fresh ─────────────────────────── handed out
 *     in the soft window ────────────── handed out, one exchange behind it; after a failure only after a cool-down
 *     in the hard window, expired,
 *     rejected, none yet ────────────── callers wait for the exchange
 *
 * An exchange belongs to none of its callers. When it fails, all who wait get the same error and nothing is left behind:
 * the next call tries anew. There are no timers but the time limit of an exchange, so an idle source keeps no process
 * alive.
 *
 * @throws {QBenchAuthError} `invalid_option` at once, for settings that cannot be right
 */
export function createTokenSource(options: AuthOptions): TokenSource {
  const settings = readAuthOptions(options);
  const { origin, clock } = settings;
  const closing = new AbortController();

  let held: Held | undefined;
  let flight: Promise<Held> | undefined;
  let coolUntil = Number.NEGATIVE_INFINITY;

  function renew(): Promise<Held> {
    flight ??= exchange().finally(() => {
      flight = undefined;
    });
    return flight;
  }

  async function exchange(): Promise<Held> {
    const sentAt = clock.now();
    const tokens = await exchangeAssertion(settings, sentAt, closing.signal);
    held = { tokens, ...planRenewal(sentAt, tokens.expiresAt) };
    return held;
  }

  function renewBehind(now: number): void {
    if (flight || now < coolUntil) return;
    renew().catch(error => {
      const askedMs = error instanceof QBenchAuthError ? (error.retryAfterMs ?? 0) : 0;
      coolUntil = clock.now() + Math.max(coolDownMs, askedMs);
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
      const { tokens } = await abortable(renew(), signal);
      return tokens.accessToken;
    },
    reject(accessToken) {
      // Only the token that is held now: of a hundred calls refused with one token, the first asks for the next one.
      if (held?.tokens.accessToken === accessToken) held = undefined;
    },
    close() {
      held = undefined;
      closing.abort(new QBenchAuthError("closed", "the token source is closed"));
    },
  };
}
