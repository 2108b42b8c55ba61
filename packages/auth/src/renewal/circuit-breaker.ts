import type { TokenEventListener } from "../events.js";

/** How long a store is bypassed before it is tried again, in milliseconds. */
const BYPASS_MS = 30_000;

/** Keeps callers from waiting for a store that does not work. It is open while the store is bypassed. */
export interface CircuitBreaker {
  isOpen(): boolean;
  /** Bypasses the store for a while, because of this operation. */
  open(operation: string): void;
  /**
   * Reports that an operation succeeded. If it is the one that opened the circuit, the store works again. Others do not
   * show that: a Redis without free memory still reads records.
   */
  onSuccess(operation: string): void;
}

/** @param now any clock, in milliseconds */
export function createCircuitBreaker(now: () => number, emit: TokenEventListener): CircuitBreaker {
  let opened: { readonly by: string; readonly until: number } | undefined;
  return {
    isOpen: () => opened !== undefined && now() < opened.until,
    open(operation) {
      opened = { by: operation, until: now() + BYPASS_MS };
      emit({ type: "store-bypassed", durationMs: BYPASS_MS });
    },
    onSuccess(operation) {
      if (operation !== opened?.by) return;
      opened = undefined;
      emit({ type: "store-restored" });
    },
  };
}
