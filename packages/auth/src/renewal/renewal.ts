import { QBenchAuthError } from "../errors/auth-error.js";
import type { Grant, TokenEventListener } from "../events.js";
import { type ExchangeOutcome, exchange } from "../exchange/exchange.js";
import { isRefreshable } from "../exchange/refresh-pair.js";
import { buildRefreshRequest, buildTokenRequest } from "../exchange/token-request.js";
import type { AuthSettings } from "../options/auth-options.js";
import type { TokenSet } from "../store/token-set.js";
import { pauseBeforeRetry } from "./retry-timing.js";
import { accessStore } from "./store-access.js";

/** One renewal, as the token source wants it. */
interface RenewalTask {
  /** Is this record of the store good enough, or has it to be replaced? */
  accepts(tokens: TokenSet): boolean;
  /** The access token that the API refused last. */
  readonly rejectedToken: string | undefined;
  /** If not, the renewal gives up; whoever comes then starts another. */
  isWaitedFor(): boolean;
  /** Waits as long as the server has asked for after the last renewal, if it has. */
  standBack(): Promise<void>;
  /** Waits so long, or until nobody waits for the renewal any more. */
  pause(ms: number): Promise<void>;
}

export interface Renewal {
  /** @throws {QBenchAuthError} */
  renew(task: RenewalTask): Promise<TokenSet>;
  /** The time by the server's clock, as far as it is known, in epoch milliseconds. */
  now(): number;
}

/**
 * Gets the next token set: from the store when another process has been there already, else by one exchange under the
 * store's lock.
 *
 * A refresh token works once and what became of it is unknown after any failure. So its record is taken out of the store
 * before it is sent: whoever crashes then leaves nothing behind that another process would send again, and whoever fails
 * goes on with an assertion.
 */
export function createRenewal(settings: AuthSettings, closing: AbortSignal, emit: TokenEventListener): Renewal {
  const { assertions, clock, cookiesAreKept, renewal, timeoutMs } = settings;
  const store = accessStore(settings.store, settings.storeKey, timeoutMs, closing, emit);
  let clockOffsetMs = 0;
  const now = () => clock.now() + clockOffsetMs;

  async function renew(task: RenewalTask): Promise<TokenSet> {
    const stored = await store.get();
    if (stored && task.accepts(stored)) return stored;
    await task.standBack();
    const locked = await store.lock(async () => {
      // Whoever had the lock before us may have done it.
      const current = await store.get();
      return current && task.accepts(current) ? current : replace(current, task);
    });
    if (locked) return locked.value;
    if (task.isWaitedFor()) return replace(undefined, task);
    throw new QBenchAuthError("store_unavailable", "store: its lock could not be had");
  }

  async function replace(stored: TokenSet | undefined, task: RenewalTask): Promise<TokenSet> {
    if (stored && renewal === "refresh-token" && isRefreshable(stored, now(), cookiesAreKept)) {
      const refreshed = (await store.take(stored.accessToken)) ? await refresh(stored) : undefined;
      if (refreshed) return keep(refreshed);
      // Without a lock another process can have been faster: what it got is as good.
      const newer = await store.get();
      if (newer && task.accepts(newer)) return newer;
    } else if (stored && stored.accessToken === task.rejectedToken) {
      await store.take(stored.accessToken);
    }
    return keep(await assert(task));
  }

  async function keep(tokens: TokenSet): Promise<TokenSet> {
    await store.set(tokens);
    return tokens;
  }

  async function refresh(tokens: TokenSet): Promise<TokenSet | undefined> {
    const outcome = await send("refresh_token", 1, async (_, signal) => buildRefreshRequest(settings, tokens, signal));
    return "tokens" in outcome ? outcome.tokens : undefined;
  }

  async function assert(task: RenewalTask): Promise<TokenSet> {
    let isCorrected = false;
    for (let attempt = 1; ; attempt += 1) {
      // Signed anew for each attempt: the one before may have arrived.
      const outcome = await send("jwt-bearer", attempt, async (sentAt, signal) =>
        buildTokenRequest(settings, await assertions.next(sentAt), signal),
      );
      if ("tokens" in outcome) return outcome.tokens;
      if (assertions.datedByUs && outcome.clockOffsetMs !== undefined && !isCorrected) {
        isCorrected = true;
        clockOffsetMs += outcome.clockOffsetMs;
        emit({ type: "clock-corrected", offsetMs: clockOffsetMs });
        // By the wrong clock the record of another process may have looked expired.
        const current = await store.get();
        if (current && task.accepts(current)) return current;
        continue;
      }
      const pauseMs = pauseBeforeRetry(outcome.error, attempt, Math.random());
      if (!task.isWaitedFor() || pauseMs === undefined) throw outcome.error;
      await task.pause(pauseMs);
      closing.throwIfAborted();
      if (!task.isWaitedFor()) throw outcome.error;
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
