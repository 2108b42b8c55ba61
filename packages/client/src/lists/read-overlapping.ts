import { incompleteListError, notSortedError } from "../errors/list-error.js";
import { confirm, cursorOf, type IdRead, pageOfNewest, takeNew } from "./id-read.js";
import type { Page } from "./listing.js";
import { idOf, isAscending, type PageResult } from "./page-result.js";
import { type PageWindow, windowAt } from "./page-window.js";
import { createSearch, narrow } from "./position-search.js";
import { MAX_IN_FLIGHT, readAhead } from "./read-ahead.js";

/** Maximum number of requests: this many, and as many again for each page before the start, and for each with news. */
const SPARE_REQUESTS = 50;
const REQUESTS_PER_PAGE = 4;

/**
 * Minimum size of pages that overlap. Pages of 2, 3 and 4 records all end after the twelfth one, so none would overlap
 * there. The sizes from 10 to 20 have no such place in lists of less than 232 million records.
 */
const MIN_SIZE = 20;

interface WindowResult {
  window: PageWindow;
  page: Page<unknown>;
}

/** Describes how the next pages are requested. */
interface Plan {
  /** The limits of their size. They are equal if the server ignores the size, or if it is too small to overlap. */
  minSize: number;
  maxSize: number;
  /** By how many records they overlap. It doubles with each gap. */
  overlap: number;
  /** How many can be pending: one during a search, then twice as many with each page. */
  maxPending: number;
}

function createPlan(size: number, canOverlap: boolean): Plan {
  const overlap = canOverlap ? Math.ceil(size / 25) : 0;
  const minSize = canOverlap ? Math.ceil(size / 2) : size;
  return { minSize, maxSize: size, overlap, maxPending: 1 };
}

/** Returns true if two pages of one window hold the same records. */
const isUnchanged = (one: WindowResult, other: WindowResult): boolean =>
  one.window.start === other.window.start &&
  one.page.data.length === other.page.data.length &&
  one.page.data.every((record, index) => idOf(record) === idOf(other.page.data[index]));

/**
 * Reads the rest of a list in the order of ids, while records leave it and enter it. It needs no count, and the list
 * need not stand still.
 *
 * One response shows records that adjoin each other at that moment. So if it contains a record that was yielded before,
 * no record between that one and the last one of the response is missed. Each page therefore overlaps the one before,
 * here by one record:
 *
 *     1 2 3 | 4 5        the page of three is read
 *     2 [3 4 | 5]        record 1 is deleted, and the next page holds the records after the first one
 *
 * Record 3 was yielded before, so no record between 3 and 5 is missed. If more records leave than the pages overlap, the
 * next page starts after a gap. Then the read searches for a page that contains a record that was yielded, or starts the
 * list. Records that enter make the overlap longer. If it becomes longer than a page, the read searches in the same way.
 *
 * If the server ignores the size of pages, or has a small maximum, they cannot overlap. Then a page is accepted if the
 * one before it is unchanged when it is read again. This is the only case in which a record that enters can hide one
 * that has moved.
 *
 * @param expected how many records to expect. Beyond that number, pages are requested one by one.
 * @throws QBenchResponseError if too many pages bring nothing new, or if the server does not sort by id
 */
