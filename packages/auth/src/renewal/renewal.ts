import { QBenchAuthError } from "../errors/auth-error.js";
import type { Grant, TokenEventListener } from "../events.js";
import { type ExchangeOutcome, exchange } from "../exchange/exchange.js";
import { isRefreshable } from "../exchange/refresh-pair.js";
import { buildRefreshRequest, buildTokenRequest } from "../exchange/token-request.js";
import type { AuthSettings } from "../options/auth-options.js";
import type { TokenSet } from "../store/token-set.js";
import { pauseBeforeRetry } from "./retry-timing.js";
import { accessStore } from "./store-access.js";
import type { WaitingCallers } from "./waiting-callers.js";

/** What one renewal depends on. */
interface RenewalTask {
  /** Returns whether a record of the store is good enough, so that no exchange is needed. */
  accepts(tokens: TokenSet): boolean;
  /** The access token that the API rejected last. */
  readonly rejectedToken: string | undefined;
  /** The pause that the server asked for when the last renewal failed. */
  readonly backoff: RequestedPause | undefined;
  readonly callers: WaitingCallers;
}

export interface RequestedPause {
  /** When the pause ends, by the steady clock. */
  readonly notBefore: number;
  /** The error of the renewal that failed. */
  readonly error: QBenchAuthError;
}

export interface Renewal {
  /** @throws {QBenchAuthError} */
  renew(task: RenewalTask): Promise<TokenSet>;
  /** Returns the time in epoch milliseconds, by the server's clock as far as it is known. */
  now(): number;
}

/**
 * Gets the next token set: from the store if another process renewed already, else by one exchange under the store's
 * lock.
 *
 * A refresh token works once, and after any failure its state is unknown. So its record leaves the store before it is
 * sent. A crash at that point leaves nothing that another process would send again, and after a failure an assertion
 * follows (docs/token-lifecycle.md §5).
 *
 * @param steadyNow the clock of `RequestedPause.notBefore`
 * @param closing aborts when the token source is closed, and ends every renewal
 */
export function createRenewal(
  settings: AuthSettings,
  steadyNow: () => number,
  closing: AbortSignal,
  emit: TokenEventListener,
): Renewal {
  const { assertions, clock, browserKeepsCookies, renewal, timeoutMs } = settings;
  const store = accessStore(settings.store, settings.storeKey, timeoutMs, closing, emit);
  let clockOffsetMs = 0;
  const now = () => clock.now() + clockOffsetMs;

  async function renew(task: RenewalTask): Promise<TokenSet> {
    const { accepts, callers } = task;
    const stored = await store.get();
    if (stored && accepts(stored)) return stored;
    await waitForBackoff(task);
    const locked = await store.lock(async () => {
      // The previous holder of the lock may have renewed.
      const latest = await store.get();
      return latest && accepts(latest) ? latest : replace(latest, task);
    });
    if (locked) return locked.value;
    callers.abandonIfUnwanted();
    if (callers.abandoned.aborted) throw new QBenchAuthError("store_unavailable", "store: the lock could not be taken");
    return replace(undefined, task);
  }

  async function waitForBackoff({ backoff, callers }: RenewalTask): Promise<void> {
    if (!backoff) return;
    const remainingMs = backoff.notBefore - steadyNow();
    if (remainingMs > 0) await pause(remainingMs, callers, backoff.error);
  }

  /** @throws the error if no caller waits until the end of the pause */
  async function pause(ms: number, callers: WaitingCallers, error: QBenchAuthError): Promise<void> {
    await callers.pause(ms, closing);
    closing.throwIfAborted();
    if (callers.abandoned.aborted) throw error;
  }

  async function replace(stored: TokenSet | undefined, task: RenewalTask): Promise<TokenSet> {
    if (stored && renewal === "refresh-token" && isRefreshable(stored, now(), browserKeepsCookies)) {
      const refreshed = (await store.remove(stored.accessToken)) ? await refresh(stored) : undefined;
      if (refreshed) return save(refreshed);
      // Without a lock, another process can have been faster. Its token is as good.
      const newer = await store.get();
      if (newer && task.accepts(newer)) return newer;
    } else if (stored && stored.accessToken === task.rejectedToken) {
      await store.remove(stored.accessToken);
    }
    return save(await exchangeAssertion(task));
  }

  async function save(tokens: TokenSet): Promise<TokenSet> {
    await store.set(tokens);
    return tokens;
  }

  async function refresh(tokens: TokenSet): Promise<TokenSet | undefined> {
    const outcome = await send("refresh_token", 1, async (_, signal) => buildRefreshRequest(settings, tokens, signal));
    return "tokens" in outcome ? outcome.tokens : undefined;
  }

  async function exchangeAssertion({ accepts, callers }: RenewalTask): Promise<TokenSet> {
    let isCorrected = false;
    for (let attempt = 1; ; attempt += 1) {
      // Each attempt signs a new assertion, because the previous one may have arrived.
      const outcome = await send("jwt-bearer", attempt, async (sentAt, signal) =>
        buildTokenRequest(settings, await assertions.next(sentAt), signal),
      );
      if ("tokens" in outcome) return outcome.tokens;
      if (assertions.areDatedHere && outcome.clockOffsetMs !== undefined && !isCorrected) {
        isCorrected = true;
        clockOffsetMs += outcome.clockOffsetMs;
        emit({ type: "clock-corrected", offsetMs: clockOffsetMs });
        // By the wrong clock, the record of another process may have looked expired.
        const stored = await store.get();
        if (stored && accepts(stored)) return stored;
        continue;
      }
      callers.abandonIfUnwanted();
      const pauseMs = pauseBeforeRetry(outcome.error, attempt, Math.random());
      if (callers.abandoned.aborted || pauseMs === undefined) throw outcome.error;
      await pause(pauseMs, callers, outcome.error);
    }
  }

  async function send(
    grant: Grant,
    attempt: number,
    build: (sentAt: number, signal: AbortSignal) => Promise<Request>,
  ): Promise<ExchangeOutcome> {
    const startedAt = clock.now();
    emit({ type: "exchange-started", grant, attempt });
    const outcome = await exchange(settings, build, now, closing);
    const durationMs = clock.now() - startedAt;
    if ("tokens" in outcome) {
      const { issuedAt = startedAt, expiresAt } = outcome.tokens;
      emit({ type: "exchange-succeeded", grant, attempt, durationMs, lifetimeMs: expiresAt - issuedAt });
    } else {
      emit({ type: "exchange-failed", grant, attempt, durationMs, error: outcome.error });
    }
    return outcome;
  }

  return { renew, now };
}
