/** Yields the rows of each page, as a list does. */
export async function* toPages<Row>(...pages: readonly Row[][]): AsyncGenerator<Row[]> {
  yield* pages;
}
