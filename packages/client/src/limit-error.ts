import { brandError } from "@qbench-sdk/auth";
import { type ErrorBody, QBenchApiError } from "./errors/api-error.js";

/** QBench refused a call because of its limits (429), and did not carry it out (facts 6.3). */
export class QBenchLimitError<Body = ErrorBody> extends QBenchApiError<Body> {
  static {
    brandError(QBenchLimitError, "QBenchLimitError");
  }

  declare static [Symbol.hasInstance]: (error: unknown) => error is QBenchLimitError;
  override readonly name: string = "QBenchLimitError";
}
