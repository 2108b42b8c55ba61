import type { ContactPage, FetchPage } from "./page-callers.ts";

export const AT_ONCE = 10;

/** The loop that one would write by hand: all pages by number, ten at once, with no look whether they moved. */
export async function readInLoop(ask: FetchPage, take: (page: ContactPage) => void): Promise<void> {
  const first = await ask(1);
  if (!first) return;
  take(first);
  let next = 2;
  const work = async () => {
    while (next <= first.total_pages) {
      const page = await ask(next++);
      if (page) take(page);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
