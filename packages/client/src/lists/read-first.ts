import { type ListCursor, unstableListError } from "../errors/list-error.js";
import type { Page } from "./listing.js";
import { type FetchPage, idOf, type PageResult } from "./page-result.js";
import { readAhead } from "./read-ahead.js";

/** Maximum number of times that the pages are read if the list becomes shorter each time. */
const MAX_PASSES = 10;

/**
 * Reads the first records of a list, and requests no page after them. The first page shows how many pages there are,
 * and the others are read ahead.
 *
 * Records can move between pages meanwhile. A record on two pages is yielded once. If the list has become shorter, a
 * record can have moved to a page that was already read. Then the pages are read again, and the records that were missed
 * are yielded afterwards.
 *
 * @param order the order to request, if the list can be sorted by id
 */
export async function* readFirst(
  fetchPage: FetchPage,
  resumeFrom: ListCursor,
  limit: number,
  order: { sort_by: "id"; sort_order: "ASC" } | undefined,
): AsyncGenerator<PageResult> {
  const after = order && resumeFrom.after;
  const seen = new Set<unknown>();
  let found = 0;
  let startPage = resumeFrom.page;
  let stepsBack = 1;

  const selectNew = ({ data }: Page<unknown>): unknown[] => {
    const unseen = data.filter(record => {
      if (after !== undefined && idOf(record) <= after) return false;
      const { id = record } = (record ?? {}) as { id?: unknown };
      return !seen.has(id) && seen.add(id);
    });
    return unseen.slice(0, limit - found);
  };

  reading: for (let pass = 0; pass < MAX_PASSES; ) {
    let next = startPage;
    let lastPage = startPage;
    let taken = startPage - 1;
    let pageSize = limit;
    let total = 0;
    let previousId = after;
    const fetchNext = (signal: AbortSignal): Promise<Page<unknown>> | undefined => {
      const lastNeeded = taken + Math.ceil((limit - found) / pageSize);
      return next <= Math.min(lastPage, lastNeeded) ? fetchPage(next++, order, signal) : undefined;
    };
    for await (const page of readAhead(fetchNext)) {
      const isFirst = taken < startPage;
      if (isFirst && startPage > 1 && after !== undefined && !(idOf(page.data[0]) <= after + 1)) {
        // Records before the cursor were deleted, so later ones have moved to earlier pages. (Ids are whole numbers.)
        startPage = Math.max(1, startPage - stepsBack);
        stepsBack *= 2;
        continue reading;
      }
      if (page.total_count < total) {
        pass++;
        continue reading;
      }
      total = page.total_count;
      lastPage = page.total_pages;
      if (isFirst) pageSize = page.data.length || 1;
      taken++;
      const data = selectNew(page);
      found += data.length;
      const cursor = { page: taken, ...(previousId !== undefined && { after: previousId }) };
      if (order) previousId = idOf(page.data.at(-1)) || previousId;
      if (data.length > 0) yield { page: { ...page, data }, cursor };
      if (found >= limit) return;
    }
    return;
  }
  throw unstableListError();
}
