import type { Row } from "../document/untyped-paths.js";

/**
 * Formats rows as one JSON array, indented like `JSON.stringify(rows, null, 2)`. If reading the pages fails, the array
 * stays open after a whole row, so that no program takes the rows for the whole list.
 */
export async function* toJson(pages: AsyncIterable<Row[]>): AsyncGenerator<string> {
  let isEmpty = true;
  for await (const rows of pages) {
    if (rows.length === 0) continue;
    // Without the brackets of the page.
    yield `${isEmpty ? "[" : ","}${JSON.stringify(rows, null, 2).slice(1, -2)}`;
    isEmpty = false;
  }
  yield isEmpty ? "[]\n" : "\n]\n";
}
