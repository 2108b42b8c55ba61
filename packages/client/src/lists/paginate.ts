import type { Client } from "openapi-fetch";
import { QBenchApiError } from "../errors/api-error.js";
import { QBenchConnectionError } from "../errors/connection-error.js";
import { type ListCursor, QBenchListError } from "../errors/list-error.js";
import { QBenchResponseError } from "../errors/response-error.js";
import { QBenchTimeoutError } from "../errors/timeout-error.js";
import { unwrap } from "../result/unwrap.js";
import type { Paginate, ReadOptions } from "./list-types.js";
import { createListing, type Page } from "./listing.js";
import type { FetchPage, PageResult } from "./page-result.js";
import { askNewest, isNewest, readById } from "./read-by-id.js";
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

const LARGEST_PAGE = 50;

/** Asks again for a page whose body breaks off; the transport sees to what fails before. */
async function again<Result>(attempts: number, read: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      const isCut = error instanceof QBenchConnectionError || error instanceof QBenchTimeoutError;
      if (!isCut || error.phase !== "body" || attempt >= attempts) throw error;
    }
  }
}

function checkPage(path: string, page: Page<unknown> | undefined): Page<unknown> {
  if (Array.isArray(page?.data)) return page;
  throw new QBenchResponseError(`${path} was not answered with a page of a list`);
}

/**
 * @param isSortable whether the list at a path takes `sort_by`
 * @param attempts how often a page is requested at most
 */
export function createPaginate<Paths extends {}>(
  client: Client<Paths>,
  isSortable: (path: string) => boolean,
  attempts: number,
): Paginate<Paths> {
  // The path and its options have been checked against each other by Paginate; here they are any.
  const get = client.GET as unknown as (
    path: string,
    init: object,
  ) => Promise<{ data: Page<unknown>; response: Response }>;

  function sortsById(path: string, { sort_by, sort_order = "ASC" }: LooseQuery): boolean {
    return sort_order === "ASC" && (sort_by === undefined ? isSortable(path) : sort_by === "id");
  }

  async function* readSteps(
    path: string,
    query: LooseQuery,
    ask: FetchPage,
    from: ListCursor,
  ): AsyncGenerator<PageResult> {
    const newest = sortsById(path, query)
      ? await askNewest(ask).catch(error => {
          // It is not known for certain that every list can be sorted by id (facts 4.2).
          if (!(error instanceof QBenchApiError && error.status === 400)) throw error;
        })
      : undefined;
    yield* newest && isNewest(newest) ? readById(ask, newest, from) : readUnsorted(ask, from);
  }

  async function* readPages(
    path: string,
    { cursor: start, onProgress, ...init }: LooseInit,
  ): AsyncGenerator<Page<unknown>> {
    const query = init.params?.query ?? {};
    const { page_num, page_size = LARGEST_PAGE } = query;
    const ask: FetchPage = async (page_num, order, leaving) => {
      const { signal } = init;
      const params = { ...init.params, query: { ...query, ...order, page_num, page_size } };
      const either = signal && leaving ? AbortSignal.any([signal, leaving]) : (signal ?? leaving);
      const read = () => unwrap(get(path, { ...init, params, ...(either && { signal: either }) }));
      return checkPage(path, await again(attempts, read));
    };
    const started = performance.now();
    let cursor: ListCursor = start ?? { page: page_num ?? 1 };
    const before = (cursor.page - 1) * page_size;
    let rows = 0;
    try {
      for await (const step of readSteps(path, query, ask, cursor)) {
        const { page } = step;
        cursor = step.cursor;
        yield page;
        rows += page.data.length;
        if (onProgress) {
          const rowsPerSecond = (rows * 1000) / Math.max(1, performance.now() - started);
          const left = Math.max(0, page.total_count - before - rows);
          onProgress({
            rows,
            total: page.total_count,
            rowsPerSecond,
            secondsLeft: left && left / rowsPerSecond,
            cursor,
          });
        }
      }
    } catch (error) {
      throw rows === 0 || init.signal?.aborted ? error : new QBenchListError(path, rows, cursor, error);
    }
  }

  return (path, ...[given]) => {
    const init = (given ?? {}) as LooseInit;
    async function total(): Promise<number> {
      const { cursor, onProgress, ...rest } = init;
      const params = { ...rest.params, query: { ...rest.params?.query, page_num: 1, page_size: 1 } };
      return checkPage(String(path), await unwrap(get(String(path), { ...rest, params }))).total_count;
    }
    // What the pages hold is what Paginate says of the path.
    return createListing(() => readPages(String(path), init) as AsyncGenerator<Page<never>>, total);
  };
}
