import { QBenchAuthError } from "./auth-error.js";

/** @throws {QBenchAuthError} `invalid_option` with this message, if the condition is false */
export function assertOption(condition: boolean, message: string): void {
  if (!condition) throw new QBenchAuthError("invalid_option", message);
}
