/** A file cannot be exported to. */
export class ExportFileError extends Error {
  override readonly name = "ExportFileError";
}
