import { abortable } from "./async/abortable.js";
import { QBenchAuthError } from "./errors/auth-error.js";
import type { TokenEventListener } from "./events.js";
import { createEmitter } from "./events.js";
import { type AuthOptions, readAuthOptions } from "./options/auth-options.js";
import { createRenewal } from "./renewal/renewal.js";
import { planRenewal, type RenewalTimes } from "./renewal/renewal-windows.js";
import { coolDownAfter } from "./renewal/retry-timing.js";
import { steadyClock } from "./renewal/steady-clock.js";
import type { TokenSet } from "./store/token-set.js";
import type { RenewalSpan } from "./tracing/renewal-tracing.js";

/** Where access tokens come from. One source may serve many clients; they share its token. */
export interface TokenSource {
  /** The only origin its tokens may be sent to. */
  readonly origin: string;
  /**
   * A token that is good for a call. Aborting the signal rejects only this caller, at once, with the signal's reason; an
   * exchange that others wait for goes on.
   *
   * @throws {QBenchAuthError} when there is no token to be had
   */
  getToken(options?: { signal?: AbortSignal | undefined }): Promise<string>;
  /** The token at hand, without a wait; undefined when there is none that is good for a call. It saves time, no more. */
  peekToken?(): string | undefined;
  /**
   * Tells that the API refused this token. It is dropped, unless it has been replaced already.
   *
   * @param options.willReplay the call is going to be sent again with another; told to listeners, default false
   */
  reject(accessToken: string, options?: { willReplay?: boolean }): void;
  /** Calls the listener with each event until the function it gives back is called. What it throws is ignored. */
  on(listener: TokenEventListener): () => void;
  /** Drops the token and ends an exchange that is under way; every later `getToken` rejects with the code `closed`. */
  close(): void;
}

/** A token with the instants at which its standing changes, by the steady clock. */
interface Held extends RenewalTimes {
  readonly accessToken: string;
}

/** A renewal that is under way. */
interface Flight {
  readonly arrival: Promise<Held>;
  readonly span: RenewalSpan | undefined;
  /** How many calls wait for it. */
  waiting: number;
  /** Ends its pause, where it is in one. */
  wake: () => void;
  /** It has ended or given up, and nobody joins it any more. */
  isOver: boolean;
}

/** What a failed renewal leaves behind. The instants are by the steady clock. */
interface Cooling {
  readonly behindUntil: number;
  readonly waitsUntil: number;
  readonly refusesUntil: number;
  readonly error: QBenchAuthError;
}

/**
 * Makes a source of access tokens. Its states, and what a call meets in each:
 *
 *     fresh          the token is handed out
 *     soft window    the token is handed out, and one renewal starts behind it
 *     hard window    callers wait for a renewal: the token could expire on its way. As with none, expired or rejected
 *     renewing       no second renewal starts; it belongs to none of its callers, and all who wait get what it brings
 *     cooling down   a renewal has failed. None starts behind the callers' backs for a while; who has to wait tries at
 *                    once, or when the server has asked for, unless the answer would be the same (a refusal)
 *
 * There are no timers but those of a renewal, so an idle source keeps no process alive.
 *
 * @throws {QBenchAuthError} `invalid_option` at once, for settings that cannot be right
 */
