import { QBenchInputError } from "@qbench-sdk/auth/internal";
import type { ListCursor } from "../errors/list-error.js";

/** Describes what a mirror contains, and a round that was not finished. Stored as JSON. */
export interface SyncState {
  /** The name of the list. */
  list: string;
  /** When the last finished round started, by the server's clock. ISO 8601. */
  since?: string | undefined;
  /** The round that is not finished, if there is one. A full comparison always starts from the beginning. */
  round?: SyncRound | undefined;
}

export interface SyncRound {
  /** By the server's clock. ISO 8601. */
  startedAt: string;
  /** A round reads the records first, and then the deleted ones. */
  phase: "records" | "deletions";
  /** Where to resume in this phase. Undefined at its beginning. */
  cursor?: ListCursor | undefined;
}

/** @throws QBenchInputError if the text is not the state of a mirror of this list */
export function parseState(text: string | null | undefined, list: string): SyncState {
  // Databases return null for a value that is missing.
  if (text === undefined || text === null) return { list };
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch {}
  if (!isState(state)) {
    throw new QBenchInputError("syncList: loadState must return the text that save got last, or undefined.");
  }
  if (state.list !== list) {
    throw new QBenchInputError(
      `syncList: the store mirrors "${state.list}", not "${list}". Use a store for each list.`,
    );
  }
  return state;
}

function isState(value: unknown): value is SyncState {
  if (typeof value !== "object" || value === null) return false;
  const { list, since, round } = value as Partial<Record<keyof SyncState, unknown>>;
  return typeof list === "string" && (since === undefined || isDate(since)) && (round === undefined || isRound(round));
}

function isRound(value: unknown): value is SyncRound {
  if (typeof value !== "object" || value === null) return false;
  const { startedAt, phase } = value as Partial<Record<keyof SyncRound, unknown>>;
  return isDate(startedAt) && (phase === "records" || phase === "deletions");
}

const isDate = (value: unknown): boolean => typeof value === "string" && !Number.isNaN(Date.parse(value));
