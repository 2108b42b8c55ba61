/** Holds one page of a list, in QBench's envelope (docs/qbench-api.md §4.1). */
export interface Page<Item> {
  data: Item[];
  page_number: number;
  total_count: number;
  total_pages: number;
}

/** Reads a list lazily. Each iteration starts a new read. */
export interface Listing<Item> extends AsyncIterable<Item> {
  /** Yields the list page by page, without the records that this read has already yielded. */
  pages(): AsyncIterable<Page<Item>>;
  /** Reads all records into an array. */
  toArray(): Promise<Item[]>;
  /** Returns the current number of records. Sends one request, for a page of one record. */
  total(): Promise<number>;
}

/** Creates a listing from a function that starts a read and a function that returns the number of records. */
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

/**
 * Represents the result of a list method. Awaiting it returns the one page that its query selects. Iterating it reads
 * all records.
 */
export interface ListCall<Item> extends Listing<Item>, PromiseLike<Page<Item>> {}

/** Makes a listing awaitable. `readPage` is called each time it is awaited. */
export const listCall = <Item>(listing: Listing<Item>, readPage: () => Promise<Page<Item>>): ListCall<Item> => ({
  ...listing,
  // biome-ignore lint/suspicious/noThenProperty: a list call is awaited on purpose, to read one page
  then: (done, failed) => readPage().then(done, failed),
});
