import { QBenchError } from "@qbench-sdk/auth";

/** Reports that an export stopped before it wrote all rows. */
export class IncompleteExportError extends QBenchError {
  override readonly name = "IncompleteExportError";
}
