import { QBenchError } from "@qbench-sdk/auth";

/** Reports a wrong command line or setting, with exit code 2. The message says what to change. */
export class UsageError extends QBenchError {
  override readonly name = "UsageError";
}
