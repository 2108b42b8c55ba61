import type { Client, FetchOptions } from "openapi-fetch";
import type {
  MediaType,
  PathsWithMethod,
  RequiredKeysOf,
  ResponseObjectMap,
  SuccessResponse,
} from "openapi-typescript-helpers";
import { QBenchApiError } from "../errors/api-error.js";
import { QBenchConnectionError } from "../errors/connection-error.js";
import { type ListCursor, QBenchListError } from "../errors/list-error.js";
import { QBenchResponseError } from "../errors/response-error.js";
import { QBenchTimeoutError } from "../errors/timeout-error.js";
import { unwrap } from "../result/unwrap.js";
import { createListing, type Listing, type Page } from "./listing.js";
import type { FetchPage, PageResult } from "./page-result.js";
import { askNewest, isNewest, readById } from "./read-by-id.js";
import { readUnsorted } from "./read-unsorted.js";

type Get<Paths, Path extends keyof Paths> = Paths[Path] extends { get: infer Operation } ? Operation : never;

type Answer<Paths, Path extends keyof Paths> =
  Get<Paths, Path> extends infer Operation extends Record<string | number, unknown>
    ? SuccessResponse<ResponseObjectMap<Operation>, MediaType>
    : never;

/** The item of the list at a path. */
export type ItemOf<Paths, Path extends keyof Paths> =
  Answer<Paths, Path> extends { data: (infer Item)[]; total_pages: unknown } ? Item : never;

/** The paths of a document whose GET answers with a page. */
export type ListPath<Paths extends {}> = {
  [Path in PathsWithMethod<Paths, "get"> & keyof Paths]: [ItemOf<Paths, Path>] extends [never] ? never : Path;
}[PathsWithMethod<Paths, "get"> & keyof Paths];

/** How far a read has come. */
export interface ListProgress {
  /** The records that have been taken so far. */
  rows: number;
  /** All records of the list, with those before the place where the read began. */
  total: number;
  rowsPerSecond: number;
  secondsLeft: number;
  /** Where to go on, should it end here. */
  cursor: ListCursor;
}

/** What a read of a whole list takes beside the options of its GET. */
export interface ReadOptions {
  /** Where to go on, as `QBenchListError` or the progress has told; default the beginning. */
  cursor?: ListCursor;
  /** Is told after the records of each page have been taken. What it throws ends the read. */
  onProgress?: (progress: ListProgress) => void;
}

/** The options of that GET; optional where it asks for nothing. */
type ListInit<Paths extends {}, Path extends keyof Paths> =
  RequiredKeysOf<FetchOptions<Get<Paths, Path>>> extends never
    ? [init?: FetchOptions<Get<Paths, Path>> & ReadOptions]
    : [init: FetchOptions<Get<Paths, Path>> & ReadOptions];

/**
 * Reads a whole list: every record that is in it from the beginning of the read to its end is given once, while records are
 * added and deleted. Where the operation can sort, they come in order of ids, as of the beginning of the read; a `sort_by` of
 * the query takes its place. `page_size` is 50 if not given, the largest there is (facts 4.1); `page_num` is the page to
 * begin with. Only where records leave a filtered list and as many others enter it, within the same hundred pages, can one
 * that stays be missed: QBench has no snapshots, and the count is the same.
 *
 * Ten pages are asked for at once, within the client's limits, and up to twenty are read ahead, no more than ten before the
 * first is taken. An error ends the read, so nothing is ever left out in silence.
 *
 * @throws QBenchListError from the iteration, once something was given; before that what the call fails with
 * @throws QBenchResponseError when the list does not hold still, or is none
 */
export type Paginate<Paths extends {}> = <Path extends ListPath<Paths>>(
  path: Path,
  ...init: ListInit<Paths, Path>
) => Listing<ItemOf<Paths, Path>>;

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
