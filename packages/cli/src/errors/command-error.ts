import { QBenchError } from "@qbench-sdk/auth";

/** Reports that a command failed, with exit code 1. The message says why. */
export class CommandError extends QBenchError {
  override readonly name = "CommandError";
}
