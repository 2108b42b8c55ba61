import { type ListCursor, unstableListError } from "../errors/list-error.js";
import type { Page } from "./listing.js";
import type { FetchPage, PageResult } from "./page-result.js";
import { readAhead } from "./read-ahead.js";

/** How often a list is read that changes each time. */
const MOST_PASSES = 10;

/** What tells records apart. The few kinds without an id are told by what they hold, and there may be several alike. */
function keyOf(record: unknown): { key: unknown; isUnique: boolean } {
  const { id } = (record ?? {}) as { id?: unknown };
  const isUnique = id !== undefined && id !== null;
  return { key: isUnique ? id : JSON.stringify(record), isUnique };
}

/**
 * Reads a list in the order that the server has, which may be any. The last page is read first and once more at the end: as
 * long as it begins as it did, and there are as many records as the server counts, none has slipped from one page to another.
 * Otherwise the list is read again, and what had been missed is given late. All keys are kept.
 */
export async function* readUnsorted(ask: FetchPage, from: ListCursor): AsyncGenerator<PageResult> {
  const start = from.page;
  /** How many records of each key were given, and are in the pages of this pass. */
  const given = new Map<unknown, number>();
  let found = new Map<unknown, number>();
  let pageSize = 1;

  const select = (page: Page<unknown>): Page<unknown> => {
    pageSize = Math.max(pageSize, page.data.length);
    const data = page.data.filter(record => {
      const { key, isUnique } = keyOf(record);
      const count = isUnique ? 1 : (found.get(key) ?? 0) + 1;
      found.set(key, count);
      if (count <= (given.get(key) ?? 0)) return false;
      given.set(key, count);
      return true;
    });
    return { ...page, data };
  };
  // Only of a read from the beginning is it known that the first page is a full one.
  const pagesOf = ({ total_pages, total_count }: Page<unknown>): number =>
    Math.max(total_pages || 1, start === 1 ? Math.ceil(total_count / pageSize) || 1 : 1);
  const isWhole = ({ total_count }: Page<unknown>): boolean => {
    let records = 0;
    for (const count of found.values()) records += count;
    return !(records < total_count - (start - 1) * pageSize);
  };

  const first = select(await ask(start));
  yield { page: first, cursor: { page: start } };
  let last = pagesOf(first);
  if (last <= start) return;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    found = new Map();
    const before = await ask(last);
    let next = start;
    for await (const page of readAhead(signal => (next < last ? ask(next++, undefined, signal) : undefined))) {
      const selected = select(page);
      if (selected.data.length > 0) yield { page: selected, cursor: { page: pass > 0 ? start : page.page_number } };
    }
    const now = await ask(last);
    const selected = select(now);
    if (selected.data.length > 0) yield { page: selected, cursor: { page: start } };
    const isThere = before.data.length > 0 || before.total_count === 0;
    const isSteady = before.data.every((record, index) => keyOf(record).key === keyOf(now.data[index]).key);
    if (isThere && isSteady && isWhole(before)) return;
    last = Math.max(start, pagesOf(now));
  }
  throw unstableListError();
}
