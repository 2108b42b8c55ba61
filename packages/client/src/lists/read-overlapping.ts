import { incompleteListError, notSortedError } from "../errors/list-error.js";
import { confirm, cursorOf, type IdRead, takeNew } from "./id-read.js";
import type { Page } from "./listing.js";
import { idOf, isAscending, type PageResult } from "./page-result.js";
import { type PageWindow, windowAt } from "./page-window.js";
import { MAX_IN_FLIGHT, readAhead } from "./read-ahead.js";

/** Number of requests that may bring nothing new: this many, and as many again for each page that does. */
const SPARE_REQUESTS = 50;
const REQUESTS_PER_PAGE = 4;

interface WindowResult {
  window: PageWindow;
  page: Page<unknown>;
}

/**
 * Reads the rest of a list in the order of ids, while records leave it and enter it. It needs no count, and the list
 * need not stand still.
 *
 * One response shows records that adjoin each other at that moment. So if it contains a record that was yielded before,
 * no record between that one and the last one of the response is missed. Each page therefore overlaps the one before,
 * here by two records:
 *
 *     1 2 3 4 | 5        the page of four is read
 *     2 3 [4 5]          record 1 is deleted, and the next page holds the records after the first two
 *
 * Record 4 was yielded before, so no record between 4 and 5 is missed. If more records leave than the pages overlap, the
 * next page starts after a gap. Then the read goes back until a page contains a record that was yielded, or starts the
 * list. Records that enter only make the overlap longer.
 *
 * If the server ignores the size of pages, they cannot overlap. Then a page is accepted if the one before it is
 * unchanged when it is read again.
 *
 * @param expected how many records to expect. Beyond that number, pages are requested one by one.
 * @throws QBenchResponseError if too many pages bring nothing new, or if the server does not sort by id
 */
export async function* readOverlapping(
  read: IdRead,
  expected: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<PageResult, void> {
  const { fetchPage, end } = read;
  // Pages of at least 20 records can overlap.
  let maxSize = Math.max(read.requestedSize, 20);
  let minSize = Math.ceil(maxSize / 2);
  /** By how many records pages overlap. It doubles with each gap. It is 0 if they cannot overlap. */
  let overlap = Math.ceil(maxSize / 25);
  /** How many records before the position the next page starts. It doubles until that page leaves no gap. */
  let stepBack = overlap;
  /** How many requests can be pending: one after a gap, then twice as many with each page. */
  let maxPending = 1;
  let requests = 0;
  let pagesWithNews = 0;
  /** The last page that left no gap, and the page after it that did. */
  let adjoining: WindowResult | undefined;
  let afterGap: WindowResult | undefined;

  const setSize = (size: number, isFixed: boolean): void => {
    maxSize = size;
    minSize = isFixed ? size : Math.ceil(size / 2);
    overlap = isFixed ? 0 : Math.ceil(size / 25);
    stepBack = Math.max(1, overlap);
    maxPending = 1;
    adjoining = undefined;
  };
  const accept = ({ window, page }: WindowResult): PageResult => {
    const cursor = cursorOf(read);
    const data = takeNew(read, page.data);
    const last = idOf(page.data.at(-1));
    const hasNews = last > read.confirmedId;
    if (last >= read.confirmedId) confirm(read, last, window.start + page.data.length);
    if (hasNews) {
      pagesWithNews++;
      stepBack = Math.max(1, overlap);
      afterGap = undefined;
    }
    return { page: { ...page, data, page_number: Math.floor(window.start / read.pageSize) + 1 }, cursor };
  };
  const isUnchanged = ({ window, page }: WindowResult): boolean =>
    window.start === adjoining?.window.start &&
    page.data.length === adjoining.page.data.length &&
    page.data.every((record, index) => idOf(record) === idOf(adjoining?.page.data[index]));

  /** Notes that a page starts after a gap, so that the next one starts earlier. */
  const noteGap = (result: WindowResult): void => {
    const { window, page } = result;
    maxPending = 1;
    if (overlap === 0 && page.data.length > 0 && adjoining && window.start <= adjoining.window.end) {
      afterGap = result;
      stepBack = 1;
    } else {
      afterGap = undefined;
      stepBack *= 2;
      // The server can have a smaller maximum.
      if (page.data.length > 0 && page.data.length < window.size && read.pageSize < maxSize)
        setSize(read.pageSize, read.pageSize < 4);
      else overlap = Math.min(overlap * 2, maxSize >> 2);
    }
  };
  /** Accepts the end of the list if no record follows the confirmed ones. The newest of them can have been deleted. */
  const findEnd = async (): Promise<PageResult | undefined> => {
    requests++;
    const newest = await fetchPage({ page: 1, order: "DESC" });
    const data = newest.data.toReversed();
    if (!isAscending(data)) throw notSortedError();
    const isEnd = !(idOf(data.at(-1)) > read.confirmedId) || idOf(data[0]) <= read.confirmedId + 1;
    return isEnd ? { page: { ...newest, data: takeNew(read, data) }, cursor: cursorOf(read) } : undefined;
  };

  for (;;) {
    let offset = Math.max(0, read.position - stepBack);
    let pending = 0;
    const startNext = (signal: AbortSignal): Promise<WindowResult> | undefined => {
      if (pending >= maxPending || (pending > 0 && offset >= expected)) return undefined;
      const window = windowAt(offset, maxSize, minSize);
      offset = Math.max(offset + 1, window.end - overlap);
      pending++;
      requests++;
      const { page, size } = window;
      return fetchPage({ page, size, order: "ASC", signal }).then(page => ({ window, page }));
    };

    for await (const result of readAhead(startNext)) {
      pending--;
      const { window, page } = result;
      const { confirmedId, position } = read;
      if (!isAscending(page.data)) throw notSortedError();
      if (requests > SPARE_REQUESTS + REQUESTS_PER_PAGE * pagesWithNews) throw incompleteListError(`no page continues after the record ${confirmedId}`);
      if (page.data.length > window.size) {
        setSize(page.data.length, true);
        break;
      }
      if (window.start > 0 && !(idOf(page.data[0]) <= confirmedId + 1)) {
        noteGap(result);
        yield { page: { ...page, data: [] }, cursor: cursorOf(read) };
        break;
      }
      yield accept(result);
      if (read.confirmedId > confirmedId) {
        if (overlap > 0) maxPending = Math.min(maxPending * 2, MAX_IN_FLIGHT);
        adjoining = result;
      } else if (afterGap && isUnchanged(result)) {
        adjoining = afterGap;
        offset = afterGap.window.end;
        yield accept(afterGap);
      } else {
        adjoining = result;
        const last = window.end > position ? await findEnd() : undefined;
        if (last) {
          yield last;
          return;
        }
      }
      if (read.confirmedId >= end) return;
    }
  }
}
