import { assertWholeNumber } from "@qbench-sdk/auth/internal";
import type { Call } from "../result/call.js";

/** Holds one page of a list, in QBench's envelope (docs/qbench-api.md §4.1). */
export interface Page<Item> {
  /** The records of the page. */
  data: Item[];
  /** The number of the page, from 1. */
  page_number: number;
  /** The number of records in the whole list, as the server counts them. */
  total_count: number;
  /** The number of pages in the whole list. */
  total_pages: number;
}

/** Limits how much of a list is read. */
export interface LimitOptions {
  /** Maximum number of records, at least 1. By default, the whole list is read. No page is requested after them. */
  limit?: number;
}

/** Reads a list lazily. Each iteration starts a new read. */
export interface Listing<Item> extends AsyncIterable<Item> {
  /**
   * Yields the list page by page, or its first records up to `limit`. A page lacks records that this read has yielded
   * before.
   *
   * @throws QBenchInputError if `limit` is not a whole number of at least 1
   */
  pages(options?: LimitOptions): AsyncIterable<Page<Item>>;
  /**
   * Reads all records into an array, or the first ones up to `limit`.
   *
   * @throws QBenchInputError if `limit` is not a whole number of at least 1
   */
  toArray(options?: LimitOptions): Promise<Item[]>;
  /** Returns the current number of records. Sends one request, for a page of one record. */
  total(): Promise<number>;
}

/**
 * Creates a listing from a function that starts a read and a function that returns the number of records.
 *
 * @param readPages reads the whole list, or its first records up to `limit`
 */
export function createListing<Item>(
  readPages: (limit?: number) => AsyncIterable<Page<Item>>,
  total: () => Promise<number>,
): Listing<Item> {
  async function* items(): AsyncGenerator<Item> {
    for await (const page of readPages()) yield* page.data;
  }
  function pages({ limit }: LimitOptions = {}): AsyncIterable<Page<Item>> {
    if (limit !== undefined) assertWholeNumber("limit", limit, ", or left out to read all records");
    return readPages(limit);
  }
  async function toArray(options?: LimitOptions): Promise<Item[]> {
    const all: Item[] = [];
    for await (const page of pages(options)) for (const item of page.data) all.push(item);
    return all;
  }
  return { pages, toArray, total, [Symbol.asyncIterator]: items };
}

/**
 * Represents the list that a list method returns. Awaiting it requests the one page that its query selects, once.
 * Iterating it reads all records. It has the methods of a promise, but is not a `Promise`: until its first use, it sends
 * no request.
 */
export interface ListCall<Item> extends Listing<Item>, Call<Page<Item>> {}

/** Makes a listing awaitable. Its page is requested on first use, once. */
export function listCall<Item>(listing: Listing<Item>, requestPage: () => Call<Page<Item>>): ListCall<Item> {
  let requested: Call<Page<Item>> | undefined;
  const page = (): Call<Page<Item>> => {
    requested ??= requestPage();
    return requested;
  };
  return {
    ...listing,
    // biome-ignore lint/suspicious/noThenProperty: a list call is awaited on purpose, to read one page
    then: (done, failed) => page().then(done, failed),
    catch: failed => page().catch(failed),
    finally: done => page().finally(done),
    withResponse: () => page().withResponse(),
    [Symbol.toStringTag]: "ListCall",
  };
}
