import type { PageWindow } from "./page-window.js";

/**
 * Holds the state of a search for a record after others have moved it. The record is not among the first `low` records,
 * and it is among the first `high` ones. If only one of them is known, the search moves away from it by a `step` that
 * grows. Otherwise it continues in the middle. An example with pages of two records:
 *
 *     1 2 | 3 4 | 5      the record 4 was the last one of page 2
 *     3 4 | 5            the first two are deleted, and page 3 is empty: `high` is 4
 *     3 4 |              one step back, page 1 contains the record
 */
export interface PositionSearch {
  low: number;
  high: number;
  step: number;
}

/** Starts a search. It first moves by the number of records by which pages overlap. */
export const createSearch = (overlap: number): PositionSearch => ({
  low: 0,
  high: Number.POSITIVE_INFINITY,
  step: Math.max(1, overlap),
});

/**
 * Narrows a search by a page that is after the record (or empty), or before it.
 *
 * @param overlap by how many records pages overlap
 * @param size the size of a page, which needs no further search
 * @returns where the next page starts
 */
export function narrow(
  search: PositionSearch,
  { start, end }: PageWindow,
  isAfter: boolean,
  overlap: number,
  size: number,
): number {
  if (isAfter) search.high = start;
  else search.low = end - overlap;
  // If both exclude each other, records have moved again, and only the newer one is true.
  if (search.low >= search.high) {
    if (isAfter) search.low = 0;
    else search.high = Number.POSITIVE_INFINITY;
  }
  search.step *= 4;
  const { low, high, step } = search;
  if (high === Number.POSITIVE_INFINITY) return low + step;
  if (low === 0) return Math.max(0, high - step);
  return high - low > size ? Math.floor((low + high) / 2) : low;
}
