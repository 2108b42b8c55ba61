import { QBenchInputError } from "@qbench-sdk/auth/internal";
import { isRecord, type SentRecord } from "../check-fields.js";
import { QBenchIgnoredFieldsError } from "../errors/ignored-fields-error.js";
import { QBenchResponseError } from "../errors/response-error.js";
import { QBenchWriteError, type WriteOutcome, writtenOutcome } from "../errors/write-error.js";
import { isNotExecuted } from "./is-outcome-unknown.js";

/**
 * Sends records in requests of at most `size` records, one request after the other. A request without a response is not
 * sent again, because QBench may have executed it.
 *
 * @throws QBenchWriteError if one of several requests fails, or if a response does not hold the records that were sent.
 * Otherwise, if there is only one request, its own error is thrown.
 */
export async function writeInChunks(
  method: string,
  items: readonly SentRecord[],
  size: number,
  send: (chunk: SentRecord[]) => Promise<unknown[]>,
  signal: AbortSignal | undefined,
): Promise<unknown[]> {
  const isSingle = items.length <= size;
  const outcomes: WriteOutcome[] = [];
  const written: unknown[] = [];
  for (let start = 0; start < items.length; start += size) {
    // Between two requests, nothing is in flight: the state of all records is known.
    if (signal?.aborted && !isSingle)
      throw new QBenchWriteError(method, [...outcomes, ...unsent(items, start, size)], signal.reason);
    const chunk = items.slice(start, start + size);
    try {
      const records = await send(chunk);
      outcomes.push(writtenOutcome(start, chunk.length, records));
      written.push(...records);
    } catch (error) {
      // The first request was not sent, so no outcomes are needed.
      const isUnsent = error instanceof QBenchInputError && start === 0;
      if (isUnsent || (isSingle && !(error instanceof QBenchResponseError))) throw error;
      outcomes.push(...outcomesOf(error, start, chunk));
      throw new QBenchWriteError(method, [...outcomes, ...unsent(items, start + size, size)], error);
    }
  }
  return written;
}

/** Returns the outcomes of a request that failed. An update has one for each record, if some were returned. */
function outcomesOf(error: unknown, start: number, chunk: readonly SentRecord[]): WriteOutcome[] {
  const count = chunk.length;
  if (error instanceof QBenchIgnoredFieldsError) return [writtenOutcome(start, count, error.records)];
  if (error instanceof QBenchResponseError) {
    const returned = new Map(error.records?.filter(isRecord).map(record => [String(record.id), record]));
    const outcomes = chunk.map(({ id }, index): WriteOutcome => {
      const record = id === undefined ? undefined : returned.get(String(id));
      const position = { start: start + index, count: 1 };
      return record ? writtenOutcome(position.start, 1, [record]) : { ...position, state: "unknown", error };
    });
    if (outcomes.some(({ state }) => state === "written")) return outcomes;
  }
  return [{ start, count, state: isNotExecuted(error) ? "failed" : "unknown", error }];
}

function unsent(items: readonly unknown[], from: number, size: number): WriteOutcome[] {
  const outcomes: WriteOutcome[] = [];
  for (let start = from; start < items.length; start += size) {
    outcomes.push({ state: "unsent", start, count: Math.min(size, items.length - start) });
  }
  return outcomes;
}
