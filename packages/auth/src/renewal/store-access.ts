import { withDeadline } from "../async/deadline.js";
import { QBenchAuthError } from "../errors/auth-error.js";
import { errorReason } from "../errors/error-reason.js";
import type { TokenEvent, TokenEventListener } from "../events.js";
import type { TokenSet } from "../store/token-set.js";
import { isTokenSet } from "../store/token-set.js";
import type { TokenStore } from "../store/token-store.js";

/** The time limit for reading or writing a record, because callers can be waiting meanwhile. */
const OPERATION_LIMIT_MS = 2_000;

type Operation = Extract<TokenEvent, { type: "store-failed" }>["operation"];

/** Accesses the record of one identity. Errors of the store become events: only closing the token source throws. */
export interface StoreAccess {
  get(): Promise<TokenSet | undefined>;
  set(tokens: TokenSet): Promise<void>;
  /** Removes the record. Returns true if this call removed it, so that no other process can use it. */
  remove(accessToken: string): Promise<boolean>;
  /** Runs work under the identity's lock, if the store has locks. Returns undefined if the lock could not be taken. */
  lock<T>(run: () => Promise<T>): Promise<{ value: T } | undefined>;
}

export function accessStore(
  store: TokenStore,
  key: string,
  lockLimitMs: number,
  closing: AbortSignal,
  emit: TokenEventListener,
): StoreAccess {
  const timeoutError = () => new QBenchAuthError("timeout", "store: the operation took too long");

  function reportFailure(operation: Operation, error: unknown): void {
    closing.throwIfAborted();
    emit({ type: "store-failed", operation, reason: errorReason(error) });
  }

  async function attempt<T>(operation: Operation, run: () => Promise<T>): Promise<{ value: T } | undefined> {
    try {
      const value = await withDeadline(closing, async (_signal, setLimit) => {
        setLimit(OPERATION_LIMIT_MS, timeoutError);
        return run();
      });
      return { value };
    } catch (error) {
      reportFailure(operation, error);
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
    async remove(accessToken) {
      const removed = await attempt("delete", () => store.delete(key, accessToken));
      // A store that was written without types may return nothing. Only `false` means that the record was missing
      // already.
      return removed !== undefined && removed.value !== false;
    },
    async lock(run) {
      if (!store.lock) return { value: await run() };
      let running: ReturnType<typeof run> | undefined;
      try {
        await withDeadline(closing, async (signal, setLimit) => {
          setLimit(lockLimitMs, timeoutError);
          const work = async () => {
            // The time limit is over, and the renewal went on without the lock.
            signal.throwIfAborted();
            // Only waiting for the lock is limited here. Each exchange has its own time limit.
            setLimit(Number.POSITIVE_INFINITY, timeoutError);
            running = run();
            await running.catch(() => {});
          };
          await store.lock?.(key, work, { signal });
        });
      } catch (error) {
        reportFailure("lock", error);
      }
      return running && { value: await running };
    },
  };
}
