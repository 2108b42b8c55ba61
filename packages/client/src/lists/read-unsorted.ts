import { incompleteListError, type ListCursor, unstableListError } from "../errors/list-error.js";
import type { Page } from "./listing.js";
import { countOf, type ListRead, type PageResult, pageCountOf } from "./page-result.js";
import { readAhead } from "./read-ahead.js";
import { createNotes, isSamePage, type NoteRecord, startsLike } from "./record-key.js";

/** Maximum number of times that a list is read if it changes each time. */
const MAX_PASSES = 6;
/** Maximum number of pages in a row that bring nothing new, or the same as the one before. The counts can be wrong. */
export const MAX_VAIN_PAGES = 20;
/** Maximum number of pages beyond the end on which the server counts more records than on the page before. */
const MAX_GROWTHS = 20;

/** Holds the state of one pass over all pages. */
interface Pass {
  readonly note: NoteRecord;
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
  previous?: Page<unknown>;
}

const createPass = (note: NoteRecord, startPage: number): Pass => ({
  note,
  found: 0,
  lastPage: startPage - 1,
  isNew: false,
  vainPages: 0,
  hasHole: false,
  isFull: true,
});

/** Notes the records of a page. Returns it with those that no pass had found before. */
function takePage(pass: Pass, page: Page<unknown>, number: number, requestedSize: number): Page<unknown> {
  const { previous, found } = pass;
  const data = page.data.filter(record => {
    const { isFound, isNew } = pass.note(record);
    if (isFound) pass.found++;
    return isNew;
  });
  const hasFound = pass.found > found;
  const repeats = previous !== undefined && isSamePage(page, previous);
  if (hasFound) {
    pass.hasHole ||= number > pass.lastPage + 1;
    pass.isFull &&= !previous || previous.data.length === requestedSize;
    pass.lastPage = number;
  } else if (repeats && page.data.length > 0) pass.isFull = false;
  pass.vainPages = hasFound && !repeats ? 0 : pass.vainPages + 1;
  pass.isNew ||= data.length > 0;
  pass.previous = page;
  return { ...page, data };
}

/**
 * Reads a list in the order of the server, which can be any. Records can move between pages while they are read:
 *
 *     1 2 | 3 4 | 5      the last page is fetched, then page 1
 *     2 3 | 4 5          record 1 is deleted, and page 2 is read: record 3 is missed
 *
 * Therefore each pass fetches the last page first and again at the end. No record has moved if that page still starts
 * with the same records, and if the pass found as many records as the server counts. In the example, the last page has
 * become empty. Then another pass follows, and yields the records that were missed. The keys of all records stay in
 * memory.
 *
 * The server's counts can be wrong. So pages are requested until one brings nothing new. If the number of records is not
 * the one that the server counts, the list is complete if all its pages are full and a second pass finds the same
 * records.
 *
 * @throws QBenchResponseError if the list changes during each pass, or if it holds other records than the server counts
 */
export async function* readUnsorted(list: ListRead): AsyncGenerator<PageResult> {
  const { fetchPage, pageSize: requestedSize, resumeFrom } = list;
  const startPage = resumeFrom.page;
  const startCursor: ListCursor = { page: startPage };
  const startPass = createNotes();

  /** Reads the pages before the last one, as long as they bring records. */
  async function* readPages(pass: Pass, lastPage: number, isFirstPass: boolean): AsyncGenerator<PageResult> {
    let next = startPage;
    let taken = startPage;
    const fetchNext = (signal: AbortSignal): Promise<Page<unknown>> | undefined =>
      next < lastPage ? fetchPage({ page: next++, signal }) : undefined;
    for await (const result of readAhead(fetchNext)) {
      const page = takePage(pass, result, taken, requestedSize);
      // The first pass brings nothing new on its first page, because that has been yielded.
      if (page.data.length > 0 || !isFirstPass) yield { page, cursor: isFirstPass ? { page: taken } : startCursor };
      taken++;
      if (pass.vainPages > MAX_VAIN_PAGES) return;
    }
  }

  /** Reads pages after the last one, which the server may not count, until one brings nothing new. */
  async function* readBeyond(pass: Pass, last: Page<unknown>, expected: number): AsyncGenerator<PageResult> {
    let previous = last;
    let growths = 0;
    for (let end = pass.lastPage; pass.lastPage === end && growths < MAX_GROWTHS; ) {
      if (pass.found === expected && previous.data.length < pageSize) return;
      const page = await fetchPage({ page: ++end });
      yield { page: takePage(pass, page, end, requestedSize), cursor: startCursor };
      // A server can repeat its last page forever.
      if (isSamePage(page, previous)) return;
      if ((countOf(page) ?? 0) > (countOf(previous) ?? 0)) growths++;
      previous = page;
    }
  }

  const first = await fetchPage({ page: startPage });
  yield { page: takePage(createPass(startPass(), startPage), first, startPage, requestedSize), cursor: startCursor };
  const pageSize = first.data.length || 1;
  const count = countOf(first) ?? 0;
  // The first page shows the page size only if it is page 1. A later page can be the short one at the end.
  let lastPage = Math.max(startPage, pageCountOf(first), startPage === 1 ? Math.ceil(count / pageSize) : 1);
  const isWhole = first.data.length < requestedSize && count === first.data.length;
  if (lastPage === startPage && (isWhole || (first.data.length === 0 && startPage > 1))) return;

  let reason = "";
  for (let number = 1; number <= MAX_PASSES; number++) {
    const pass = createPass(startPass(), startPage);
    const before = await fetchPage({ page: lastPage });
    yield* readPages(pass, lastPage, number === 1);
    if (pass.vainPages > MAX_VAIN_PAGES) {
      lastPage = Math.max(startPage, pass.lastPage);
      continue;
    }
    const last = await fetchPage({ page: lastPage });
    const isStill = startsLike(last, before) && (before.data.length > 0 || last.data.length === 0);
    yield { page: takePage(pass, last, lastPage, requestedSize), cursor: startCursor };
    const expected = (countOf(last) ?? Number.NaN) - (startPage - 1) * pageSize;
    if (pass.lastPage === lastPage) yield* readBeyond(pass, last, expected);
    const isExtended = pass.lastPage > lastPage;
    lastPage = Math.max(startPage, pass.lastPage);
    if (!isStill || isExtended) continue;
    if (pass.found === expected && !pass.hasHole) return;
    if (number === 1 || pass.isNew) continue;
    if (pass.isFull && (pass.found > 0 || !(expected > 0))) return;
    reason = `it counts ${countOf(last) ?? "none"} and sends ${pass.found}`;
  }
  throw reason ? incompleteListError(reason) : unstableListError();
}
