/** A mistake that whoever runs the command can put right: shown as one line, without a stack. */
export class CommandError extends Error {
  override name = "CommandError";
}

/** The docs page is there, but only for who is signed in. */
export class SignInError extends CommandError {}
