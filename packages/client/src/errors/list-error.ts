import { QBenchError } from "@qbench-sdk/auth";
import { brandError } from "@qbench-sdk/auth/internal";
import { QBenchResponseError } from "./response-error.js";
/** Where a read can go on: `paginate(path, { from: point })`. */
export interface ListCursor {
  /** The page to begin with, from 1; of the same size. */
  page: number;
  /** The id of a record on that page. It and all before it have been given; the read goes on behind it, wherever it is now. */
  after?: number;
}

/**
 * A list was not read to its end, although some of it was given. `cause` is why. What comes before `point` is complete; some
 * of what comes after it may have been given as well. A list that is not sorted by id may have moved meanwhile.
 */
export class QBenchListError extends QBenchError {
  static {
    brandError(QBenchListError, "QBenchListError");
  }

  override readonly name = "QBenchListError";
  readonly cursor: ListCursor;
  /** How many records were given. */
  readonly rows: number;

  constructor(path: string, rows: number, point: ListCursor, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : "it failed";
    super(`Reading ${path} stopped after ${rows} records, to go on from page ${point.page}: ${reason}`, { cause });
    this.rows = rows;
    this.cursor = point;
  }
}

/** Records come and go faster than the read gets on. */
export const unstableListError = (): QBenchResponseError =>
  new QBenchResponseError(
    "records came and went during every attempt; read a smaller part of the list, or when less is changed",
  );
