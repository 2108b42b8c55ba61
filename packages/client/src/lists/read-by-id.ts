import { type ListCursor, notSortedError } from "../errors/list-error.js";
import { confirm, createIdRead, cursorOf, type IdRead, takeNew } from "./id-read.js";
import type { Page } from "./listing.js";
import { countOf, idOf, isAscending, type ListRead, type PageResult } from "./page-result.js";
import { readAhead } from "./read-ahead.js";
import { readOverlapping } from "./read-overlapping.js";

/** Number of pages between two checks whether the list stands still. */
const CHECK_INTERVAL = 100;
/** The same if the server counts more or fewer records than before. It doubles with each check that succeeds. */
const FIRST_CHECK_INTERVAL = 1;

/** Describes how far a read has come: the last page that was taken, and the last id on it. */
interface Reached {
  page: number;
  id: number;
}

/**
 * Reads a list in the order of ids, as it was when `newest` was fetched. New records get higher ids, so they do not
 * move the others. But if a record leaves the list, or if an older one enters it, all records after it move. One of them
 * can move from an unread page to a page that was already read, and would be missed:
 *
 *     1 2 | 3 4 | 5      page 1 is read
 *     2 3 | 4 5          record 1 is deleted, and page 2 is read: record 3 is missed
 *
 * So the read has two parts:
 *
 * 1. While the list stands still, pages are read concurrently. The list has stood still if the newest record is where
 *    the count says: record 5 was the fifth, and is the fourth now.
 * 2. After a change, the rest is read from the last check on with pages that overlap (see `readOverlapping`).
 *
 * @returns false if the server does not sort the list, so nothing was yielded
 */
export async function* readById(list: ListRead): AsyncGenerator<PageResult, boolean> {
  const { fetchPage, resumeFrom } = list;
  const newest = await fetchPage({ page: 1, order: "DESC" });
  const pageSize = newest.data.length;
  /** Number of records as the server counts them, or 0 if that cannot be right. */
  const count = countOf(newest) ?? 0;
  if (pageSize === 0) return Number(newest.total_count) === 0 && !(newest.total_pages > 1);
  if (!isAscending(newest.data.toReversed())) return false;
  const read = createIdRead(list, pageSize, idOf(newest.data[0]));
  // A full page can be the whole list, or the server counts the records of one page only.
  if (count === pageSize && pageSize < list.pageSize && !(newest.total_pages > 1)) {
    if (resumeFrom.page === 1 || resumeFrom.after !== undefined) yield lastPage(read, newest);
    return true;
  }
  if (resumeFrom.page > 1 && resumeFrom.after === undefined) {
    const first = await fetchPage({ page: resumeFrom.page, order: "ASC" });
    if (first.data.length === 0) return true;
    read.confirmedId = idOf(first.data[0]) - 1;
  }
  const outcome = yield* readWhileStill(read, newest, count);
  if (outcome === "changed") yield* readOverlapping(read, count || undefined);
  return outcome !== "unsorted";
}

/** Returns what is still missing of the last page, which is sorted by descending ids. */
function lastPage(read: IdRead, newest: Page<unknown>): PageResult {
  const cursor = cursorOf(read);
  const page_number = Math.ceil(newest.total_count / read.pageSize) || 1;
  return { page: { ...newest, page_number, data: takeNew(read, newest.data.toReversed()) }, cursor };
}

/**
 * Reads pages concurrently, and yields them in their order, until the end of the list or until something shows that the
 * list changes or that the server's count is wrong. Then the records since the last successful check are not confirmed.
 */
