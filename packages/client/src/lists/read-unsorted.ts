import { type ListCursor, unstableListError } from "../errors/list-error.js";
import type { Page } from "./listing.js";
import type { FetchPage, PageResult } from "./page-result.js";
import { readAhead } from "./read-ahead.js";

/** Maximum number of times that a list is read if it changes each time. */
const MAX_PASSES = 10;

/** Returns what identifies a record. Few kinds have no id: these are compared as JSON, and several can be identical. */
function keyOf(record: unknown): { key: unknown; isUnique: boolean } {
  const { id } = (record ?? {}) as { id?: unknown };
  const isUnique = id !== undefined && id !== null;
  return { key: isUnique ? id : JSON.stringify(record), isUnique };
}

/**
 * Reads a list in the order of the server, which can be any. Records can move between pages while they are read, so the
 * last page is fetched first and again at the end. No record has moved if that page still starts with the same records,
 * and if as many records were found as the server counts. Otherwise the list is read again, and records that were
 * missed are yielded afterwards. The keys of all records stay in memory.
 */
export async function* readUnsorted(fetchPage: FetchPage, resumeFrom: ListCursor): AsyncGenerator<PageResult> {
  const startPage = resumeFrom.page;
  /** How many records of each key were yielded, over all passes. */
  const yielded = new Map<unknown, number>();
  /** How many records of each key this pass has found. */
  let found = new Map<unknown, number>();
  let pageSize = 1;

  const selectNew = (page: Page<unknown>): Page<unknown> => {
    pageSize = Math.max(pageSize, page.data.length);
    const data = page.data.filter(record => {
      const { key, isUnique } = keyOf(record);
      const count = isUnique ? 1 : (found.get(key) ?? 0) + 1;
      found.set(key, count);
      if (count <= (yielded.get(key) ?? 0)) return false;
      yielded.set(key, count);
      return true;
    });
    return { ...page, data };
  };
  // The first page shows the page size only if it is page 1. A later page can be the short one at the end.
  const lastPageOf = ({ total_pages, total_count }: Page<unknown>): number =>
    Math.max(total_pages || 1, startPage === 1 ? Math.ceil(total_count / pageSize) || 1 : 1);
  const isComplete = ({ total_count }: Page<unknown>): boolean => {
    let records = 0;
    for (const count of found.values()) records += count;
    return !(records < total_count - (startPage - 1) * pageSize);
  };

  const first = selectNew(await fetchPage(startPage));
  yield { page: first, cursor: { page: startPage } };
  let lastPage = lastPageOf(first);
  if (lastPage <= startPage) return;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    found = new Map();
    const before = await fetchPage(lastPage);
    let next = startPage;
    const fetchNext = (signal: AbortSignal): Promise<Page<unknown>> | undefined =>
      next < lastPage ? fetchPage(next++, undefined, signal) : undefined;
    for await (const result of readAhead(fetchNext)) {
      const page = selectNew(result);
      if (page.data.length > 0) yield { page, cursor: { page: pass > 0 ? startPage : result.page_number } };
    }
    const after = await fetchPage(lastPage);
    const page = selectNew(after);
    if (page.data.length > 0) yield { page, cursor: { page: startPage } };
    const existed = before.data.length > 0 || before.total_count === 0;
    const isUnchanged = before.data.every((record, index) => keyOf(record).key === keyOf(after.data[index]).key);
    if (existed && isUnchanged && isComplete(before)) return;
    lastPage = Math.max(startPage, lastPageOf(after));
  }
  throw unstableListError();
}