export async function* readOverlapping(
  read: IdRead,
  expected: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<PageResult, void> {
  const { fetchPage, end } = read;
  let plan = createPlan(Math.max(read.requestedSize, MIN_SIZE), true);
  let search = createSearch(plan.overlap);
  let offset = Math.max(0, read.position - plan.overlap);
  let pending = 0;
  let requests = 0;
  let maxRequests = SPARE_REQUESTS + REQUESTS_PER_PAGE * Math.ceil(read.position / read.pageSize);
  /** Number of records on the last page that was short and brought nothing new. */
  let shortLength = read.pageSize < read.requestedSize ? read.pageSize : 0;
  /** The last page that left no gap, and the page after it that did. */
  let adjoining: WindowResult | undefined;
  let afterGap: WindowResult | undefined;

  function startNext(signal: AbortSignal): Promise<WindowResult> | undefined {
    if (pending >= plan.maxPending || (pending > 0 && offset >= expected)) return undefined;
    const window = windowAt(offset, plan.maxSize, plan.minSize);
    offset = Math.max(offset + 1, window.end - plan.overlap);
    pending++;
    requests++;
    const { page, size } = window;
    return fetchPage({ page, size, order: "ASC", signal }).then(page => ({ window, page }));
  }

  /** Takes a page that leaves no gap. */
  function accept(result: WindowResult): PageResult {
    const { window, page } = result;
    const cursor = cursorOf(read);
    const data = takeNew(read, page.data);
    const last = idOf(page.data.at(-1));
    if (last > read.confirmedId) {
      maxRequests += REQUESTS_PER_PAGE;
      search = createSearch(plan.overlap);
      if (plan.overlap > 0) plan.maxPending = Math.min(plan.maxPending * 2, MAX_IN_FLIGHT);
      afterGap = undefined;
    }
    if (last >= read.confirmedId) confirm(read, last, window.start + page.data.length);
    adjoining = result;
    return { page: { ...page, data, page_number: Math.floor(window.start / read.pageSize) + 1 }, cursor };
  }

  /** Returns true if the server has a maximum size of pages: two pages are short, and equally so. */
  function isLimited({ window, page }: WindowResult): boolean {
    const { length } = page.data;
    if (length === 0 || length >= window.size) return false;
    const isLikely = length === shortLength;
    shortLength = length;
    return isLikely;
  }

  /** Decides how to continue after a page that starts after a gap. */
  function goBack(result: WindowResult): void {
    const { window, page } = result;
    const { length } = page.data;
    afterGap = undefined;
    plan.maxPending = 1;
    if (plan.overlap === 0 && length > 0 && window.start === adjoining?.window.end) {
      // The page before it is read again.
      afterGap = result;
      offset = adjoining.window.start;
    } else if (isLimited(result)) {
      changeSize(length, length >= MIN_SIZE);
    } else {
      plan.overlap = Math.min(plan.overlap * 2, plan.maxSize >> 2);
      offset = narrow(search, window, true, plan.overlap, plan.maxSize);
    }
  }

  function changeSize(size: number, canOverlap: boolean): void {
    plan = createPlan(size, canOverlap);
    search = createSearch(plan.overlap);
    adjoining = undefined;
    offset = Math.max(0, read.position - search.step);
  }

  /** Returns the end of the list if no record follows the confirmed ones. The newest can have been deleted. */
  async function findEnd({ page }: WindowResult): Promise<PageResult | undefined> {
    requests++;
    const newest = await fetchPage({ page: 1, order: "DESC" });
    const data = newest.data.toReversed();
    if (!isAscending(data)) throw notSortedError();
    const isEnd = data.length > 0 ? idOf(data.at(-1)) <= read.confirmedId : page.data.length === 0;
    return isEnd || idOf(data[0]) <= read.confirmedId + 1 ? pageOfNewest(read, newest) : undefined;
  }

  for (;;) {
    pending = 0;
    for await (const result of readAhead(startNext)) {
      pending--;
      const { window, page } = result;
      const { confirmedId, position } = read;
      if (!isAscending(page.data)) throw notSortedError();
      if (requests > maxRequests) throw incompleteListError(`no page continues after the record ${confirmedId}`);
      if (page.data.length > window.size) {
        changeSize(page.data.length, false);
        break;
      }
      if (window.start > 0 && !(idOf(page.data[0]) <= confirmedId + 1)) {
        goBack(result);
        yield { page: { ...page, data: [] }, cursor: cursorOf(read) };
        break;
      }
      const isConfirmed = adjoining !== undefined && isUnchanged(result, adjoining);
      yield accept(result);
      if (afterGap && isConfirmed) {
        offset = afterGap.window.end;
        yield accept(afterGap);
      }
      if (read.confirmedId >= end) return;
      if (read.confirmedId > confirmedId) continue;
      if (window.end > position || page.data.length < window.size) {
        const last = await findEnd(result);
        if (last) {
          yield last;
          return;
        }
      }
      if (idOf(page.data.at(-1)) < confirmedId) {
        plan.maxPending = 1;
        offset = narrow(search, window, false, plan.overlap, plan.maxSize);
        break;
      }
    }
  }
}
