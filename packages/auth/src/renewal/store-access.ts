import { withDeadline } from "../async/deadline.js";
import { QBenchAuthError } from "../errors/auth-error.js";
import { errorReason } from "../errors/error-reason.js";
import { QBenchError } from "../errors/qbench-error.js";
import type { TokenEvent, TokenEventListener } from "../events.js";
import type { AuthSettings } from "../options/auth-options.js";
import type { TokenSet } from "../store/token-set.js";
import { isTokenSet } from "../store/token-set.js";
import { createCircuitBreaker } from "./circuit-breaker.js";

/** The time limit for reading or writing a record, because callers can be waiting meanwhile. */
const OPERATION_LIMIT_MS = 2_000;
/**
 * A failure that took this long opens the circuit. Fast failures do not: they cost callers no time, and the next
 * operation may succeed.
 */
const SLOW_FAILURE_MS = 100;

type Operation = Extract<TokenEvent, { type: "store-failed" }>["operation"];

/**
 * Accesses the record of one identity. Errors of the store become events: only closing the token source throws. While
 * the circuit is open, operations fail immediately, without an event.
 */
export interface StoreAccess {
  get(): Promise<TokenSet | undefined>;
  set(tokens: TokenSet): Promise<void>;
  /** Removes the record. Returns true if this call removed it, so that no other process can use it. */
  remove(accessToken: string): Promise<boolean>;
  /** Runs work under the identity's lock, if the store has locks. Returns undefined if the lock could not be taken. */
  lock<T>(run: () => Promise<T>): Promise<{ value: T } | undefined>;
  /** Opens the circuit, because the records that `get` returned are of no use. */
  bypass(reason: string): void;
}

/** @param now any clock, in milliseconds */
export function accessStore(
  { store, storeKey: key, timeoutMs }: AuthSettings,
  now: () => number,
  closing: AbortSignal,
  emit: TokenEventListener,
): StoreAccess {
  const circuit = createCircuitBreaker(now, emit);
  const timeout = new QBenchAuthError("timeout", "store: the operation took too long");
  const foreignRecord = new QBenchAuthError("store_unavailable", "store: the record is not a token set");
  let hasWritten = false;

  async function attempt<T>(
    operation: Operation,
    limitMs: number,
    run: (signal: AbortSignal, restart: (limitMs: number) => void) => Promise<T>,
  ): Promise<{ value: T } | undefined> {
    if (circuit.isOpen()) return undefined;
    let startedAt = now();
    try {
      const value = await withDeadline(closing, async (signal, setLimit) => {
        const restart = (limitMs: number) => {
          startedAt = now();
          setLimit(limitMs, () => timeout);
        };
        restart(limitMs);
        return run(signal, restart);
      });
      circuit.onSuccess(operation);
      return { value };
    } catch (error) {
      closing.throwIfAborted();
      // Messages of these packages hold no secret.
      reportFailure(operation, error instanceof QBenchError ? error.message : errorReason(error));
      // A foreign record is overwritten once. If one comes back, another program owns this key.
      const isForeignAgain = error === foreignRecord && hasWritten;
      const isSlow = error === timeout || now() - startedAt >= SLOW_FAILURE_MS;
      if (isForeignAgain || isSlow) {
        circuit.open(operation);
        // Nothing is written meanwhile. So the next foreign record is overwritten, as it can be damage of long ago.
        hasWritten = false;
      }
      return undefined;
    }
  }

  const reportFailure = (operation: Operation, reason: string) => emit({ type: "store-failed", operation, reason });

  return {
    async get() {
      const read = await attempt("get", OPERATION_LIMIT_MS, async () => {
        const record: unknown = await store.get(key);
        if (isTokenSet(record)) return record;
        if (record === undefined || record === null) return undefined;
        throw foreignRecord;
      });
      return read?.value;
    },
    async set(tokens) {
      if (await attempt("set", OPERATION_LIMIT_MS, () => store.set(key, tokens))) hasWritten = true;
    },
    async remove(accessToken) {
      const removed = await attempt("delete", OPERATION_LIMIT_MS, () => store.delete(key, accessToken));
      // A store that was written without types may return nothing. Only `false` means that the record was missing
      // already.
      return removed !== undefined && removed.value !== false;
    },
    async lock(run) {
      if (!store.lock) return { value: await run() };
      let running: ReturnType<typeof run> | undefined;
      await attempt("lock", timeoutMs, async (signal, restart) => {
        const work = async () => {
          // The time limit is over, and the renewal went on without the lock.
          signal.throwIfAborted();
          // Each exchange has its own time limit, so only the store's part is limited here.
          restart(Number.POSITIVE_INFINITY);
          running = run();
          await running.catch(() => {});
          restart(OPERATION_LIMIT_MS);
        };
        await store.lock?.(key, work, { signal });
      });
      return running && { value: await running };
    },
    bypass(reason) {
      reportFailure("get", reason);
      circuit.open("get");
    },
  };
}
