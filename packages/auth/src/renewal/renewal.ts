import { QBenchAuthError } from "../errors/auth-error.js";
import type { Grant, TokenEventListener } from "../events.js";
import { type ExchangeOutcome, exchange } from "../exchange/exchange.js";
import { isRefreshable } from "../exchange/refresh-pair.js";
import { buildRefreshRequest, buildTokenRequest } from "../exchange/token-request.js";
import type { AuthSettings } from "../options/auth-options.js";
import type { TokenSet } from "../store/token-set.js";
import { pauseBeforeRetry } from "./retry-timing.js";
import { createServerClock } from "./server-clock.js";
import { accessStore } from "./store-access.js";
import type { WaitingCallers } from "./waiting-callers.js";

/** What one renewal depends on. */
interface RenewalTask {
  /** Returns whether a record of the store is good enough, so that no exchange is needed. */
  accepts(tokens: TokenSet): boolean;
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
 * @param isRejected returns whether the API rejected this access token
 * @param closing aborts when the token source is closed, and ends every renewal
 */
export function createRenewal(
  settings: AuthSettings,
  steadyNow: () => number,
  isRejected: (accessToken: string) => boolean,
  closing: AbortSignal,
  emit: TokenEventListener,
): Renewal {
  const { assertions, clock, browserKeepsCookies, renewal } = settings;
  const store = accessStore(settings, steadyNow, closing, emit);
  const serverClock = createServerClock(clock, emit);
  const { now } = serverClock;
  /** The token of the last renewal, if the store had it. */
  let lastStored: string | undefined;
  /** How many tokens of the store the API rejected, one after the other. */
  let rejectedInARow = 0;

  async function renew(task: RenewalTask): Promise<TokenSet> {
    const { callers } = task;
    judgeStore();
    const stored = await store.get();
    if (takes(stored, task)) return stored;
    await waitForBackoff(task);
    const locked = await store.lock(async () => {
      // The previous holder of the lock may have renewed.
      const latest = await store.get();
      return takes(latest, task) ? latest : replace(latest, task);
    });
    if (locked) return locked.value;
    callers.abandonIfUnwanted();
    if (callers.abandoned.aborted) throw new QBenchAuthError("store_unavailable", "store: the lock could not be taken");
    return replace(undefined, task);
  }

  /**
   * Bypasses a store whose tokens the API rejects, such as those of another tenant. One rejection is usual: the server
   * may have revoked the token that all processes share. The next token of the store then works.
   */
  function judgeStore(): void {
    rejectedInARow = lastStored !== undefined && isRejected(lastStored) ? rejectedInARow + 1 : 0;
    lastStored = undefined;
    if (rejectedInARow > 1) store.bypass("store: the API rejected two of its tokens in a row");
  }

  /** Returns whether the renewal ends with this record of the store. */
  function takes(stored: TokenSet | undefined, { accepts }: RenewalTask): stored is TokenSet {
    if (!stored || !accepts(stored)) return false;
    lastStored = stored.accessToken;
    return true;
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
      if (takes(newer, task)) return newer;
    } else if (stored && isRejected(stored.accessToken)) {
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

  async function exchangeAssertion(task: RenewalTask): Promise<TokenSet> {
    const { callers } = task;
    let isCorrected = false;
    for (let attempt = 1; ; attempt += 1) {
      // Each attempt signs a new assertion, because the previous one may have arrived.
      const outcome = await send("jwt-bearer", attempt, async (sentAt, signal) =>
        buildTokenRequest(settings, await assertions.next(sentAt), signal),
      );
      if ("tokens" in outcome) {
        serverClock.confirm();
        return outcome.tokens;
      }
      const { error, clockOffsetMs } = outcome;
      // The server rejected the assertion, which can have a wrong time.
      if (error.status === 400 || error.status === 401) {
        if (assertions.areDatedHere && clockOffsetMs !== undefined && !isCorrected) {
          isCorrected = true;
          serverClock.correct(clockOffsetMs);
          // By the wrong clock, the record of another process may have looked expired.
          const stored = await store.get();
          if (takes(stored, task)) return stored;
          continue;
        }
        serverClock.revert();
      }
      callers.abandonIfUnwanted();
      const pauseMs = pauseBeforeRetry(error, attempt, Math.random());
      if (callers.abandoned.aborted || pauseMs === undefined) throw error;
      await pause(pauseMs, callers, error);
    }
  }

  async function send(
    grant: Grant,
    attempt: number,
    build: (sentAt: number, signal: AbortSignal) => Promise<Request>,
  ): Promise<ExchangeOutcome> {
    const startedAt = clock.now();
    emit({ type: "exchange-started", grant, attempt });
    const outcome = await exchange(settings, build, now, isRejected, closing);
    const durationMs = clock.now() - startedAt;
    if ("tokens" in outcome) {
      const { issuedAt = startedAt, expiresAt } = outcome.tokens;
      const lifetimeMs = expiresAt - issuedAt;
      emit({ type: "exchange-succeeded", grant, attempt, durationMs, lifetimeMs });
      if (outcome.isLifetimeAssumed) emit({ type: "lifetime-assumed", lifetimeMs });
    } else {
      emit({ type: "exchange-failed", grant, attempt, durationMs, error: outcome.error });
    }
    return outcome;
  }

  return { renew, now };
}
