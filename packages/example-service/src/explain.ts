import { QBenchAuthError } from "@qbench-sdk/auth";
import {
  QBenchApiError,
  QBenchConnectionError,
  QBenchListError,
  QBenchResponseError,
  QBenchTimeoutError,
} from "@qbench-sdk/client";
import { ExportFileError } from "./export-file-error.ts";

const expected = [
  QBenchResponseError,
  QBenchApiError,
  QBenchAuthError,
  QBenchConnectionError,
  QBenchListError,
  QBenchTimeoutError,
  ExportFileError,
];

/** One line for what can go wrong in operation. Anything else is a mistake in the program, and is thrown again. */
export function explain(error: unknown): string {
  if (error instanceof Error && expected.some(kind => error instanceof kind)) return `${error.name}: ${error.message}`;
  // The disk is full, or somebody else has locked the file.
  if (error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR") return `SQLite: ${error.message}`;
  throw error;
}
