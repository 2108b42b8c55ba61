import type { Row } from "./any-list.js";

/** One JSON object a line. */
export async function* toNdjson(pages: AsyncIterable<Row[]>): AsyncGenerator<string> {
  for await (const rows of pages) yield rows.map(row => `${JSON.stringify(row)}\n`).join("");
}
