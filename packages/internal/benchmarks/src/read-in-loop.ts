import type { ContactPage, FetchPage } from "./page-callers.ts";

export const CONCURRENCY = 10;

/** Reads all pages by number, ten at a time. A hand-written loop does the same: it does not detect that rows moved. */
export async function readInLoop(fetchPage: FetchPage, onPage: (page: ContactPage) => void): Promise<void> {
  const first = await fetchPage(1);
  if (!first) return;
  onPage(first);
  let next = 2;
  const work = async () => {
    while (next <= first.total_pages) {
      const page = await fetchPage(next++);
      if (page) onPage(page);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}
