import { QBenchError } from "@qbench-sdk/auth";
import { describeCause } from "./message.js";

/** Reports what happened to the records of one request, or to one of them if the response has only some of them. */
export type WriteOutcome = {
  /** The position of the first record in the list, from 0. */
  start: number;
  /** Number of records, from `start` on. */
  count: number;
} & (
  | {
      /** QBench wrote the records. */
      state: "written";
      /** The written records. Not enumerable, so that a log of the error contains no customer data. */
      records: unknown[];
    }
  | {
      /** Nothing was written: QBench rejected the request, or no connection was made. */
      state: "failed";
      /** The error of the request. */
      error: unknown;
    }
  | {
      /**
       * The response is missing or reports a server error. QBench may have written the records. They are not sent again.
       */
      state: "unknown";
      /** The error of the request. A `QBenchResponseError` if the response lacks the records: it has those that came. */
      error: unknown;
    }
  | {
      /** The request was not sent, because an earlier one failed. */
      state: "unsent";
    }
);

/** Creates the outcome of a successful request. */
export function writtenOutcome(start: number, count: number, records: unknown[]): WriteOutcome {
  return Object.defineProperty({ start, count, state: "written", records }, "records", { enumerable: false });
}

/**
 * Reports that it is not certain that all records of a list were written. Either the list took several requests and one
 * of them failed, or a successful response does not have a record for each that was sent. `cause` is the reason.
 *
 * @example
 * ```ts
 * if (error instanceof QBenchWriteError) {
 *   const rest = error.outcomes.filter(({ state }) => state === "unsent");
 *   for (const { start, count } of rest) await client.orders.create(orders.slice(start, start + count));
 * }
 * ```
 */
export class QBenchWriteError extends QBenchError {
  static override readonly qbenchError: string = "QBenchWriteError";

  override readonly name = "QBenchWriteError";
  /** The outcomes of all records, in the order of the list. */
  readonly outcomes: readonly WriteOutcome[];

  constructor(call: string, outcomes: readonly WriteOutcome[], cause: unknown) {
    const counts = (["written", "failed", "unknown", "unsent"] as const).map(state => {
      const count = outcomes.reduce((sum, each) => sum + (each.state === state ? each.count : 0), 0);
      return count && `${count} ${state}`;
    });
    const reason = describeCause(cause);
    super(`${call} failed. Records: ${counts.filter(Boolean).join(", ")}.${reason} See error.outcomes.`, { cause });
    this.outcomes = outcomes;
  }
}
