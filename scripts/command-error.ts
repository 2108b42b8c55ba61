/** A mistake that whoever runs the command can put right: shown as one line, without a stack. */
export class CommandError extends Error {
  override name = "CommandError";
}
