/** Yields the rows of each page, as a list does. */
export async function* toPages<Row>(...pages: readonly Row[][]): AsyncGenerator<Row[]> {
  yield* pages;
}

/** Returns the whole text of an output. */
export async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  return (await Array.fromAsync(chunks)).join("");
}
