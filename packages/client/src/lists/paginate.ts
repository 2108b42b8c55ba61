import type { Client } from "openapi-fetch";
import { QBenchApiError } from "../errors/api-error.js";
import { type ListCursor, QBenchListError } from "../errors/list-error.js";
import { QBenchResponseError } from "../errors/response-error.js";
import { unwrap } from "../result/unwrap.js";
import { type ConversionFailure, type ConvertedPage, convertPage } from "./convert-page.js";
import type { Paginate, ReadOptions } from "./list-types.js";
import { createListing, type Page } from "./listing.js";
import { countOf, type FetchPage, type ListRead, type PageResult } from "./page-result.js";
import { readById } from "./read-by-id.js";
import { readFirst, readFirstById } from "./read-first.js";
import { readUnsorted } from "./read-unsorted.js";

interface LooseQuery {
  page_num?: number;
  page_size?: number;
  sort_by?: string;
  sort_order?: string;
}

interface LooseInit extends ReadOptions {
  params?: { query?: LooseQuery };
  signal?: AbortSignal | null;
}

const MAX_PAGE_SIZE = 50;

function checkPage(path: string, page: Page<unknown> | undefined): Page<unknown> {
  if (Array.isArray(page?.data)) return page;
  throw new QBenchResponseError(
    `GET ${path} failed: the response is not a page of a list. Check baseUrl, and that this path is a list.`,
  );
}

/**
 * Creates the client's `paginate`.
 *
 * @param isSortable returns true if the list at a path has the parameter `sort_by`
 * @param convert converts each record before it is yielded. If it throws, the records before are still yielded.
 */
export function createPaginate<Paths extends {}>(
  client: Client<Paths>,
  isSortable: (path: string) => boolean,
  convert?: (record: unknown) => unknown,
): Paginate<Paths> {
  // The type Paginate has checked the options against the path. Here, both can be anything.
  const get = client.GET as unknown as (
    path: string,
    init: object,
  ) => Promise<{ data: Page<unknown>; response: Response }>;

  function sortsById(path: string, { sort_by, sort_order = "ASC" }: LooseQuery): boolean {
    return sort_order === "ASC" && (sort_by === undefined ? isSortable(path) : sort_by === "id");
  }

  async function* readPages(
    path: string,
    { cursor: resumeFrom, onProgress, ...init }: LooseInit,
    limit?: number,
  ): AsyncGenerator<Page<unknown>> {
    const query = init.params?.query ?? {};
    let cursor: ListCursor = resumeFrom ?? { page: query.page_num ?? 1 };
    let { page_size = MAX_PAGE_SIZE } = query;
    // On page 1, a smaller size moves no record to another page.
    if (limit !== undefined && !resumeFrom && cursor.page === 1) page_size = Math.min(page_size, limit);
    let hasResponded = false;
    const fetchPage: FetchPage = async ({ page, size = page_size, order, signal: stopped }) => {
      const { signal } = init;
      const sorting = order && { sort_by: "id", sort_order: order };
      const params = { ...init.params, query: { ...query, ...sorting, page_num: page, page_size: size } };
      const either = signal && stopped ? AbortSignal.any([signal, stopped]) : (signal ?? stopped);
      const result = await unwrap(get(path, { ...init, params, ...(either && { signal: either }) }));
      hasResponded = true;
      return checkPage(path, result);
    };
    const read: ListRead = { fetchPage, pageSize: page_size, resumeFrom: cursor };
    async function* readResults(): AsyncGenerator<PageResult> {
      if (sortsById(path, query)) {
        try {
          if (yield* limit === undefined ? readById(read) : readFirstById(read, limit)) return;
        } catch (error) {
          // It is only assumed that all lists with `sort_by` can be sorted by id (docs/qbench-api.md §4.2).
          if (hasResponded || !(error instanceof QBenchApiError && error.status === 400)) throw error;
        }
      }
      yield* limit === undefined ? readUnsorted(read) : readFirst(read, limit);
    }

    const startedAt = performance.now();
    const rowsBefore = (cursor.page - 1) * page_size;
    let rows = 0;
    let rereads = 0;
    let failure: ConversionFailure | undefined;
    try {
      for await (const result of readResults()) {
        cursor = result.cursor;
        const converted: ConvertedPage = convert ? convertPage(result.page, convert) : result;
        const { page } = converted;
        failure = converted.failure;
        if (page.data.length > 0) yield page;
        else rereads++;
        rows += page.data.length;
        if (failure) throw failure.error;
        // The rate is unknown before the first record.
        if (onProgress && rows > 0) {
          const rowsPerSecond = (rows * 1000) / Math.max(1, performance.now() - startedAt);
          // The server's count can be missing or too small.
          const total = Math.max(rowsBefore + rows, countOf(page) ?? 0);
          const rowsLeft = Math.min(total - rowsBefore, limit ?? Number.POSITIVE_INFINITY) - rows;
          onProgress({
            rows,
            total,
            rereads,
            rowsPerSecond,
            secondsLeft: rowsLeft && rowsLeft / rowsPerSecond,
            cursor,
          });
        }
      }
    } catch (error) {
      if (!failure && (rows === 0 || init.signal?.aborted)) throw error;
      throw new QBenchListError(path, rows, cursor, error, failure?.recordId);
    }
  }

  return (path, ...[options]) => {
    const init = (options ?? {}) as LooseInit;
    async function total(): Promise<number> {
      const { cursor, onProgress, ...rest } = init;
      const params = { ...rest.params, query: { ...rest.params?.query, page_num: 1, page_size: 1 } };
      const count = countOf(checkPage(String(path), await unwrap(get(String(path), { ...rest, params }))));
      if (count === undefined) throw new QBenchResponseError(`GET ${String(path)} failed: the response has no count.`);
      return count;
    }
    // The type Paginate knows what the pages of this path hold.
    return createListing(limit => readPages(String(path), init, limit) as AsyncGenerator<Page<never>>, total);
  };
}
