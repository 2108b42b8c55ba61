import { QBenchAuthError, type QBenchAuthErrorCode } from "@qbench-sdk/auth";
import {
  QBenchApiError,
  QBenchConnectionError,
  QBenchListError,
  QBenchResponseError,
  QBenchTimeoutError,
} from "@qbench-sdk/client";
import { IncompleteExportError } from "./incomplete-export-error.js";
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
  if (error instanceof QBenchApiError) {
    const hint = error.status === 403 ? "Check the API client's scopes in QBench." : "";
    return { exitCode: 1, message: addHint(error.message, hint) };
  }
  if (error instanceof QBenchConnectionError) {
    return { exitCode: 1, message: addHint(withVariableNames(error.message), "Check QBENCH_URL and the network.") };
  }
  if (error instanceof QBenchResponseError) return { exitCode: 1, message: withVariableNames(error.message) };
  if (error instanceof QBenchTimeoutError || error instanceof IncompleteExportError) {
    return { exitCode: 1, message: error.message };
  }
  if (error instanceof QBenchListError) {
    // The message includes that of the cause. A TypeError is not a QBench error, so its message is not shown.
    return error.cause instanceof TypeError ? toErrorReport(error.cause) : { exitCode: 1, message: error.message };
  }
  if (error instanceof SyntaxError) return { exitCode: 1, message: "The response is not JSON. Check QBENCH_URL." };
  if (error instanceof Error && "syscall" in error && error.syscall === "write") {
    const code = "code" in error ? error.code : undefined;
    // EPIPE means that the reader of the output has closed the pipe, as `| head` does.
    return code === "EPIPE" ? { exitCode: 0 } : { exitCode: 1, message: `Could not write the output (${code}).` };
  }
  return { exitCode: 1, message: `Unexpected error (${error instanceof Error ? error.name : typeof error}).` };
}

/** Names each setting by its environment variable alone, because the command has no options for them. */
const withVariableNames = (message: string): string =>
  message.replace(/\w+ \((QBENCH_\w+)\)/g, "$1").replace(/\bbaseUrl\b/g, "QBENCH_URL");

const addHint = (message: string, hint: string): string => (hint ? `${message.replace(/\.?$/, ".")} ${hint}` : message);
