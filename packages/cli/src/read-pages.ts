import type { Page } from "@qbench-sdk/client";
import type { Row } from "./any-list.js";

/** The rows of each page, until the last or until the signal aborts: that is an end too, so that what was read gets written. */
export async function* readPages(pages: AsyncIterable<Page<Row>>, signal: AbortSignal): AsyncGenerator<Row[]> {
  try {
    for await (const page of pages) yield page.data;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
