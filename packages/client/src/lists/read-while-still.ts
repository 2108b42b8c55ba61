import { notSortedError } from "../errors/list-error.js";
import { confirm, cursorOf, type IdRead, pageOfNewest, takeNew } from "./id-read.js";
import type { Page } from "./listing.js";
import { countOf, idOf, isAscending, type PageResult, pageCountOf } from "./page-result.js";
import { readAhead } from "./read-ahead.js";

/** Number of pages between two checks. */
const CHECK_INTERVAL = 100;

/** Describes how far a read has come: the last page that was taken, and the last id on it. */
interface Reached {
  page: number;
  id: number;
}

interface NextPage {
  page: Page<unknown>;
  /** If the page was requested for a check: the pages that it confirms. */
  confirms?: Reached;
}

/**
 * Watches whether a list stands still: whether its newest record is where it was, and what the server counts. The count
 * may grow because of new records, so only a count outside of those at the start and now shows that records have moved.
 */
function watch(newest: Page<unknown>, count: number, pageSize: number) {
  const end = idOf(newest.data[0]);
  const endPage = Math.ceil(count / pageSize);
  let start = count;
  let min = count;
  let max = count;
  return {
    /** The page with the newest record. */
    endPage,
    note(page: Page<unknown>): void {
      const now = countOf(page) ?? Number.NaN;
      min = Math.min(min, now);
      max = Math.max(max, now);
    },
    hasCountChanged: (): boolean => min !== max,
    /** Takes the last page, and returns true if the list stood still since the last check. */
    check(page: Page<unknown>): boolean {
      const now = countOf(page) ?? Number.NaN;
      const isInPlace = idOf(page.data[(count - 1) % pageSize]) === end;
      const isStill = isInPlace && min >= start && max <= now;
      start = min = max = now;
      return isStill;
    },
  };
}

/**
 * Reads pages concurrently, and yields them in their order, as long as the list stands still. It checks that every
 * hundred pages, at the end, and when the count changes. What follows the last successful check is not confirmed.
 *
 * @param newest the last page of the list, with the newest record first, fetched before all other pages
 * @returns whether the list was read to its end, has changed (or is counted wrongly), or is not sorted at all. In the
 * last case, nothing was yielded.
 */
export async function* readWhileStill(
  read: IdRead,
  newest: Page<unknown>,
): AsyncGenerator<PageResult, "complete" | "changed" | "unsorted"> {
  const { fetchPage, end, pageSize } = read;
  const count = countOf(newest) ?? 0;
  const list = watch(newest, count, pageSize);
  // If the count is too small by as many records as leave the list, the newest one moves to where it is expected.
  const isMiscounted = pageCountOf(newest) !== list.endPage;
  const startPage = read.position / pageSize + 1;
  let next = startPage;
  let reached: Reached = { page: startPage - 1, id: read.confirmedId };
  let taken = 0;
  let pagesSinceCheck = 0;
  let isChecking = false;
  /** Number of pages before a check because of a changed count. It doubles each time that the list stood still. */
  let patience = 1;

  const fetchEndPage = (signal?: AbortSignal): Promise<Page<unknown>> =>
    fetchPage({ page: list.endPage, order: "ASC", signal });

  const startNext = (signal: AbortSignal): Promise<NextPage> | undefined => {
    // The check at the end fetches the last page itself.
    if (next >= list.endPage && next > startPage) return undefined;
    const isSuspicious = list.hasCountChanged();
    // If the list has changed, further pages would be in vain.
    if (isChecking && isSuspicious) return undefined;
    if (!isChecking && pagesSinceCheck >= (isSuspicious ? patience : CHECK_INTERVAL)) {
      pagesSinceCheck = 0;
      isChecking = true;
      // The check confirms only pages that were taken before it is sent. Other pages are still in flight.
      const confirms = reached;
      return fetchEndPage(signal).then(page => ({ page, confirms }));
    }
    pagesSinceCheck++;
    return fetchPage({ page: next++, order: "ASC", signal }).then(page => ({ page }));
  };

  for await (const { page, confirms } of readAhead(startNext)) {
    const { data } = page;
    if (confirms) {
      if (!list.check(page)) return "changed";
      confirm(read, confirms.id, confirms.page * pageSize);
      isChecking = false;
      patience = Math.min(patience * 2, CHECK_INTERVAL);
      continue;
    }
    const isFirst = reached.page < startPage;
    const first = idOf(data[0]);
    // Two pages of one record each do not show an order.
    const isSameRecord = newest.data.length === 1 && data.length === 1 && countOf(page) !== 1;
    const startsWithEnd = isFirst && startPage === 1 && first >= end && isSameRecord;
    if (!isAscending(data) || startsWithEnd) {
      if (isFirst) return "unsorted";
      throw notSortedError();
    }
    const adjoins = isFirst ? startPage === 1 || first <= reached.id + 1 : first > reached.id;
    const isFull = data.length === pageSize || reached.page + 1 >= list.endPage;
    if (!adjoins || !isFull || isMiscounted) return "changed";
    list.note(page);
    yield { page: { ...page, data: takeNew(read, data) }, cursor: cursorOf(read) };
    taken += data.length;
    reached = { page: reached.page + 1, id: Math.max(reached.id, idOf(data.at(-1))) };
    if (reached.id >= end) {
      // The newest record is on the last page, unless records before it left the list.
      if (reached.page < list.endPage) return "changed";
      break;
    }
  }
  if (count === 0) return "changed";

  // No check is needed if only one page was read, and it and `newest` hold as many records as the server counts. That
  // page was fetched later, so records that moved out of `newest` are on it.
  const after = newest.data.filter(record => idOf(record) > reached.id).length;
  const adjoinsNewest = reached.page === startPage && reached.id >= idOf(newest.data.at(-1)) - 1;
  if (adjoinsNewest && taken + after >= count - read.position) {
    confirm(read, reached.id, reached.page * pageSize);
    yield pageOfNewest(read, newest);
    return "complete";
  }
  const last = await fetchEndPage();
  if (!list.check(last)) return "changed";
  const data = takeNew(read, last.data);
  // If the server left out records, some of the newest ones can be among them.
  const isComplete = newest.data.every(record => idOf(record) <= read.confirmedId || read.yielded.has(idOf(record)));
  if (isComplete) confirm(read, reached.id, reached.page * pageSize);
  yield { page: { ...last, data }, cursor: cursorOf(read) };
  return isComplete ? "complete" : "changed";
}