async function* readWhileStill(
  read: IdRead,
  newest: Page<unknown>,
  count: number,
): AsyncGenerator<PageResult, "complete" | "changed" | "unsorted"> {
  const { fetchPage, end, pageSize } = read;
  const startPage = read.position / pageSize + 1;
  const endPage = Math.ceil(count / pageSize);
  let next = startPage;
  let reached: Reached = { page: startPage - 1, id: read.confirmedId };
  let taken = 0;
  let pagesSinceCheck = 0;
  let isChecking = false;
  let checkInterval = FIRST_CHECK_INTERVAL;
  /** The counts of the server: at the last check, and the range since then. */
  let total = newest.total_count;
  let range = [total, total] as const;

  const fetchEndPage = (signal?: AbortSignal): Promise<Page<unknown>> =>
    fetchPage({ page: endPage, order: "ASC", signal });

  const startNext = (
    signal: AbortSignal,
  ): Promise<{ page: Page<unknown>; confirms?: Reached }> | undefined => {
    // The check at the end fetches the last page itself.
    if (next >= endPage && next > startPage) return undefined;
    const hasCountChanged = range[0] !== range[1];
    // If the list has probably changed, the pages after it would be in vain.
    if (isChecking && hasCountChanged) return undefined;
    if (!isChecking && pagesSinceCheck >= (hasCountChanged ? checkInterval : CHECK_INTERVAL)) {
      pagesSinceCheck = 0;
      isChecking = true;
      // The check confirms only pages that were taken before it is sent. Other pages are still in flight.
      const confirms = reached;
      return fetchEndPage(signal).then(page => ({ page, confirms }));
    }
    pagesSinceCheck++;
    return fetchPage({ page: next++, order: "ASC", signal }).then(page => ({ page }));
  };

  /**
   * Returns true if the newest record is where it was, and the server's counts agree. They may only have grown, because
   * of records after that one.
   */
  const standsStill = ({ data, total_count }: Page<unknown>): boolean =>
    idOf(data[(count - 1) % pageSize]) === end &&
    data.length === Math.min(pageSize, total_count - (endPage - 1) * pageSize) &&
    range[0] >= total &&
    range[1] <= total_count;

  for await (const { page, confirms } of readAhead(startNext)) {
    const { data } = page;
    if (confirms) {
      if (!standsStill(page)) return "changed";
      confirm(read, confirms.id, confirms.page * pageSize);
      isChecking = false;
      checkInterval *= 2;
      total = page.total_count;
      range = [total, total];
      continue;
    }
    const isFirst = reached.page < startPage;
    const isNewestFirst = isFirst && startPage === 1 && idOf(data[0]) >= end && countOf(page) !== data.length;
    if (!isAscending(data) || isNewestFirst) {
      if (isFirst) return "unsorted";
      throw notSortedError();
    }
    const adjoins = isFirst ? startPage === 1 || idOf(data[0]) <= reached.id + 1 : idOf(data[0]) > reached.id;
    if (!adjoins || (data.length !== pageSize && reached.page + 1 < endPage)) return "changed";
    range = [Math.min(range[0], page.total_count), Math.max(range[1], page.total_count)];
    const cursor = cursorOf(read);
    yield { page: { ...page, data: takeNew(read, data) }, cursor };
    taken += data.length;
    reached = { page: reached.page + 1, id: Math.max(reached.id, idOf(data.at(-1))) };
    if (reached.id >= end) break;
  }

  // No check is needed if only one page was read, and it and `newest` hold as many records as the server counts. That
  // page was fetched later, so records that moved out of `newest` are on it.
  const after = newest.data.filter(record => idOf(record) > reached.id).length;
  const isWhole =
    reached.page === startPage && reached.id >= idOf(newest.data.at(-1)) - 1 && taken + after >= count - read.position;
  if (count === 0) return "changed";
  const last = isWhole ? undefined : await fetchEndPage();
  if (last && !standsStill(last)) return "changed";
  if (!last) {
    confirm(read, reached.id, reached.page * pageSize);
    yield lastPage(read, newest);
    return "complete";
  }
  const data = takeNew(read, last.data);
  // The newest records are also proof of what the server left out.
  const isComplete = newest.data.every(record => idOf(record) <= read.confirmedId || read.yielded.has(idOf(record)));
  if (isComplete) confirm(read, reached.id, reached.page * pageSize);
  yield { page: { ...last, data }, cursor: cursorOf(read) };
  return isComplete ? "complete" : "changed";
}
