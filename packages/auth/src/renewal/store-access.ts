import { withTimeLimit } from "../async/time-limit.js";
import { QBenchAuthError } from "../errors/auth-error.js";
import { errorReason } from "../errors/error-reason.js";
import type { TokenEvent, TokenEventListener } from "../events.js";
import type { TokenSet } from "../store/token-set.js";
import { isTokenSet } from "../store/token-set.js";
import type { TokenStore } from "../store/token-store.js";

/** How long a store may take to read or write a record: callers may be waiting for a token meanwhile. */
const OPERATION_LIMIT_MS = 2_000;

type Operation = Extract<TokenEvent, { type: "store-failed" }>["operation"];

/** One identity's record. Nothing here fails but by closing: what the store throws becomes an event. */
export interface StoreAccess {
  get(): Promise<TokenSet | undefined>;
  set(tokens: TokenSet): Promise<void>;
  /** Takes the record out of the store; true when it was this call that did, so that nobody else has it. */
  take(accessToken: string): Promise<boolean>;
  /** Runs it under the identity's lock, where the store has locks; undefined when the lock could not be had. */
  lock<T>(run: () => Promise<T>): Promise<{ value: T } | undefined>;
}

export function accessStore(
  store: TokenStore,
  key: string,
  lockLimitMs: number,
  closing: AbortSignal,
  emit: TokenEventListener,
): StoreAccess {
  const tooLate = () => new QBenchAuthError("timeout", "store: it took too long");

  function failed(operation: Operation, error: unknown): void {
    closing.throwIfAborted();
    emit({ type: "store-failed", operation, reason: errorReason(error) });
  }

  async function attempt<T>(operation: Operation, run: () => Promise<T>): Promise<{ value: T } | undefined> {
    try {
      return { value: await withTimeLimit(OPERATION_LIMIT_MS, tooLate, closing, async () => run()) };
    } catch (error) {
      failed(operation, error);
      return undefined;
    }
  }

  return {
    async get() {
      const tokens = (await attempt("get", () => store.get(key)))?.value;
      return isTokenSet(tokens) ? tokens : undefined;
    },
    async set(tokens) {
      await attempt("set", () => store.set(key, tokens));
    },
    async take(accessToken) {
      const taken = await attempt("delete", () => store.delete(key, accessToken));
      // A store written without types may not tell; only its word that the record was gone already counts against us.
      return taken !== undefined && taken.value !== false;
    },
    async lock(run) {
      if (!store.lock) return { value: await run() };
      let running: ReturnType<typeof run> | undefined;
      try {
        await withTimeLimit(lockLimitMs, tooLate, closing, async (signal, lift) =>
          store.lock?.(
            key,
            async () => {
              // Too late: nobody waits for it any more.
              signal.throwIfAborted();
              // The limit is for the wait; an exchange has its own.
              lift();
              running = run();
              await running.catch(() => {});
            },
            { signal },
          ),
        );
      } catch (error) {
        failed("lock", error);
      }
      return running && { value: await running };
    },
  };
}
