import type { Entity } from "../model/entity.js";
import type { StoredRecord } from "../records/store.js";

export interface RenderingOptions {
  /** How many reads of a new report or print document find it `PENDING`; default 1. */
  pendingReads: number;
  /** How long it is `PENDING` at the least, by the server's clock, in milliseconds; default 0. */
  pendingMs: number;
  /** Rendering fails, and this is what the record says of it; default: it succeeds. */
  error?: string;
}

/** Makes documents of new reports and print documents, which takes a while (facts 8). */
export interface Rendering {
  start(entity: Entity, record: StoredRecord, now: number): void;
  /** Ends what is ready by now; a record that is being read comes a read nearer to it. */
  settle(now: number, read?: StoredRecord): void;
}

export function createRendering({ pendingReads, pendingMs, error }: RenderingOptions): Rendering {
  const pending = new Map<StoredRecord, { entity: Entity; reads: number; readyAt: number }>();
  return {
    start(entity, record, now) {
      if (record.render_status === "PENDING") pending.set(record, { entity, reads: 0, readyAt: now + pendingMs });
    },
    settle(now, read) {
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
