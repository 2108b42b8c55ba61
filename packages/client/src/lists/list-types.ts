import type { FetchOptions } from "openapi-fetch";
import type {
  MediaType,
  PathsWithMethod,
  RequiredKeysOf,
  ResponseObjectMap,
  SuccessResponse,
} from "openapi-typescript-helpers";
import type { ListCursor } from "../errors/list-error.js";
import type { Listing } from "./listing.js";

type Get<Paths, Path extends keyof Paths> = Paths[Path] extends { get: infer Operation } ? Operation : never;

type ResponseBody<Paths, Path extends keyof Paths> =
  Get<Paths, Path> extends infer Operation extends Record<string | number, unknown>
    ? SuccessResponse<ResponseObjectMap<Operation>, MediaType>
    : never;

/** The item of the list at a path. */
export type ItemOf<Paths, Path extends keyof Paths> =
  ResponseBody<Paths, Path> extends { data: (infer Item)[]; total_pages: unknown } ? Item : never;

/** The paths of a document whose GET returns a page of a list. */
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
