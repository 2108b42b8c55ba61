import type { Client, FetchOptions } from "openapi-fetch";
import type {
  MediaType,
  PathsWithMethod,
  RequiredKeysOf,
  ResponseObjectMap,
  SuccessResponse,
} from "openapi-typescript-helpers";
import { unwrap } from "./unwrap.js";

/** One page of a list, in QBench's envelope (facts 4.1). */
export interface Page<Item> {
  data: Item[];
  page_number: number;
  total_count: number;
  total_pages: number;
}

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

/** The options of that GET; optional where it asks for nothing. */
type ListInit<Paths extends {}, Path extends keyof Paths> =
  RequiredKeysOf<FetchOptions<Get<Paths, Path>>> extends never
    ? [init?: FetchOptions<Get<Paths, Path>>]
    : [init: FetchOptions<Get<Paths, Path>>];

/** A list that is read page by page, as it is asked for. Each iteration reads anew. */
export interface Listing<Item> extends AsyncIterable<Item> {
  pages(): AsyncIterable<Page<Item>>;
  toArray(): Promise<Item[]>;
}

/**
 * Reads a whole list: `page_num` and `page_size` of the query, if given, are the page to begin with and the size of pages;
 * default 1 and 50, the largest there is (facts 4.1). Reading stops after the last page; an error stops it too, so nothing
 * is ever left out in silence.
 *
 * @throws QBenchApiError from the iteration
 */
export type Paginate<Paths extends {}> = <Path extends ListPath<Paths>>(
  path: Path,
  ...init: ListInit<Paths, Path>
) => Listing<ItemOf<Paths, Path>>;

interface LooseInit {
  params?: { query?: { page_num?: number; page_size?: number } };
}

const largestPage = 50;

export function createPaginate<Paths extends {}>(client: Client<Paths>): Paginate<Paths> {
  // The path and its options have been checked against each other by Paginate; here they are any.
  const get = client.GET as unknown as (
    path: string,
    init: LooseInit,
  ) => Promise<{ data: Page<never>; response: Response }>;

  async function* readPages(path: string, init: LooseInit): AsyncGenerator<Page<never>> {
    const { page_num: first = 1, page_size = largestPage } = init.params?.query ?? {};
    for (let page_num = first; ; page_num++) {
      const query = { ...init.params?.query, page_num, page_size };
      const page = await unwrap(get(path, { ...init, params: { ...init.params, query } }));
      yield page;
      // Without a count of pages, one is taken as the last (facts 4.1).
      if (page_num >= (page.total_pages || 1) || page.data.length === 0) return;
    }
  }

  return (path, ...[init]) => {
    const pages = (): AsyncGenerator<Page<never>> => readPages(String(path), (init ?? {}) as LooseInit);
    async function* items(): AsyncGenerator<never> {
      for await (const page of pages()) yield* page.data;
    }
    async function toArray(): Promise<never[]> {
      const all: never[] = [];
      for await (const page of pages()) all.push(...page.data);
      return all;
    }
    return { pages, toArray, [Symbol.asyncIterator]: items };
  };
}
