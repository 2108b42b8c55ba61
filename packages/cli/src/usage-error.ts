/** The command line or a setting is wrong, and the exit code 2. The message says what to change. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
