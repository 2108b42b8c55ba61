/** The export is not all there is. */
export class IncompleteError extends Error {
  override readonly name = "IncompleteError";
}
