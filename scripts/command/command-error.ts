/** An error that the user can fix. A command prints its message as one line, without a stack. */
export class CommandError extends Error {
  override name = "CommandError";
}

/** The docs page exists, but needs a sign-in. */
export class SignInError extends CommandError {}
