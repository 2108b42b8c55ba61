/**
 * Reports a wrong command line or setting, with exit code 2. The message says what to change. Not a QBenchError, because
 * completion would then load @qbench-sdk/auth.
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
