import { brandError } from "@qbench-sdk/auth/internal";

/** A call was given what cannot be sent. Nothing was sent. The message names the call and the item, and no values. */
export class QBenchInputError extends TypeError {
  static {
    brandError(QBenchInputError, "QBenchInputError");
  }

  override readonly name = "QBenchInputError";
  /** Which item of the list, from 0. */
  readonly index?: number;

  constructor(message: string, index?: number, options?: ErrorOptions) {
    super(message, options);
    if (index !== undefined) this.index = index;
  }
}
