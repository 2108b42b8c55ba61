import type { FetchOptions } from "openapi-fetch";
import type { PathsWithMethod, RequiredKeysOf } from "openapi-typescript-helpers";
import type { ListCursor } from "../errors/list-error.js";
import type { SuccessBody } from "../result/success-body.js";
import type { Listing } from "./listing.js";

type Get<Paths, Path extends keyof Paths> = Paths[Path] extends { get: infer Operation } ? Operation : never;

type ResponseBody<Paths, Path extends keyof Paths> =
  Get<Paths, Path> extends { responses: infer Responses } ? SuccessBody<Responses> : never;

/** Extracts the type of a record from the list at a path. */
export type ItemOf<Paths, Path extends keyof Paths> =
  ResponseBody<Paths, Path> extends { data: (infer Item)[]; total_pages: unknown } ? Item : never;

/** Selects the paths of a document whose GET returns a page of a list. */
export type ListPath<Paths extends {}> = {
  [Path in PathsWithMethod<Paths, "get"> & keyof Paths]: [ItemOf<Paths, Path>] extends [never] ? never : Path;
}[PathsWithMethod<Paths, "get"> & keyof Paths];

/** Describes how far a list read has come. */
export interface ListProgress {
  /** Number of records that the caller has taken so far. */
  rows: number;
  /**
   * Number of records in the whole list as the server counts them, including those before the page where the read
   * started. At least as many as were read.
   */
  total: number;
  /** How many pages brought nothing new. It grows while a part of the list is read again because the list changed. */
  rereads: number;
  /** The average rate since the start of this read. */
  rowsPerSecond: number;
  /** Estimated time to the end of the list, at that rate. */
  secondsLeft: number;
  /** Where a new read can resume if this one stops here. */
  cursor: ListCursor;
}

/** Configures the read of a whole list, in addition to the parameters of its GET. */
export interface ReadOptions {
  /**
   * Resumes an earlier read. Take it from `QBenchListError` or from the progress. By default, the read starts at the
   * `page_num` of the query, or at page 1.
   */
  cursor?: ListCursor;
  /** Called after the caller has taken all records of a page. An error that it throws ends the read. */
  onProgress?: (progress: ListProgress) => void;
}

/** Combines the options of the list's GET with those of the read. Optional if the GET has no required parameters. */
type ListInit<Paths extends {}, Path extends keyof Paths> =
  RequiredKeysOf<FetchOptions<Get<Paths, Path>>> extends never
    ? [init?: FetchOptions<Get<Paths, Path>> & ReadOptions]
    : [init: FetchOptions<Get<Paths, Path>> & ReadOptions];

/**
 * Reads a whole list. Every record that stays in the list from the beginning of the read to its end is yielded exactly
 * once, even if other records are created, deleted or filtered out meanwhile. Each read ends: the number of its requests
 * is bounded by the number of pages.
 *
 * - Order: If QBench can sort the list, records come in the order of their ids, and records that are created during the
 *   read are left out. If the list changes meanwhile, a few come later. A `sort_by` in the query overrides the order.
 * - Pages: `page_size` is 50 by default, which is the maximum (docs/qbench-api.md §4.1). `page_num` is the first page.
 *   If the list changes, other sizes up to `page_size` or 20 are requested, so that pages overlap.
 * - Read-ahead: Up to ten requests are in flight, within the client's limits, and up to twenty pages are read ahead.
 *   Before the caller has taken the first page, at most ten are requested.
 * - Counts: They are compared with the records, and not trusted. Only if a page holds fewer records than requested, and
 *   all counts say that these are all, the list is taken to end there.
 * - Errors: An error ends the read, so records are never skipped silently.
 *
 * QBench has no snapshots, so one case remains. If a record enters the list and another one leaves it between two
 * responses, the count stays the same and a record can be missed.
 *
 * @example
 * ```ts
 * for await (const test of client.paginate("/qbench/api/v2/tests")) console.log(test.id);
 * ```
 *
 * @throws QBenchListError from the iteration, if records were already yielded, or if a date cannot be parsed; otherwise
 * the error of the request
 * @throws QBenchResponseError if a list that is not sorted by id changed during every attempt, if the server leaves out
 * records, or if a response is not a page of a list
 */
export type Paginate<Paths extends {}> = <Path extends ListPath<Paths>>(
  path: Path,
  ...init: ListInit<Paths, Path>
) => Listing<ItemOf<Paths, Path>>;
