/** One page of a list, in QBench's envelope (facts 4.1). */
export interface Page<Item> {
  data: Item[];
  page_number: number;
  total_count: number;
  total_pages: number;
}

/** A list that is read as it is asked for. Each iteration reads anew. */
export interface Listing<Item> extends AsyncIterable<Item> {
  /** The records as the pages have them, without those that were given already. */
  pages(): AsyncIterable<Page<Item>>;
  toArray(): Promise<Item[]>;
  /** How many records there are now; asks for one. */
  total(): Promise<number>;
}

export function createListing<Item>(
  pages: () => AsyncIterable<Page<Item>>,
  total: () => Promise<number>,
): Listing<Item> {
  async function* items(): AsyncGenerator<Item> {
    for await (const page of pages()) yield* page.data;
  }
  async function toArray(): Promise<Item[]> {
    const all: Item[] = [];
    for await (const page of pages()) for (const item of page.data) all.push(item);
    return all;
  }
  return { pages, toArray, total, [Symbol.asyncIterator]: items };
}

/** A list: awaited, it is the one page that its query asks for; iterated, all its records, page by page. */
export interface ListCall<Item> extends Listing<Item>, PromiseLike<Page<Item>> {}

/** A listing that can be awaited for one page as well. */
export const listCall = <Item>(listing: Listing<Item>, readPage: () => Promise<Page<Item>>): ListCall<Item> => ({
  ...listing,
  // biome-ignore lint/suspicious/noThenProperty: to be awaited is what it is for
  then: (done, failed) => readPage().then(done, failed),
});
