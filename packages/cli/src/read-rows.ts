import type { Page } from "@qbench-sdk/client";
import type { Row } from "./any-api.js";
import { IncompleteError } from "./failure.js";

export interface Progress {
  rows: number;
  /** How many rows there are by the last page. */
  total: number;
  rowsPerSecond: number;
  secondsLeft: number | undefined;
}

/**
 * The rows of a list, a page at a time.
 *
 * @throws IncompleteError when it is no list, when it ends before its count, and when rows left it meanwhile: those behind
 * them have then moved to pages that were read already
 */
export async function* readRows(
  pages: AsyncIterable<Page<Row>>,
  onProgress: (progress: Progress) => void,
): AsyncGenerator<Row[]> {
  const began = performance.now();
  let rows = 0;
  let total = 0;
  for await (const page of pages) {
    if (!Array.isArray(page?.data) || typeof page.total_count !== "number") {
      throw new IncompleteError("what QBench answered is no list; use qbench get for a single record");
    }
    if (page.total_count < total) {
      throw new IncompleteError(
        `the list went from ${total} to ${page.total_count} rows while it was read, so some may be missing; run it again`,
      );
    }
    total = page.total_count;
    rows += page.data.length;
    const rowsPerSecond = rows / ((performance.now() - began) / 1000);
    const secondsLeft = rows > 0 ? Math.max(0, total - rows) / rowsPerSecond : undefined;
    onProgress({ rows, total, rowsPerSecond, secondsLeft });
    yield page.data;
  }
  if (rows < total) throw new IncompleteError(`QBench gave ${rows} of ${total} rows; the export is incomplete`);
}
