import { abortable } from "./async/abortable.js";
import { QBenchAuthError } from "./errors/auth-error.js";
import type { TokenEventListener } from "./events.js";
import { createEmitter } from "./events.js";
import { type AuthOptions, readAuthOptions } from "./options/auth-options.js";
import { createRenewal, type RequestedPause } from "./renewal/renewal.js";
import { planRenewal, type RenewalTimes } from "./renewal/renewal-windows.js";
import { backoffAfter } from "./renewal/retry-timing.js";
import { steadyClock } from "./renewal/steady-clock.js";
import { createWaitingCallers, type WaitingCallers } from "./renewal/waiting-callers.js";
import { MAX_TOKEN_LIFE_MS, type TokenSet } from "./store/token-set.js";
import type { RenewalSpan } from "./tracing/renewal-tracing.js";

/** Gets, keeps and renews access tokens. Clients that share a token source share its token. */
export interface TokenSource {
  /** The only origin to which its tokens may be sent. */
  readonly origin: string;
  /**
   * Returns a usable access token, and waits for a renewal if necessary. If `signal` aborts, only this caller is
   * rejected, immediately and with the signal's reason. The renewal goes on for other callers.
   *
   * @throws {QBenchAuthError} if no token can be obtained
   */
  getToken(options?: { signal?: AbortSignal | undefined }): Promise<string>;
  /**
   * Returns the current access token without waiting, or undefined if a caller would have to wait. It is a shortcut for
   * `getToken` and also starts a background renewal that is due.
   */
  peekToken?(): string | undefined;
  /**
   * Reports that the API rejected this token. If it is still the current one, the next caller waits for a new token.
   *
   * @param options.willReplay whether the request is sent again with a new token, for the event `token-rejected`;
   *   default false
   */
  reject(accessToken: string, options?: { willReplay?: boolean }): void;
  /**
   * Calls the listener with each event. Errors thrown by the listener are ignored.
   *
   * @returns a function that removes the listener
   */
  on(listener: TokenEventListener): () => void;
  /** Drops the token and ends a renewal in flight. Waiting and later callers are rejected with the code `closed`. */
  close(): void;
}

const MAX_REJECTED_TOKENS = 8;

/** The token in use. Its times are by the steady clock. */
interface CurrentToken extends RenewalTimes {
  readonly accessToken: string;
}

interface InFlightRenewal {
  readonly result: Promise<CurrentToken>;
  readonly callers: WaitingCallers;
  readonly span: RenewalSpan | undefined;
}

/** What follows from a failed renewal. The times are by the steady clock. */
interface Backoff extends RequestedPause {
  readonly backgroundUntil: number;
  readonly failFastUntil: number;
}

/**
 * Creates a source of access tokens for one API client of one tenant.
 *
 * - Fresh token: callers get it.
 * - Soft window: callers get the token, and the first of them starts a renewal in the background.
 * - Hard window: callers wait for a renewal, because the token could expire in flight. The same holds without a token,
 *   and after it expired or was rejected.
 * - Renewal in flight: no second one starts. All waiting callers get its result.
 * - Backoff after a failed renewal: no background renewal starts for a while. Callers without a usable token start one
 *   immediately, wait as long as the server asked, or get the last error again (docs/token-lifecycle.md §2).
 *
 * No timer runs between renewals, so an idle token source does not keep a process alive.
 *
 * @example
 * ```ts
 * const source = createTokenSource({
 *   baseUrl: "https://example.qbench.net",
 *   clientId: process.env.QBENCH_CLIENT_ID ?? "",
 *   clientSecret: process.env.QBENCH_CLIENT_SECRET ?? "",
 * });
 * const accessToken = await source.getToken();
 * ```
 * @throws {QBenchAuthError} `invalid_option`, immediately, if an option is missing or invalid
 */
