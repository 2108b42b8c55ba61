import { QBenchAuthError } from "@qbench-sdk/auth";
import type { SentRecord } from "../check-fields.js";
import { QBenchApiError } from "../errors/api-error.js";
import { QBenchConnectionError } from "../errors/connection-error.js";
import { QBenchIgnoredFieldsError } from "../errors/ignored-fields-error.js";
import { QBenchWriteError, type WriteOutcome, writtenOutcome } from "../errors/write-error.js";

/**
 * Sends records in requests of at most `size` records, one request after the other. A request without a response is not
 * sent again, because QBench may have executed it.
 *
 * @throws QBenchWriteError if one of several requests fails. If there is only one request, its own error is thrown.
 */
export async function writeInChunks(
  method: string,
  items: readonly SentRecord[],
  size: number,
  send: (chunk: SentRecord[]) => Promise<unknown[]>,
  signal: AbortSignal | undefined,
): Promise<unknown[]> {
  if (items.length <= size) return send([...items]);
  const outcomes: WriteOutcome[] = [];
  const written: unknown[] = [];
  for (let start = 0; start < items.length; start += size) {
    // Between two requests, nothing is in flight: the state of all records is known.
    if (signal?.aborted)
      throw new QBenchWriteError(method, [...outcomes, ...unsent(items, start, size)], signal.reason);
    const chunk = items.slice(start, start + size);
    try {
      const records = await send(chunk);
      outcomes.push(writtenOutcome(start, chunk.length, records));
      written.push(...records);
    } catch (error) {
      outcomes.push(outcomeOf(error, { start, count: chunk.length }));
      throw new QBenchWriteError(method, [...outcomes, ...unsent(items, start + size, size)], error);
    }
  }
  return written;
}

function outcomeOf(error: unknown, range: { start: number; count: number }): WriteOutcome {
  if (error instanceof QBenchIgnoredFieldsError) return writtenOutcome(range.start, range.count, error.records);
  // Without a token, nothing was sent. After a timeout or a 5xx, which can also come from a gateway, QBench may have
  // executed the request.
  const isNotExecuted =
    error instanceof QBenchAuthError ||
    (error instanceof QBenchConnectionError && !error.requestSent) ||
    (error instanceof QBenchApiError && error.status >= 400 && error.status < 500 && error.status !== 408);
  return { ...range, state: isNotExecuted ? "failed" : "unknown", error };
}

function unsent(items: readonly unknown[], from: number, size: number): WriteOutcome[] {
  const outcomes: WriteOutcome[] = [];
  for (let start = from; start < items.length; start += size) {
    outcomes.push({ state: "unsent", start, count: Math.min(size, items.length - start) });
  }
  return outcomes;
}
