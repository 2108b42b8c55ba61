/** Reports that a command failed, with exit code 1. The message says why. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
