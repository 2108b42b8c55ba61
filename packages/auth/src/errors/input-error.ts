import { isErrorOf } from "./is-error-of.js";

/**
 * Reports an argument or option that cannot be right. Nothing was sent. The message names the argument or the option,
 * and the item of a list, but no values. It is a TypeError, as invalid arguments of JavaScript's own functions are.
 */
export class QBenchInputError extends TypeError {
  /** The name of the class, by which `instanceof` recognizes it in another copy of the package. */
  static readonly qbenchError: string = "QBenchInputError";

  // As in QBenchError. A class cannot extend both TypeError and QBenchError.
  static override [Symbol.hasInstance](error: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a subclass inherits this method
    return isErrorOf(this, error);
  }

  override readonly name = "QBenchInputError";
  /** The index of the item in the list, from 0. */
  declare readonly index?: number;

  constructor(message: string, index?: number, options?: { cause?: unknown }) {
    super(message, options);
    if (index !== undefined) this.index = index;
  }
}
