import { type ListCursor, unstableListError } from "../errors/list-error.js";
import { QBenchResponseError } from "../errors/response-error.js";
import type { Page } from "./listing.js";
import { type FetchPage, idOf, type PageResult } from "./page-result.js";
import { readAhead } from "./read-ahead.js";

/** Number of pages between two checks of the end. It shrinks after a failed check, but not below the read-ahead. */
const MAX_CHECK_INTERVAL = 100;
const MIN_CHECK_INTERVAL = 10;
/** Maximum number of checks in a row that may fail. */
const MAX_FAILED_CHECKS = 10;
/** Maximum number of times that the search for the end may change its direction. */
const MAX_REVERSALS = 2;

/** Fetches the last page of a list, with the newest record first. */
export const fetchLastPage = (fetchPage: FetchPage): Promise<Page<unknown>> =>
  fetchPage(1, { sort_by: "id", sort_order: "DESC" });

const fetchAscending = (fetchPage: FetchPage, page: number, signal?: AbortSignal): Promise<Page<unknown>> =>
  fetchPage(page, { sort_by: "id", sort_order: "ASC" }, signal);

/**
 * Returns true if a page is sorted by descending ids and has a total. A server that cannot sort may ignore the order.
 */
export const isDescending = ({ data, total_count }: Page<unknown>): boolean =>
  Number.isInteger(total_count) &&
  data.every((record, index) => Number.isInteger(idOf(record)) && !(idOf(record) >= idOf(data[index - 1])));

/** Describes where the records up to a certain id end, as one response shows it. */
interface EndPosition {
  page: Page<unknown>;
  number: number;
  /** Number of records up to that id. */
  count: number;
}

/** Finds the page on which the records with ids up to `end` end. The search starts at the page where it is expected. */
async function findEnd(
  end: number,
  fetchPage: FetchPage,
  expected: number,
  pageSize: number,
  signal: AbortSignal | undefined,
): Promise<EndPosition> {
  let number = Math.max(1, expected);
  // If the record with the id `end` was deleted, the end can lie between two pages, and each points to the other one.
  // The number of reversals is limited for this case.
  for (let lastDirection = 0, reversals = 0; ; ) {
    const page = await fetchAscending(fetchPage, number, signal);
    const upToEnd = page.data.filter(record => idOf(record) <= end).length;
    const pages = Math.ceil(page.total_count / pageSize);
    const mayContinue = upToEnd === page.data.length && idOf(page.data.at(-1)) !== end;
    const direction = upToEnd === 0 && number > 1 ? -1 : mayContinue && number < pages ? 1 : 0;
    if (direction * lastDirection < 0) reversals++;
    if (direction === 0 || (reversals > MAX_REVERSALS && upToEnd > 0))
      return { page, number, count: (number - 1) * pageSize + upToEnd };
    lastDirection = direction;
    number = direction > 0 ? number + 1 : Math.max(1, Math.min(number - 1, pages));
  }
}

/**
 * Reads a list in the order of ids, as it was when `newest` was fetched. New records get higher ids, so they do not
 * move the others. But if a record is deleted, or if an older one enters a filtered list, all records after it move.
 * One of them can move from an unread page to a page that was already read, and would be missed.
 *
 * Therefore the read regularly checks how many records there are up to the last id. If their number has changed, it
 * reads the pages since the previous check again, and yields the missed records afterwards. An example with two
 * records to a page:
 *
 *     1 2 | 3 4 | 5 6     page 1 is read
 *     2 3 | 4 5 | 6       record 1 is deleted, and page 2 is read: record 3 is missed
 *
 * The next check finds five records up to id 6, not six, and the read returns to page 1.
 *
 * @param newest the last page of the list, with the newest record first, fetched before all other pages
 */
