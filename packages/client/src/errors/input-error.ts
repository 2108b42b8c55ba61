import { brandError } from "@qbench-sdk/auth/internal";

/**
 * Reports an argument or option that cannot be right. Nothing was sent. The message names the argument or the option,
 * and the item of a list, but no values.
 */
export class QBenchInputError extends TypeError {
  static {
    brandError(QBenchInputError, "QBenchInputError");
    // Makes `instanceof QBenchError` true, because a class cannot extend both TypeError and QBenchError.
    Object.defineProperty(QBenchInputError.prototype, Symbol.for("@qbench-sdk/QBenchError"), { value: true });
  }

  override readonly name = "QBenchInputError";
  /** The index of the item in the list, from 0. */
  readonly index?: number;

  constructor(message: string, index?: number, options?: ErrorOptions) {
    super(message, options);
    if (index !== undefined) this.index = index;
  }
}
