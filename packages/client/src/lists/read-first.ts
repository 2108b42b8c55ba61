import { notSortedError, unstableListError } from "../errors/list-error.js";
import { createIdRead, type IdRead, takeNew } from "./id-read.js";
import type { Page } from "./listing.js";
import { countOf, idOf, isAscending, type ListRead, type PageResult, pageCountOf } from "./page-result.js";
import { readAhead } from "./read-ahead.js";
import { readOverlapping } from "./read-overlapping.js";
import { MAX_VAIN_PAGES } from "./read-unsorted.js";
import { createNotes, isSamePage } from "./record-key.js";

/** Maximum number of times that the pages are read if the list becomes shorter each time. */
const MAX_PASSES = 10;

/**
 * Yields pages in their order until the list ends. They are read ahead as far as they are needed and as the server
 * counts. Beyond its count, they are requested one by one, until one brings nothing new.
 */
async function* readPages(
  { fetchPage, resumeFrom, pageSize: requestedSize }: ListRead,
  order: "ASC" | undefined,
  missing: () => number,
): AsyncGenerator<Page<unknown>> {
  const startPage = resumeFrom.page;
  let next = startPage;
  let taken = startPage - 1;
  let pageSize = requestedSize;
  let lastPage = startPage;
  let vainPages = 0;
  let previous: Page<unknown> | undefined;
  const fetchNext = (signal: AbortSignal): Promise<Page<unknown>> | undefined => {
    const lastNeeded = taken + Math.ceil(missing() / pageSize);
    const isKnown = next <= lastPage || next === taken + 1;
    return isKnown && next <= lastNeeded ? fetchPage({ page: next++, order, signal }) : undefined;
  };
  for await (const page of readAhead(fetchNext)) {
    if (!previous) pageSize = page.data.length || 1;
    taken++;
    const missingBefore = missing();
    yield page;
    const count = countOf(page);
    lastPage = Math.max(pageCountOf(page), Math.ceil((count ?? 1) / pageSize));
    const isShort = count !== undefined && page.data.length < requestedSize;
    const hasNoNews = missing() === missingBefore || (previous && isSamePage(page, previous));
    vainPages = hasNoNews ? vainPages + 1 : 0;
    if (vainPages > MAX_VAIN_PAGES || (taken >= lastPage && (isShort || hasNoNews))) return;
    previous = page;
  }
}

/**
 * Reads the first records of a list in the order of the server, and requests no page after them.
 *
 * Records can move between pages meanwhile. A record on two pages is yielded once. If the list has become shorter, a
 * record can have moved to a page that was already read. Then the pages are read again, and the records that were missed
 * are yielded afterwards.
 */
export async function* readFirst(list: ListRead, limit: number): AsyncGenerator<PageResult> {
  const startPass = createNotes();
  let found = 0;
  passes: for (let pass = 0; pass < MAX_PASSES; pass++) {
    const note = startPass();
    let { page } = list.resumeFrom;
    let total = 0;
    for await (const result of readPages(list, undefined, () => limit - found)) {
      if (result.total_count < total) continue passes;
      total = result.total_count;
      const data = result.data.filter(record => note(record).isNew).slice(0, limit - found);
      found += data.length;
      if (data.length > 0) yield { page: { ...result, data }, cursor: { page } };
      if (found >= limit) return;
      page++;
    }
    return;
  }
  throw unstableListError();
}

/**
 * Reads the first records of a list in the order of ids. While the list stands still, it requests no page after them. If
 * the count changes or a page does not follow the one before, the records are read again with pages that overlap.
 *
 * @returns false if the server does not sort the list, so nothing was yielded
 */
export async function* readFirstById(list: ListRead, limit: number): AsyncGenerator<PageResult, boolean> {
  let found = 0;
  const missing = (): number => limit - found;
  /** Returns the records of a page that are among the first ones and have not been yielded. */
  const take = (page: Page<unknown>, records: readonly unknown[]): Page<unknown> => {
    const data = records.slice(0, missing());
    found += data.length;
    return { ...page, data };
  };

  const { after } = list.resumeFrom;
  let { page } = list.resumeFrom;
  let read: IdRead | undefined;
  let previous: Page<unknown> | undefined;
  let reachedId = Number.NEGATIVE_INFINITY;
  let isStill = true;
  for await (const result of readPages(list, "ASC", missing)) {
    const { data } = result;
    const first = idOf(data[0]);
    if (!isAscending(data)) {
      if (!read) return false;
      throw notSortedError();
    }
    if (read && previous) {
      const adjoins = data.length === 0 || (first > reachedId && previous.data.length === read.pageSize);
      isStill = adjoins && result.total_count === previous.total_count;
    } else {
      reachedId = after ?? (page > 1 ? first - 1 : reachedId);
      // Without a record to continue after, an empty page is the end.
      if (Number.isNaN(reachedId)) return true;
      const resumeFrom = { page, after: reachedId };
      read = createIdRead({ ...list, resumeFrom }, data.length || list.pageSize, Number.POSITIVE_INFINITY);
      isStill = page === 1 || first <= reachedId + 1;
    }
    if (!isStill) break;
    const cursor = { page, ...(Number.isFinite(reachedId) && { after: reachedId }) };
    yield { page: take(result, takeNew(read, data)), cursor };
    if (missing() === 0) return true;
    reachedId = Math.max(reachedId, idOf(data.at(-1)) || reachedId);
    previous = result;
    page++;
  }
  if (!read || isStill) return true;
  for await (const result of readOverlapping(read, read.position + limit)) {
    yield { ...result, page: take(result.page, result.page.data) };
    if (missing() === 0) break;
  }
  return true;
}
