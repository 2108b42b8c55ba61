import type { Entity } from "../model/entity.js";
import type { StoredRecord } from "../records/store.js";

/**
 * Settings for the rendering of new reports and print documents. A record is `PENDING` until both limits are reached.
 *
 * @example
 * ```ts
 * const rendering = { pendingReads: 2, error: "The template has no body" };
 * const emulator = createEmulator({ rendering });
 * ```
 */
export interface RenderingOptions {
  /** The number of reads of the record that still find it `PENDING`. Default: 1. */
  pendingReads: number;
  /** The shortest time for which the record is `PENDING`, in milliseconds of the server's clock. Default: 0. */
  pendingMs: number;
  /** Makes rendering fail with this message. Default: rendering succeeds. */
  error?: string;
}

/** Renders reports and print documents, which takes some time (docs/qbench-api.md §8). */
export interface Rendering {
  start(entity: Entity, record: StoredRecord, now: number): void;
  /** Completes the records that are due. If `read` is still pending, this counts as one read of it. */
  advance(now: number, read?: StoredRecord): void;
}

export function createRendering({ pendingReads, pendingMs, error }: RenderingOptions): Rendering {
  const pending = new Map<StoredRecord, { entity: Entity; reads: number; readyAt: number }>();
  return {
    start(entity, record, now) {
      if (record.render_status === "PENDING") pending.set(record, { entity, reads: 0, readyAt: now + pendingMs });
    },
    advance(now, read) {
      for (const [record, state] of pending) {
        if (state.reads >= pendingReads && now >= state.readyAt) {
          pending.delete(record);
          record.render_status = error === undefined ? "SUCCESSFUL" : "FAILED";
          for (const name of ["render_error", "render_error_message"]) {
            if (error !== undefined && state.entity.fields.has(name)) record[name] = error;
          }
        } else if (record === read) state.reads++;
      }
    },
  };
}