export function createTokenSource(options: AuthOptions): TokenSource {
  const settings = readAuthOptions(options);
  const { assertions, origin, tracing, waitUntil } = settings;
  const now = steadyClock(settings.clock);
  const closing = new AbortController();
  const { emit, on } = createEmitter();
  /** The tokens that the API rejected last. A server or a store with several caches can return more than one again. */
  let rejectedTokens: readonly string[] = [];
  const isRejected = (accessToken: string) => rejectedTokens.includes(accessToken);
  const renewal = createRenewal(settings, now, isRejected, closing.signal, emit);

  let current: CurrentToken | undefined;
  let inFlight: InFlightRenewal | undefined;
  let backoff: Backoff | undefined;

  function plan({ accessToken, expiresAt, issuedAt }: TokenSet): CurrentToken {
    const leftMs = expiresAt - renewal.now();
    const lifeMs = Math.min(issuedAt === undefined ? leftMs : expiresAt - issuedAt, MAX_TOKEN_LIFE_MS);
    // A clock that was set back since the issue would give the token more than its life.
    return { accessToken, ...planRenewal(now() + Math.min(leftMs, lifeMs), lifeMs, Math.random()) };
  }

  /** Callers take any usable token, whereas a background renewal replaces one that is in its soft window. */
  function accepts(tokens: TokenSet, { count }: WaitingCallers): boolean {
    if (isRejected(tokens.accessToken) || tokens.accessToken === current?.accessToken) return false;
    const { renewFrom, usableUntil } = plan(tokens);
    return now() < (count > 0 ? usableUntil : renewFrom);
  }

  function start(): InFlightRenewal {
    const callers = createWaitingCallers();
    const started: InFlightRenewal = { result: run(), callers, span: tracing?.start() };
    inFlight = started;
    return started;

    async function run(): Promise<CurrentToken> {
      // Continues after `inFlight` is set, because the store and listeners can call back.
      await null;
      try {
        const tokens = await renewal.renew({
          accepts: tokens => accepts(tokens, callers),
          backoff,
          callers,
        });
        closing.signal.throwIfAborted();
        current = plan(tokens);
        backoff = undefined;
        started.span?.end();
        return current;
      } catch (error) {
        if (error instanceof QBenchAuthError) {
          started.span?.end(error);
          // If this renewal was abandoned and a newer one started, only the newer one counts.
          if (inFlight === started && !closing.signal.aborted && error !== backoff?.error) enterBackoff(error);
        }
        throw error;
      } finally {
        if (inFlight === started) inFlight = undefined;
      }
    }
  }

  function joinable(): InFlightRenewal | undefined {
    return inFlight?.callers.abandoned.aborted ? undefined : inFlight;
  }

  function enterBackoff(error: QBenchAuthError): void {
    const { backgroundMs, waitMs, failFastMs } = backoffAfter(error);
    const time = now();
    backoff = {
      backgroundUntil: time + backgroundMs,
      notBefore: time + waitMs,
      failFastUntil: time + failFastMs,
      error,
    };
    emit({ type: "renewal-backoff", backgroundMs, waitMs, failFastMs, error });
  }

  function renewInBackground(): void {
    if (joinable() || (backoff && now() < backoff.backgroundUntil)) return;
    const settled = start().result.then(
      () => {},
      () => {},
    );
    waitUntil?.(settled);
  }

  function waitForRenewal(signal: AbortSignal | undefined): Promise<CurrentToken> {
    const joined = joinable();
    joined?.span?.join();
    const { callers, result } = joined ?? start();
    return callers.waitFor(result, signal);
  }

  function peekToken(): string | undefined {
    if (!current) return undefined;
    const time = now();
    if (time >= current.usableUntil) return undefined;
    const { accessToken } = current;
    if (time >= current.renewFrom) renewInBackground();
    return accessToken;
  }

  return {
    origin,
    on,
    peekToken,
    async getToken({ signal } = {}) {
      closing.signal.throwIfAborted();
      signal?.throwIfAborted();
      const available = peekToken();
      if (available !== undefined) return available;
      if (backoff && now() < backoff.failFastUntil) {
        const { error } = backoff;
        const hasNewSecret = await abortable(assertions.hasNewSecret?.() ?? Promise.resolve(false), signal);
        if (!hasNewSecret) throw error;
        if (backoff?.error === error) backoff = undefined;
      }
      return peekToken() ?? (await waitForRenewal(signal)).accessToken;
    },
    reject(accessToken, { willReplay = false } = {}) {
      // Many requests can be rejected with the same token. Only the first rejection drops it.
      const isCurrent = current?.accessToken === accessToken;
      if (isCurrent) {
        current = undefined;
        rejectedTokens = [accessToken, ...rejectedTokens].slice(0, MAX_REJECTED_TOKENS);
      }
      emit({ type: "token-rejected", isCurrent, willReplay });
    },
    close() {
      current = undefined;
      closing.abort(new QBenchAuthError("closed", "the token source is closed"));
    },
  };
}