export async function* readById(
  fetchPage: FetchPage,
  newest: Page<unknown>,
  resumeFrom: ListCursor,
): AsyncGenerator<PageResult> {
  const end = idOf(newest.data[0]);
  const pageSize = newest.data.length;
  /** Number of records up to the end, as of the last check. */
  let count = newest.total_count;
  /**
   * All records up to this id were certainly yielded. Undefined until the first page is known, if that is not page 1.
   */
  let confirmedUpTo = resumeFrom.after ?? (resumeFrom.page > 1 ? undefined : Number.NEGATIVE_INFINITY);
  /** The ids above `confirmedUpTo` that were yielded. */
  let yielded: number[] = [];
  let cursor = resumeFrom;
  let startPage = resumeFrom.page;
  let checkInterval = MAX_CHECK_INTERVAL;
  let failedChecks = 0;
  let stepsBack = 1;

  const select = (page: Page<unknown>, above: number, seen?: ReadonlySet<number>): Page<unknown> => {
    const data = page.data.filter(record => {
      const id = idOf(record);
      return id > above && id <= end && !seen?.has(id);
    });
    for (const record of data) yielded.push(idOf(record));
    return { ...page, data };
  };
  const toAscending = (page: Page<unknown>): Page<unknown> => ({
    ...page,
    page_number: Math.ceil(page.total_count / pageSize) || 1,
    data: page.data.toReversed(),
  });

  if (count <= pageSize) {
    if (confirmedUpTo !== undefined) yield { page: select(toAscending(newest), confirmedUpTo), cursor };
    return;
  }

  reading: for (let isFirstPass = true; ; isFirstPass = false) {
    const seen = new Set(yielded);
    /** The last page that this pass has taken, and the last id on it. */
    let reached = { page: startPage - 1, id: confirmedUpTo ?? Number.NEGATIVE_INFINITY };
    let next = startPage;
    const lastPage = Math.ceil(count / pageSize);
    /** The page where the end was last found. If the list has become shorter, the last page that still exists. */
    let endPage = lastPage;
    let pagesSinceCheck = 0;

    const checkEnd = (signal?: AbortSignal): Promise<EndPosition> => findEnd(end, fetchPage, endPage, pageSize, signal);
    /** Updates the state from a check. Returns false if the records since the previous check have to be read again. */
    const applyCheck = (position: EndPosition, upTo: typeof reached): boolean => {
      const shrunkBy = count - position.count;
      count = position.count;
      if (shrunkBy !== 0) {
        if (++failedChecks > MAX_FAILED_CHECKS) throw unstableListError();
        checkInterval = Math.max(MIN_CHECK_INTERVAL, checkInterval >> 1);
        const pagesBack = Math.max(0, Math.floor(shrunkBy / pageSize));
        startPage = Math.max(1, Math.min(cursor.page, position.number) - pagesBack);
        return false;
      }
      failedChecks = 0;
      checkInterval = Math.min(MAX_CHECK_INTERVAL, checkInterval * 2);
      confirmedUpTo = upTo.id;
      yielded = yielded.filter(id => id > upTo.id);
      cursor = { page: upTo.page, after: confirmedUpTo };
      return true;
    };

    const startNext = (
      signal: AbortSignal,
    ): Promise<Page<unknown> | { position: EndPosition; upTo: typeof reached }> | undefined => {
      // The check of the end fetches the last page itself.
      if (next >= endPage && next > startPage) return undefined;
      if (pagesSinceCheck++ < checkInterval) return fetchAscending(fetchPage, next++, signal);
      pagesSinceCheck = 0;
      // The check confirms only pages that were taken before it is sent. Other pages are still in flight.
      const upTo = reached;
      return checkEnd(signal).then(position => ({ position, upTo }));
    };

    for await (const result of readAhead(startNext)) {
      if ("position" in result) {
        if (applyCheck(result.position, result.upTo)) continue;
        continue reading;
      }
      const first = idOf(result.data[0]);
      const last = idOf(result.data.at(-1));
      if (first > last)
        throw new QBenchResponseError("The server did not sort the list by id. Set another `sort_by` in the query.");
      if (reached.page < startPage && startPage > 1) {
        if (result.data.length === 0 && confirmedUpTo === undefined) return;
        if (confirmedUpTo === undefined) {
          confirmedUpTo = first - 1;
          reached.id = confirmedUpTo;
        }
        // There can be records between the confirmed ones and this page, so go back until the page adjoins them.
        // (Ids are whole numbers.)
        if (!(first <= confirmedUpTo + 1)) {
          startPage = Math.max(1, startPage - stepsBack);
          stepsBack *= 2;
          continue reading;
        }
      }
      stepsBack = 1;
      endPage = Math.min(lastPage, Math.ceil(result.total_count / pageSize));
      const page = select(result, reached.id, seen);
      reached = { page: reached.page + 1, id: Math.max(last || reached.id, reached.id) };
      if (page.data.length > 0) yield { page, cursor };
      if (reached.id >= end || result.data.length === 0) break;
    }

    let tail = toAscending(newest);
    // No final check is needed if only one page was read and it adjoins or overlaps `newest`. That page was fetched
    // later, so records that moved out of `newest` are on it.
    if (!isFirstPass || reached.page !== startPage || !(reached.id >= idOf(newest.data.at(-1)) - 1)) {
      const position = await checkEnd();
      if (!applyCheck(position, reached)) continue;
      if (position.number > reached.page + 1) {
        // Records were deleted and newer ones shifted into their positions, so pages before the end are unread.
        startPage = cursor.page;
        continue;
      }
      tail = position.page;
    }
    const page = select(tail, reached.id, seen);
    if (page.data.length > 0) yield { page, cursor };
    return;
  }
}
