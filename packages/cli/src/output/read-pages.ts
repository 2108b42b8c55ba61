import type { Page } from "@qbench-sdk/client";
import type { Row } from "../document/untyped-paths.js";

/** Yields the rows of each page. An aborted signal ends the loop without an error, so that the rows read are written. */
export async function* readPages(pages: AsyncIterable<Page<Row>>, signal: AbortSignal): AsyncGenerator<Row[]> {
  try {
    for await (const page of pages) yield page.data;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
