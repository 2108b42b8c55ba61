import { QBenchAuthError, type QBenchAuthErrorCode } from "@qbench-sdk/auth";
import {
  QBenchApiError,
  QBenchConnectionError,
  QBenchListError,
  QBenchResponseError,
  QBenchTimeoutError,
} from "@qbench-sdk/client";
import { CommandError } from "./command-error.js";
import { UsageError } from "./usage-error.js";

export interface ErrorReport {
  exitCode: 0 | 1 | 2;
  /** One line for the user. Undefined if there is nothing to report. */
  message?: string;
}

/** The codes of errors that persist until a setting is changed. */
const settingsErrorCodes: ReadonlySet<QBenchAuthErrorCode> = new Set([
  "invalid_option",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "rejected_by_server",
]);

/**
 * Returns the exit code and the message for an error. Messages of errors from other packages are not shown, because
 * they can contain parts of responses and URLs.
 */
export function toErrorReport(error: unknown): ErrorReport {
  if (error instanceof UsageError) return { exitCode: 2, message: error.message };
  if (error instanceof QBenchAuthError) {
    return { exitCode: settingsErrorCodes.has(error.code) ? 2 : 1, message: withVariableNames(error.message) };
  }
  if (error instanceof QBenchConnectionError || error instanceof QBenchResponseError) {
    return { exitCode: 1, message: withVariableNames(error.message) };
  }
  if (error instanceof QBenchApiError || error instanceof QBenchTimeoutError || error instanceof CommandError) {
    return { exitCode: 1, message: error.message };
  }
  if (error instanceof QBenchListError) {
    // The error's own message advises programs to pass its cursor, and the command has no such option.
    const { message } = toErrorReport(error.cause);
    return { exitCode: 1, message: `The export stopped after ${error.rows} records. ${message}` };
  }
  const { name = typeof error, syscall, code } = Object(error);
  if (syscall === "write") {
    // EPIPE means that the reader of the output has closed the pipe, as `| head` does.
    return code === "EPIPE" ? { exitCode: 0 } : { exitCode: 1, message: `Could not write the output (${code}).` };
  }
  return { exitCode: 1, message: `Unexpected error (${name}).` };
}

/** Names each setting by its environment variable alone, because the command has no options for them. */
const withVariableNames = (message: string): string =>
  message.replace(/\b[a-z]+ \((QBENCH_[A-Z_]+)\)/gi, "$1").replace(/\bbaseUrl\b/g, "QBENCH_URL");
