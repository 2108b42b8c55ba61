import type { RecordId } from "../records/store.js";

/**
 * Settings for the processing of worksheets that were written. Until both limits are reached, `worksheet_processed` is
 * false.
 */
export interface ProcessingOptions {
  /** The number of reads of the worksheet that still find it unprocessed. Default: 1. */
  pendingReads: number;
  /** The shortest time for which the worksheet is unprocessed, in milliseconds of the server's clock. Default: 0. */
  pendingMs: number;
  /**
   * The values that reads have until a worksheet was processed, and after it failed: those from before, or those that were
   * sent. Default: `previous`.
   */
  unprocessedValues: "previous" | "sent";
  /**
   * Makes the processing fail with this message. A function returns the message for a test and the cells that were sent
   * for it, or undefined. Default: it succeeds.
   */
  error?: string | ((testId: RecordId, cells: Readonly<Record<string, unknown>>) => string | undefined);
}

interface PendingWrite {
  cells: Record<string, unknown>;
  reads: number;
  readyAt: number;
}

/** Processes worksheets, which takes some time (docs/qbench-api.md §9). */
export interface Processing {
  /** Starts to process cells of a test. A worksheet that is still being processed starts anew, with all of its cells. */
  start(id: RecordId, cells: Readonly<Record<string, unknown>>, now: number): void;
  /** Completes the worksheets that are due. If the test that is read is still pending, this counts as one read of it. */
  advance(now: number, read?: RecordId): void;
  /** Returns the state of a test's worksheet, as the fields of a response. */
  fieldsOf(id: RecordId): Record<string, unknown>;
}

/** @param store keeps cells of a test. */
export function createProcessing(
  { pendingReads, pendingMs, unprocessedValues, error }: ProcessingOptions,
  store: (id: RecordId, cells: Readonly<Record<string, unknown>>, now: number) => void,
): Processing {
  const pending = new Map<RecordId, PendingWrite>();
  const failures = new Map<RecordId, string>();
  return {
    start(id, cells, now) {
      failures.delete(id);
      if (unprocessedValues === "sent") store(id, cells, now);
      pending.set(id, { cells: { ...pending.get(id)?.cells, ...cells }, reads: 0, readyAt: now + pendingMs });
    },
    advance(now, read) {
      for (const [id, write] of pending) {
        if (write.reads >= pendingReads && now >= write.readyAt) {
          pending.delete(id);
          const message = typeof error === "function" ? error(id, write.cells) : error;
          if (message !== undefined) failures.set(id, message);
          else if (unprocessedValues === "previous") store(id, write.cells, now);
        } else if (id === read) write.reads++;
      }
    },
    fieldsOf(id) {
      const message = failures.get(id);
      return {
        worksheet_processed: !pending.has(id),
        worksheet_processed_error: message !== undefined,
        worksheet_processed_error_msg: message ?? null,
      };
    },
  };
}
