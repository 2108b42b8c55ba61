import type { ListCursor } from "../errors/list-error.js";
import type { Page } from "./listing.js";

/** Selects one page of a list. */
interface PageRequest {
  page: number;
  /** Number of records to a page. By default, that of the query. */
  size?: number | undefined;
  /** Sorts the list by id. By default, the order of the query. */
  order?: "ASC" | "DESC" | undefined;
  signal?: AbortSignal | undefined;
}

/** Requests one page of a list. */
export type FetchPage = (request: PageRequest) => Promise<Page<unknown>>;

/** Describes what to read, and from where. */
export interface ListRead {
  fetchPage: FetchPage;
  /** The page size of the query. The server can have a smaller maximum. */
  pageSize: number;
  resumeFrom: ListCursor;
}

/**
 * Holds records of a read, and the cursor from which a later read resumes if this one stops after them. The page
 * has no records if all of them were already yielded.
 */
export interface PageResult {
  page: Page<unknown>;
  cursor: ListCursor;
}

/**
 * Returns the id of a record if it is a number, as in nearly all lists. Otherwise returns NaN, so every comparison is
 * false.
 */
export const idOf = (record: unknown): number => {
  const { id } = (record ?? {}) as { id?: unknown };
  return typeof id === "number" ? id : Number.NaN;
};

/** Returns true if the ids of the records are whole numbers and each is greater than the one before. */
export function isAscending(records: readonly unknown[]): boolean {
  let previous = Number.NEGATIVE_INFINITY;
  for (const record of records) {
    const id = idOf(record);
    if (!Number.isInteger(id) || id <= previous) return false;
    previous = id;
  }
  return true;
}

/** Returns the number of records in the list as the server counts them, or undefined if that cannot be right. */
export function countOf({ data, total_count }: Page<unknown>): number | undefined {
  const count = Number(total_count);
  return Number.isInteger(count) && count >= data.length ? count : undefined;
}

/** Returns the number of pages as the server counts them, or 1 if that cannot be right. */
export function pageCountOf({ total_pages }: Page<unknown>): number {
  const count = Number(total_pages);
  return Number.isInteger(count) && count > 1 ? count : 1;
}
