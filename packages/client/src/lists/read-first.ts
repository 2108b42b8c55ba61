import { notSortedError, unstableListError } from "../errors/list-error.js";
import { createIdRead, type IdRead, takeNew } from "./id-read.js";
import type { Page } from "./listing.js";
import { countOf, idOf, isAscending, type ListRead, type PageResult } from "./page-result.js";
import { readAhead } from "./read-ahead.js";
import { readOverlapping } from "./read-overlapping.js";
import { MAX_VAIN_PAGES } from "./read-unsorted.js";
import { isSamePage } from "./record-key.js";

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
    lastPage = Math.max(page.total_pages || 1, Math.ceil((count ?? 1) / pageSize));
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
  const seen = new Set<unknown>();
  let found = 0;
  passes: for (let pass = 0; pass < MAX_PASSES; pass++) {
    let { page } = list.resumeFrom;
    let total = 0;
    for await (const result of readPages(list, undefined, () => limit - found)) {
      if (result.total_count < total) continue passes;
      total = result.total_count;
      const unseen = result.data.filter(record => {
        const { id = record } = (record ?? {}) as { id?: unknown };
        return !seen.has(id) && seen.add(id);
      });
      const data = unseen.slice(0, limit - found);
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
  const { resumeFrom } = list;
  const end = Number.POSITIVE_INFINITY;
  let found = 0;
  let read: IdRead | undefined;
  let total = 0;
  let reachedId = Number.NEGATIVE_INFINITY;
  let page = resumeFrom.page;
  let isFull = true;
  let mustOverlap = false;
  for await (const result of readPages(list, "ASC", () => limit - found)) {
    const { data } = result;
    if (!isAscending(data)) {
      if (!read) return false;
      throw notSortedError();
    }
    let adjoins = idOf(data[0]) > reachedId && isFull && result.total_count === total;
    if (!read) {
      const { after = page > 1 ? idOf(data[0]) - 1 : reachedId } = resumeFrom;
      if (Number.isNaN(after)) return true;
      read = createIdRead({ ...list, resumeFrom: { page, after } }, data.length || list.pageSize, end);
      adjoins = page === 1 || idOf(data[0]) <= after + 1;
      reachedId = after;
      total = result.total_count;
    }
    if (!adjoins && data.length > 0) {
      mustOverlap = true;
      break;
    }
    const records = takeNew(read, data).slice(0, limit - found);
    found += records.length;
    const cursor = { page, ...(Number.isFinite(reachedId) && { after: reachedId }) };
    yield { page: { ...result, data: records }, cursor };
    if (found >= limit) return true;
    isFull = data.length === read.pageSize;
    reachedId = Math.max(reachedId, idOf(data.at(-1)) || reachedId);
    page++;
  }
  if (!read || !mustOverlap) return true;
  for await (const result of readOverlapping(read, read.position + limit)) {
    const records = result.page.data.slice(0, limit - found);
    found += records.length;
    yield { ...result, page: { ...result.page, data: records } };
    if (found >= limit) break;
  }
  return true;
}
