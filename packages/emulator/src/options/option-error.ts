/** The options whose values the emulator checks. */
export type OptionName = "records" | "clients" | "faults";

/** The error for an invalid option of an emulator. The command reports it in one line. */
export class OptionError extends Error {
  readonly option: OptionName;
  /** The place of the wrong value in the option, and what is wrong with it. */
  readonly reason: string;

  constructor(option: OptionName, reason: string) {
    super(`The option ${option} is invalid: ${reason}`);
    this.name = "OptionError";
    this.option = option;
    this.reason = reason;
  }
}
