/** Describes the records that one page holds: `size` of them, after the first `start` records of the list. */
export interface PageWindow {
  page: number;
  size: number;
  start: number;
  end: number;
}

/**
 * Returns the page that holds the record after the first `offset` ones and reaches furthest beyond it. Lists have no
 * offset, but a page can start at any multiple of its size.
 */
export function windowAt(offset: number, maxSize: number, minSize: number): PageWindow {
  let size = maxSize;
  const endOf = (one: number): number => offset - (offset % one) + one;
  for (let smaller = maxSize - 1; smaller >= minSize; smaller--) if (endOf(smaller) > endOf(size)) size = smaller;
  const end = endOf(size);
  return { page: end / size, size, start: end - size, end };
}
