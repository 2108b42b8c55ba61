import type { Page } from "@qbench-sdk/client";

export type FetchPage = (page: number) => Promise<Page<unknown>>;

export const CONCURRENCY = 10;
export const ROWS_PER_PAGE = 50;
export const CONTACTS = "/qbench/api/v2/contacts";

/** Creates a function that fetches a page of contacts with bare fetch. It throws if the status is not 200. */
export function createFetchPage(baseUrl: string, token: string): FetchPage {
  const headers = { Authorization: `Bearer ${token}` };
  return async page => {
    const response = await fetch(`${baseUrl}${CONTACTS}?page_num=${page}&page_size=${ROWS_PER_PAGE}`, { headers });
    if (!response.ok) throw new Error(`The page was not fetched: ${response.status}`);
    return response.json();
  };
}

/** Reads all pages by number, ten at a time, as a hand-written loop does. It does not notice rows that move. */
export async function readInLoop(fetchPage: FetchPage, onPage: (page: Page<unknown>) => void): Promise<void> {
  const first = await fetchPage(1);
  onPage(first);
  let next = 2;
  const work = async () => {
    while (next <= first.total_pages) onPage(await fetchPage(next++));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}
