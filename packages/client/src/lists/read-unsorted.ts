import { incompleteListError, type ListCursor, unstableListError } from "../errors/list-error.js";
import type { Page } from "./listing.js";
import { countOf, type ListRead, type PageResult } from "./page-result.js";
import { readAhead } from "./read-ahead.js";
import { isSamePage, keyOf, startsLike } from "./record-key.js";

/** Maximum number of times that a list is read if it changes each time. */
const MAX_PASSES = 6;
/** Maximum number of pages in a row that bring nothing new, or the same as the one before. The counts can be wrong. */
export const MAX_VAIN_PAGES = 20;

/** Describes one pass over all pages. */
interface Pass {
  /** Number of records that it found. */
  found: number;
  /** Number of the last page with records that the pages before did not have. */
  lastPage: number;
  /** True if it found records that no pass before had found. */
  isNew: boolean;
  /** Number of pages in a row, up to the last one, that brought nothing new or the same as the page before. */
  vainPages: number;
  /** True if a page brought nothing new, although a later one did. */
  hasHole: boolean;
  /** True if every page but the last was full, and none repeated the one before it. */
  isFull: boolean;
}

/**
 * Reads a list in the order of the server, which can be any. Records can move between pages while they are read, so the
 * last page is fetched first and again at the end. No record has moved if that page still starts with the same records,
 * and if as many records were found as the server counts. Otherwise the list is read again, and records that were
 * missed are yielded afterwards. The keys of all records stay in memory.
 *
 * The server's counts can be wrong. So pages are requested until one brings nothing new. If that are not as many records
 * as the server counts, the list is complete if all its pages are full and a second pass finds the same records.
 *
 * @throws QBenchResponseError if the list changes during each pass, or if it holds other records than the server counts
 */
export async function* readUnsorted(list: ListRead): AsyncGenerator<PageResult> {
  const { fetchPage, resumeFrom } = list;
  const startPage = resumeFrom.page;
  const cursor: ListCursor = { page: startPage };
  /** How many records of each key were yielded, over all passes. */
  const yielded = new Map<unknown, number>();

  const createPass = () => {
    const found = new Map<unknown, number>();
    const pass: Pass = { found: 0, lastPage: startPage - 1, vainPages: 0, isNew: false, hasHole: false, isFull: true };
    let previous: Page<unknown> | undefined;
    /** Takes a page, and returns it with the records that were not yielded before. */
    const take = (page: Page<unknown>, number: number): Page<unknown> => {
      const foundBefore = pass.found;
      const data = page.data.filter(record => {
        const { key, isUnique } = keyOf(record);
        const before = found.get(key) ?? 0;
        const count = isUnique ? 1 : before + 1;
        if (count > before) pass.found++;
        found.set(key, count);
        if (count <= (yielded.get(key) ?? 0)) return false;
        yielded.set(key, count);
        return true;
      });
      pass.isNew ||= data.length > 0;
      const repeats = previous !== undefined && isSamePage(page, previous);
      pass.vainPages = repeats || pass.found === foundBefore ? pass.vainPages + 1 : 0;
      if (pass.found > foundBefore) {
        pass.hasHole ||= number > pass.lastPage + 1;
        pass.isFull &&= !previous || previous.data.length === list.pageSize;
        pass.lastPage = number;
      } else if (page.data.length > 0) pass.isFull &&= !repeats;
      previous = page;
      return { ...page, data };
    };
    return { pass, take };
  };

  const first = await fetchPage({ page: startPage });
  yield { page: createPass().take(first, startPage), cursor };
  const pageSize = first.data.length || 1;
  const count = countOf(first) ?? 0;
  // The first page shows the page size only if it is page 1. A later page can be the short one at the end.
  let lastPage = Math.max(startPage, first.total_pages || 1, startPage === 1 ? Math.ceil(count / pageSize) : 1);
  const isWhole = first.data.length < list.pageSize && count === first.data.length;
  if (lastPage === startPage && (isWhole || (first.data.length === 0 && startPage > 1))) return;

  let reason = "";
  for (let number = 0; number < MAX_PASSES; number++) {
    const { pass, take } = createPass();
    const before = await fetchPage({ page: lastPage });
    let next = startPage;
    const fetchNext = (signal: AbortSignal): Promise<Page<unknown>> | undefined =>
      next < lastPage ? fetchPage({ page: next++, signal }) : undefined;
    let taken = startPage;
    for await (const result of readAhead(fetchNext)) {
      const page = take(result, taken);
      if (page.data.length > 0 || number > 0) yield { page, cursor: number > 0 ? cursor : { page: taken } };
      taken++;
      if (pass.vainPages > MAX_VAIN_PAGES) break;
    }
    if (pass.vainPages > MAX_VAIN_PAGES) {
      lastPage = Math.max(startPage, pass.lastPage);
      continue;
    }
    let last = await fetchPage({ page: lastPage });
    const isStill = startsLike(last, before) && (before.data.length > 0 || last.data.length === 0);
    yield { page: take(last, lastPage), cursor };
    const expected = (countOf(last) ?? Number.NaN) - (startPage - 1) * pageSize;
    let end = lastPage;
    while (pass.lastPage === end && (pass.found !== expected || last.data.length >= pageSize)) {
      const beyond = await fetchPage({ page: ++end });
      yield { page: take(beyond, end), cursor };
      // A server can repeat its last page forever.
      if (isSamePage(beyond, last)) break;
      last = beyond;
    }
    const isExtended = pass.lastPage > lastPage;
    lastPage = Math.max(startPage, pass.lastPage);
    if (!isStill || isExtended) continue;
    if (pass.found === expected && !pass.hasHole) return;
    if (number === 0 || pass.isNew) continue;
    if (pass.isFull && (pass.found > 0 || !(expected > 0))) return;
    reason = `it counts ${countOf(last) ?? "none"} and sends ${pass.found}`;
  }
  throw reason ? incompleteListError(reason) : unstableListError();
}
