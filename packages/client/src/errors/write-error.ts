import { QBenchError } from "@qbench-sdk/auth";
import { brandError } from "@qbench-sdk/auth/internal";

/** What became of the records of one request, `start` and `count` being their place in the list that was given. */
export type WriteOutcome = {
  start: number;
  count: number;
} /** `records` is not enumerable, so that a log of the error has no data of customers. */ & (
  | { state: "written"; records: unknown[] }
  /** Refused, so nothing of it was done. */
  | { state: "failed"; error: unknown }
  /** Sent, and the answer is missing or an error of the server: it may have been done. It is not sent again. */
  | { state: "unknown"; error: unknown }
  | { state: "unsent" }
);

export function writtenOutcome(start: number, count: number, records: unknown[]): WriteOutcome {
  return Object.defineProperty({ start, count, state: "written", records }, "records", { enumerable: false });
}

/** A list of records went in several requests, and not all of them went well. `cause` is what stopped it. */
export class QBenchWriteError extends QBenchError {
  static {
    brandError(QBenchWriteError, "QBenchWriteError");
  }

  override readonly name = "QBenchWriteError";
  /** In the order of the list. */
  readonly outcomes: readonly WriteOutcome[];

  constructor(call: string, outcomes: readonly WriteOutcome[], cause: unknown) {
    const told = (["written", "failed", "unknown", "unsent"] as const).map(state => {
      const count = outcomes.reduce((sum, each) => sum + (each.state === state ? each.count : 0), 0);
      return count && `${count} ${state}`;
    });
    super(`${call}: of the records, ${told.filter(Boolean).join(", ")}; see outcomes`, { cause });
    this.outcomes = outcomes;
  }
}
