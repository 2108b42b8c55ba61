import type { Page } from "./listing.js";

/**
 * Returns what identifies a record. Few kinds have no id that is a number or a text: these are compared as JSON, and
 * several can be identical.
 */
export function keyOf(record: unknown): { key: unknown; isUnique: boolean } {
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
