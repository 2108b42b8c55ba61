import { QBenchAuthError } from "@qbench-sdk/auth";
import type { SentRecord } from "../check-fields.js";
import { QBenchApiError } from "../errors/api-error.js";
import { QBenchConnectionError } from "../errors/connection-error.js";
import { QBenchIgnoredFieldsError } from "../errors/ignored-fields-error.js";
import { QBenchWriteError, type WriteOutcome, writtenOutcome } from "../errors/write-error.js";

/**
 * Sends records in requests of `size`, one after the other. What was not answered is not sent again: it may have been done.
 *
 * @throws QBenchWriteError when one of several requests goes wrong; a single request's own error as it is
 */
export async function writeInChunks(
  call: string,
  items: readonly SentRecord[],
  size: number,
  send: (chunk: SentRecord[]) => Promise<unknown[]>,
  signal: AbortSignal | undefined,
): Promise<unknown[]> {
  if (items.length <= size) return send([...items]);
  const outcomes: WriteOutcome[] = [];
  const written: unknown[] = [];
  for (let start = 0; start < items.length; start += size) {
    // Between two requests nothing is on its way.
    if (signal?.aborted) throw new QBenchWriteError(call, [...outcomes, ...unsent(items, start, size)], signal.reason);
    const chunk = items.slice(start, start + size);
    try {
      const records = await send(chunk);
      outcomes.push(writtenOutcome(start, chunk.length, records));
      written.push(...records);
    } catch (error) {
      outcomes.push(outcomeOf(error, { start, count: chunk.length }));
      throw new QBenchWriteError(call, [...outcomes, ...unsent(items, start + size, size)], error);
    }
  }
  return written;
}

function outcomeOf(error: unknown, place: { start: number; count: number }): WriteOutcome {
  if (error instanceof QBenchIgnoredFieldsError) return writtenOutcome(place.start, place.count, error.records);
  // Without a token nothing was sent. A time-out, or an error of the server or of a gateway before it, does not tell how far it came.
  const isRefused =
    error instanceof QBenchAuthError ||
    (error instanceof QBenchConnectionError && !error.requestSent) ||
    (error instanceof QBenchApiError && error.status >= 400 && error.status < 500 && error.status !== 408);
  return { ...place, state: isRefused ? "failed" : "unknown", error };
}

function unsent(items: readonly unknown[], from: number, size: number): WriteOutcome[] {
  const outcomes: WriteOutcome[] = [];
  for (let start = from; start < items.length; start += size) {
    outcomes.push({ state: "unsent", start, count: Math.min(size, items.length - start) });
  }
  return outcomes;
}
