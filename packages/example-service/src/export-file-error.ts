import { QBenchError } from "@qbench-sdk/auth";

/** Reports that a file cannot be used for the export. */
export class ExportFileError extends QBenchError {
  override readonly name = "ExportFileError";
}
