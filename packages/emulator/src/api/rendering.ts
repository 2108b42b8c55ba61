import type { Entity } from "../model/entity.js";
import type { RecordId, Store, StoredRecord } from "../records/store.js";
import { completeRecord } from "../rules/complete-record.js";

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
  /** Completes the records that are due. If the read record is still pending, this counts as one read of it. */
  advance(now: number, read?: { entity: string; id: RecordId }): void;
}

export function createRendering(store: Store, { pendingReads, pendingMs, error }: RenderingOptions): Rendering {
  const pending = new Set<{ entity: Entity; id: RecordId; reads: number; readyAt: number }>();
  return {
    start(entity, { id, render_status }, now) {
      if (render_status === "PENDING") pending.add({ entity, id, reads: 0, readyAt: now + pendingMs });
    },
    advance(now, read) {
      for (const state of pending) {
        const { entity, id, reads, readyAt } = state;
        if (reads >= pendingReads && now >= readyAt) {
          pending.delete(state);
          const given = {
            render_status: error === undefined ? "SUCCESSFUL" : "FAILED",
            ...(error !== undefined && entity.fields.has("render_error") && { render_error: error }),
            ...(error !== undefined && entity.fields.has("render_error_message") && { render_error_message: error }),
          };
          const before = store.findAny(entity.name, id);
          if (before) store.update(entity.name, id, completeRecord(entity, { given, before, now }));
        } else if (entity.name === read?.entity && id === read.id) state.reads++;
      }
    },
  };
}
