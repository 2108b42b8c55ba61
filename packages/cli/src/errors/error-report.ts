import { QBenchAuthError, type QBenchAuthErrorCode, QBenchError } from "@qbench-sdk/auth";
import { QBenchInputError, QBenchListError } from "@qbench-sdk/client";
import { CommandError } from "./command-error.js";
import { proxyVariable } from "./proxy-variable.js";
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
  if (error instanceof CommandError) return { exitCode: 1, message: error.message };
  if (error instanceof QBenchListError) {
    // The error's own message advises programs to pass its cursor, and the command has no such option.
    const { message } = toErrorReport(error.cause);
    return { exitCode: 1, message: `The export stopped after ${error.rows} records. ${message}` };
  }
  if (error instanceof QBenchInputError) return { exitCode: 2, message: forCommandLine(error.message) };
  if (error instanceof QBenchError) {
    const isSetting = error instanceof QBenchAuthError && settingsErrorCodes.has(error.code);
    return { exitCode: isSetting ? 2 : 1, message: forCommandLine(error.message) };
  }
  const { name = typeof error, syscall, code } = Object(error);
  if (isWriting(syscall)) {
    // EPIPE means that the reader of the output has closed the pipe, as `| head` does.
    return code === "EPIPE" ? { exitCode: 0 } : { exitCode: 1, message: `Could not write the output (${code}).` };
  }
  return { exitCode: 1, message: `Unexpected error (${name}).` };
}

const isWriting = (syscall: unknown): boolean =>
  typeof syscall === "string" && ["open", "write", "fsync", "rename", "link"].includes(syscall);

/** What messages advise programs, and what a user of the command can do instead. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  // Each setting is named by its environment variable alone.
  [/\b[a-z]+ \((QBENCH_[A-Z_]+)\)/gi, "$1"],
  [/\bbaseUrl\b/g, "QBENCH_URL"],
  // The command has no options for these.
  [
    / \(timeouts\.\w+\)| or raise timeoutMs|, or lower the option limits|, or set another `page_size`| See error\.outcomes\.| Log its errors to see more\.|, or set onIgnoredFields to "warn"/g,
    "",
  ],
  [/\bfetch: the function failed/g, "the request failed"],
  [/Read the record again for a new one\./g, "Run the command again."],
];

function forCommandLine(message: string): string {
  const line = ADVICE.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), message);
  return line.replace(/\bHTTPS_PROXY\b/g, proxyVariable() ?? "HTTPS_PROXY");
}
