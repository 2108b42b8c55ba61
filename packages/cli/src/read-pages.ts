import type { Page } from "@qbench-sdk/client";
import type { Row } from "./any-list.js";
import { IncompleteError } from "./incomplete-error.js";

export interface Progress {
  rows: number;
  /** How many rows there are by the last page. */
  total: number;
}

/**
 * The rows of each page, until the last or until the signal aborts: that is an end too, so that what was read gets written.
 *
 * @throws IncompleteError at the end, when it came before the count, or when rows left the list meanwhile: those behind them
 * have then moved to pages that were read already
 */
export async function* readPages(
  pages: AsyncIterable<Page<Row>>,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): AsyncGenerator<Row[]> {
  let rows = 0;
  let total = 0;
  let most = 0;
  try {
    for await (const page of pages) {
      rows += page.data.length;
      total = page.total_count;
      most = Math.max(most, total);
      onProgress({ rows, total });
      yield page.data;
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  if (rows < total) throw new IncompleteError(`QBench gave ${rows} of ${total} rows; run it again`);
  if (total < most) {
    throw new IncompleteError(
      `the list went from ${most} to ${total} rows while it was read, so some may be missing; run it again`,
    );
  }
}
