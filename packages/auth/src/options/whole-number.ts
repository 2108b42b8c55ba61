import { MAX_TIMER_MS } from "../async/delay.js";
import { QBenchInputError } from "../errors/input-error.js";

/** Returns whether a value is a whole number from 1 to the longest timer. */
export const isWholeNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value > 0 && value <= MAX_TIMER_MS;

/**
 * Throws unless an option is a whole number from 1 to the longest timer.
 *
 * @param option the name of the option, for the message
 * @param alternative what else the option can be, such as `, or false`
 * @throws {QBenchInputError} if it is not
 */
export function assertWholeNumber(option: string, value: unknown, alternative = ""): asserts value is number {
  if (isWholeNumber(value)) return;
  throw new QBenchInputError(`${option} must be a whole number from 1 to ${MAX_TIMER_MS}${alternative}.`);
}
