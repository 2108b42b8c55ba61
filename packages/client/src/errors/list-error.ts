import { QBenchError } from "@qbench-sdk/auth";
import { describeCause } from "./message.js";
import { QBenchResponseError } from "./response-error.js";

/** Marks the position in a list where a read can continue: `paginate(path, { cursor })`. */
export interface ListCursor {
  /** The page to start with, from 1. The page size must stay the same. */
  page: number;
  /**
   * The id of a record on that page. This record and all before it have been yielded. The read continues after it, even
   * if it has moved meanwhile.
   */
  after?: number;
}

/**
 * Reports that a list read failed after some records were yielded, or that a date of a record cannot be parsed. `cause`
 * is the reason. All records before `cursor` have been yielded, and possibly some after it. If the list is not sorted by
 * id, records may have moved meanwhile.
 *
 * @example
 * ```ts
 * if (error instanceof QBenchListError) {
 *   for await (const order of client.paginate("/qbench/api/v2/orders", { cursor: error.cursor })) save(order);
 * }
 * ```
 */
export class QBenchListError extends QBenchError {
  static override readonly qbenchError: string = "QBenchListError";

  override readonly name = "QBenchListError";
  /** The position to continue from. */
  readonly cursor: ListCursor;
  /** How many records were yielded. */
  readonly rows: number;
  /** If a date cannot be parsed: the id of its record. All records before this one in the list have been yielded. */
  declare readonly recordId?: number | string;

  constructor(path: string, rows: number, cursor: ListCursor, cause: unknown, recordId?: number | string) {
    const reason = describeCause(cause);
    const advice = `Pass error.cursor as the option cursor to continue from page ${cursor.page}.`;
    super(`Reading ${path} failed after ${rows} records.${reason} ${advice}`, { cause });
    this.rows = rows;
    this.cursor = cursor;
    if (recordId !== undefined) this.recordId = recordId;
  }
}

/** Returns the error for a list whose records are created and deleted faster than it can be read. */
export const unstableListError = (): QBenchResponseError =>
  new QBenchResponseError("The list changed during every attempt. Narrow the filter or retry later.");

export const notSortedError = (): QBenchResponseError =>
  new QBenchResponseError("The server did not sort the list by id. Set another `sort_by` in the query.");

/** Returns the error for a list whose pages do not lead to its end. */
export const incompleteListError = (reason: string): QBenchResponseError =>
  new QBenchResponseError(`The server leaves out records: ${reason}. Retry later, or set another \`page_size\`.`);