export function createTokenSource(options: AuthOptions): TokenSource {
  const settings = readAuthOptions(options);
  const { assertions, origin, tracing, waitUntil } = settings;
  const now = steadyClock(settings.clock);
  const closing = new AbortController();
  const { emit, on } = createEmitter();
  const renewal = createRenewal(settings, closing.signal, emit);

  let held: Held | undefined;
  /** The last. */
  let flight: Flight | undefined;
  let cooling: Cooling | undefined;
  let refusedToken: string | undefined;

  function plan({ accessToken, expiresAt, issuedAt }: TokenSet): Held {
    const leftMs = expiresAt - renewal.now();
    const lifeMs = issuedAt === undefined ? leftMs : expiresAt - issuedAt;
    // Never more than its life: the clock may have been set back since it was issued.
    return { accessToken, ...planRenewal(now() + Math.min(leftMs, lifeMs), lifeMs, Math.random()) };
  }

  function accepts(tokens: TokenSet, launched: Flight): boolean {
    if (tokens.accessToken === refusedToken || tokens.accessToken === held?.accessToken) return false;
    const { renewFrom, usableUntil } = plan(tokens);
    return now() < (launched.waiting > 0 ? usableUntil : renewFrom);
  }

  function launch(): Flight {
    const launched: Flight = { arrival: fly(), span: tracing?.start(), waiting: 0, wake: () => {}, isOver: false };
    flight = launched;
    return launched;

    async function fly(): Promise<Held> {
      // The flight has to be known before anyone hears of it.
      await null;
      try {
        const tokens = await renewal.renew({
          accepts: tokens => accepts(tokens, launched),
          rejectedToken: refusedToken,
          isWaitedFor: () => isWaitedFor(launched),
          standBack: () => standBack(launched),
          pause: ms => pause(launched, ms),
        });
        closing.signal.throwIfAborted();
        held = plan(tokens);
        cooling = undefined;
        launched.span?.end();
        return held;
      } catch (error) {
        if (error instanceof QBenchAuthError) {
          launched.span?.end(error);
          // If another has begun meanwhile, what it brings counts.
          if (flight === launched && !closing.signal.aborted && error !== cooling?.error) coolDown(error);
        }
        throw error;
      } finally {
        launched.isOver = true;
      }
    }
  }

  const underWay = (): Flight | undefined => (flight?.isOver ? undefined : flight);

  // One that nobody waits for gives up here. It may end only later, and who comes meanwhile must not get its failure.
  function isWaitedFor(launched: Flight): boolean {
    if (launched.waiting === 0) launched.isOver = true;
    return launched.waiting > 0;
  }

  function pause(launched: Flight, ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      launched.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @throws what has brought the pause about, when nobody waits for its end */
  async function standBack(launched: Flight): Promise<void> {
    if (!cooling) return;
    const { waitsUntil, error } = cooling;
    const restMs = waitsUntil - now();
    if (restMs <= 0) return;
    await pause(launched, restMs);
    closing.signal.throwIfAborted();
    if (!isWaitedFor(launched)) throw error;
  }

  function coolDown(error: QBenchAuthError): void {
    const { backgroundMs, waitMs, failFastMs } = coolDownAfter(error);
    const time = now();
    cooling = { behindUntil: time + backgroundMs, waitsUntil: time + waitMs, refusesUntil: time + failFastMs, error };
    emit({ type: "renewal-backoff", backgroundMs, waitMs, failFastMs, error });
  }

  function renewBehind(): void {
    if (underWay() || (cooling && now() < cooling.behindUntil)) return;
    const settled = launch().arrival.then(
      () => {},
      () => {},
    );
    waitUntil?.(settled);
  }

  async function waitForRenewal(signal: AbortSignal | undefined): Promise<Held> {
    underWay()?.span?.join();
    const joined = underWay() ?? launch();
    joined.waiting += 1;
    try {
      return await abortable(joined.arrival, signal);
    } finally {
      joined.waiting -= 1;
      if (joined.waiting === 0) joined.wake();
    }
  }

  function peekToken(): string | undefined {
    if (!held) return undefined;
    const time = now();
    if (time >= held.usableUntil) return undefined;
    const { accessToken } = held;
    if (time >= held.renewFrom) renewBehind();
    return accessToken;
  }

  return {
    origin,
    on,
    peekToken,
    async getToken({ signal } = {}) {
      closing.signal.throwIfAborted();
      signal?.throwIfAborted();
      const atHand = peekToken();
      if (atHand !== undefined) return atHand;
      if (cooling && now() < cooling.refusesUntil) {
        const { error } = cooling;
        if (!(await abortable(assertions.hasNewSecret?.() ?? Promise.resolve(false), signal))) throw error;
        if (cooling?.error === error) cooling = undefined;
      }
      return peekToken() ?? (await waitForRenewal(signal)).accessToken;
    },
    reject(accessToken, { willReplay = false } = {}) {
      // Only the token that is held now: of a hundred calls refused with one token, the first asks for the next one.
      const isCurrent = held?.accessToken === accessToken;
      if (isCurrent) {
        held = undefined;
        refusedToken = accessToken;
      }
      emit({ type: "token-rejected", isCurrent, willReplay });
    },
    close() {
      held = undefined;
      closing.abort(new QBenchAuthError("closed", "the token source is closed"));
      flight?.wake();
    },
  };
}
