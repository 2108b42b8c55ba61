import { QBenchError } from "@qbench-sdk/auth";
import { escapeInvisible } from "@qbench-sdk/auth/internal";
import { describeCause, toSentence } from "../errors/message.js";
import type { RejectedCell } from "./find-rejected-cells.js";
import type { WorksheetData } from "./worksheet-types.js";

/** Reports what happened to the cells of one test. */
export type WorksheetOutcome<Data extends WorksheetData = WorksheetData> = {
  /** The id of the test. */
  id: number;
} & (
  | {
      /** The worksheet was processed, and has the cells that were sent. */
      state: "accepted";
      /** The worksheet as it was read back. Not enumerable, so that a log of the error contains no results. */
      readonly data: Data;
    }
  | {
      /** The worksheet was processed, and lacks cells that were sent, or has other values in them. */
      state: "incomplete";
      /** The cells that were not accepted. */
      cells: RejectedCell[];
      /** As above. */
      readonly data: Data;
    }
  | {
      /** QBench could not process the worksheet. */
      state: "processing_failed";
      /** The laboratory's message. Empty if the response has none. */
      message: string;
      /** As above. */
      readonly data: Data;
    }
  | {
      /** The cells were sent, and the worksheet was not processed in time. QBench may still process it. */
      state: "unprocessed";
    }
  | {
      /** Nothing was written: QBench rejected the request, or no connection was made. */
      state: "failed";
      /** The error of the request. */
      error: unknown;
    }
  | {
      /**
       * The response to the write is missing or reports a server error, and the worksheet does not have the cells; or the
       * worksheet could not be read back. QBench may have written the cells. They are not sent again.
       */
      state: "unknown";
      /** The error of the request. */
      error: unknown;
    }
  | {
      /** The cells were not sent, because an earlier request failed. */
      state: "unsent";
    }
);

const states = ["accepted", "incomplete", "processing_failed", "unprocessed", "failed", "unknown", "unsent"] as const;

/**
 * Reports that not all cells were accepted by the worksheets of tests.
 *
 * @example
 * ```ts
 * if (error instanceof QBenchWorksheetError) {
 *   for (const outcome of error.outcomes) {
 *     if (outcome.state === "incomplete") console.error(outcome.id, outcome.cells);
 *   }
 * }
 * ```
 */
export class QBenchWorksheetError extends QBenchError {
  static override readonly qbenchError: string = "QBenchWorksheetError";

  override readonly name = "QBenchWorksheetError";
  /** The outcomes of all tests, in the order of the call. */
  readonly outcomes: readonly WorksheetOutcome[];

  constructor(call: string, outcomes: readonly WorksheetOutcome[]) {
    const counts = states.flatMap(state => {
      const count = outcomes.filter(outcome => outcome.state === state).length;
      return count > 0 ? [`${count} ${state.replace("_", " ")}`] : [];
    });
    const first = outcomes.find(({ state }) => state !== "accepted");
    const cause = first && "error" in first ? first.error : undefined;
    super(`${call} failed. Tests: ${counts.join(", ")}.${first ? describe(first) : ""} See error.outcomes.`, {
      ...(cause !== undefined && { cause }),
    });
    this.outcomes = outcomes;
  }
}

/** Returns what happened to the first test with a problem, as a further sentence with a space before it. */
function describe(outcome: WorksheetOutcome): string {
  switch (outcome.state) {
    case "incomplete": {
      const [cell] = outcome.cells;
      const problem = cell?.reason === "missing" ? "is missing" : "has another value";
      return ` Test ${outcome.id}: the cell "${escapeInvisible(cell?.name ?? "")}" ${problem}.`;
    }
    case "processing_failed":
      return ` Test ${outcome.id}: ${toSentence(outcome.message || "QBench gives no reason")}`;
    case "unprocessed":
      return ` Test ${outcome.id}: the processing took too long. Set a longer timeoutMs, or read the worksheet later.`;
    default:
      return "error" in outcome ? describeCause(outcome.error) : "";
  }
}
