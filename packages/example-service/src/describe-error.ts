import { QBenchError, QBenchInputError } from "@qbench-sdk/client";

/**
 * Describes an operational error in one line.
 *
 * @throws the error itself if it is of any other kind, because the program is then wrong
 */
export function describeError(error: unknown): string {
  if (error instanceof QBenchError && !(error instanceof QBenchInputError)) return `${error.name}: ${error.message}`;
  // The disk is full, or another process has locked the file.
  if (error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR") return `SQLite: ${error.message}`;
  throw error;
}
