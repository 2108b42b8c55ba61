/** The command line or a setting is wrong: nothing was sent, and the exit code is 2. The message says what to change. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
