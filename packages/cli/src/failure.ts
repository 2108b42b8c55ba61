import { QBenchAuthError, type QBenchAuthErrorCode } from "@qbench-sdk/auth";
import {
  QBenchApiError,
  QBenchConnectionError,
  QBenchListError,
  QBenchResponseError,
  QBenchTimeoutError,
} from "@qbench-sdk/client";
import { IncompleteError } from "./incomplete-error.js";
import { UsageError } from "./usage-error.js";

export interface Failure {
  exitCode: 0 | 1 | 2;
  /** One line for whoever ran the command; none when there is nothing to tell. */
  message?: string;
}

/** To try again is of no use before a setting has changed. */
const wrongSettings: ReadonlySet<QBenchAuthErrorCode> = new Set([
  "invalid_option",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "rejected_by_server",
]);

/**
 * What a failed command tells and exits with. Messages of other people's errors are not passed on: they can hold parts of
 * answers and addresses.
 */
export function toFailure(error: unknown): Failure {
  if (error instanceof UsageError) return { exitCode: 2, message: error.message };
  if (error instanceof QBenchAuthError) {
    // Here a setting is known by its variable alone.
    const message = error.message.replace(/\w+ \((QBENCH_\w+)\)/g, "$1");
    return { exitCode: wrongSettings.has(error.code) ? 2 : 1, message };
  }
  if (error instanceof QBenchApiError) {
    const hint = error.status === 403 ? "; look at the API client's scopes in QBench" : "";
    return { exitCode: 1, message: error.message + hint };
  }
  if (error instanceof QBenchConnectionError) {
    return { exitCode: 1, message: `${error.message}; look at QBENCH_URL and the network` };
  }
  if (error instanceof QBenchResponseError) {
    return { exitCode: 1, message: error.message.replace("baseUrl", "QBENCH_URL") };
  }
  if (error instanceof QBenchTimeoutError || error instanceof IncompleteError) {
    return { exitCode: 1, message: error.message };
  }
  if (error instanceof QBenchListError) {
    // Its message has that of its cause.
    return error.cause instanceof TypeError ? toFailure(error.cause) : { exitCode: 1, message: error.message };
  }
  if (error instanceof SyntaxError) return { exitCode: 1, message: "QBench's answer is not JSON; look at QBENCH_URL" };
  if (error instanceof Error && "syscall" in error && error.syscall === "write") {
    const code = "code" in error ? error.code : undefined;
    // Whoever reads our output has enough: `| head`.
    return code === "EPIPE" ? { exitCode: 0 } : { exitCode: 1, message: `the output cannot be written (${code})` };
  }
  return { exitCode: 1, message: `failed unexpectedly (${error instanceof Error ? error.name : typeof error})` };
}
