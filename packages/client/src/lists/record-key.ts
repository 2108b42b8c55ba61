import type { Page } from "./listing.js";

/**
 * Returns what identifies a record. Few kinds have no id that is a number or a text: these are compared as JSON, and
 * several can be identical.
 */
function keyOf(record: unknown): { key: unknown; isUnique: boolean } {
  const { id } = (record ?? {}) as { id?: unknown };
  const isUnique = typeof id === "number" || typeof id === "string";
  return { key: isUnique ? id : JSON.stringify(record), isUnique };
}

/** Returns true if a page starts with the records of another one. */
export const startsLike = (page: Page<unknown>, other: Page<unknown>): boolean =>
  other.data.every((record, index) => keyOf(record).key === keyOf(page.data[index]).key);

/** Returns true if two pages hold the same records. */
export const isSamePage = (page: Page<unknown>, other: Page<unknown>): boolean =>
  page.data.length === other.data.length && startsLike(page, other);

/** Notes a record. Returns whether this pass had not found it before, and whether no pass had. */
export type NoteRecord = (record: unknown) => { isFound: boolean; isNew: boolean };

/** Notes the records of a list that is read several times. Returns a function that starts a pass over the list. */
export function createNotes(): () => NoteRecord {
  /** How many records of each key all passes have found together, so how many were yielded. */
  const yielded = new Map<unknown, number>();
  return () => {
    const found = new Map<unknown, number>();
    return record => {
      const { key, isUnique } = keyOf(record);
      const before = found.get(key) ?? 0;
      const count = isUnique ? 1 : before + 1;
      found.set(key, count);
      const isNew = count > (yielded.get(key) ?? 0);
      if (isNew) yielded.set(key, count);
      return { isFound: count > before, isNew };
    };
  };
}
