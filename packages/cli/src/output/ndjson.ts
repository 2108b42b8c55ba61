import type { Row } from "../document/untyped-paths.js";

/** Formats rows as NDJSON: one JSON object per line. */
export async function* toNdjson(pages: AsyncIterable<Row[]> | Iterable<Row[]>): AsyncGenerator<string> {
  for await (const rows of pages) yield rows.map(row => `${JSON.stringify(row)}\n`).join("");
}
