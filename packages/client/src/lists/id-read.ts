import type { ListCursor } from "../errors/list-error.js";
import type { Page } from "./listing.js";
import { type FetchPage, idOf, type ListRead, type PageResult } from "./page-result.js";

/** Holds the state of a read in the order of ids. */
export interface IdRead {
  readonly fetchPage: FetchPage;
  /** The highest id when the read started. Records with higher ids are left out. */
  readonly end: number;
  /** Number of records on a full page of the query. */
  readonly pageSize: number;
  /** The page size of the query. The server can have a smaller maximum. */
  readonly requestedSize: number;
  /** Every record up to this id has been yielded, unless it was not in the list throughout. */
  confirmedId: number;
  /** How many records there were up to `confirmedId` when it was last seen. */
  position: number;
  /** The ids above `confirmedId` that were yielded. */
  readonly yielded: Set<number>;
}

/** Starts a read of the records up to `end`. `pageSize` is the number of records on a full page. */
export function createIdRead(read: ListRead, pageSize: number, end: number): IdRead {
  const { page, after = Number.NEGATIVE_INFINITY } = read.resumeFrom;
  return {
    fetchPage: read.fetchPage,
    end,
    pageSize,
    requestedSize: read.pageSize,
    confirmedId: after,
    position: (page - 1) * pageSize,
    yielded: new Set(),
  };
}

/** Returns the records of a page that have not been yielded and are not above the end, and notes them as yielded. */
export function takeNew({ yielded, confirmedId, end }: IdRead, records: readonly unknown[]): unknown[] {
  return records.filter(record => {
    const id = idOf(record);
    return id > confirmedId && id <= end && !yielded.has(id) && yielded.add(id);
  });
}

/** Notes that every record up to an id has been yielded. */
export function confirm(read: IdRead, id: number, position: number): void {
  read.confirmedId = id;
  read.position = position;
  for (const one of read.yielded) if (one <= id) read.yielded.delete(one);
}

/** Returns the position where a later read can continue. */
export const cursorOf = ({ confirmedId, position, pageSize }: IdRead): ListCursor => ({
  page: Math.ceil(position / pageSize) || 1,
  ...(Number.isFinite(confirmedId) && { after: confirmedId }),
});

/** Returns what is still missing of the page with the newest records, which come first on it. */
export function pageOfNewest(read: IdRead, newest: Page<unknown>): PageResult {
  const cursor = cursorOf(read);
  const page_number = Math.ceil(newest.total_count / read.pageSize) || 1;
  return { page: { ...newest, page_number, data: takeNew(read, newest.data.toReversed()) }, cursor };
}
