import { QBenchInputError } from "@qbench-sdk/auth/internal";

/**
 * Checks options that are times in milliseconds. A longer timer would fire immediately.
 *
 * @throws QBenchInputError if one of them is not greater than 0 and less than 2^31
 */
export function checkTimes(times: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(times)) {
    if (value > 0 && value < 2 ** 31) continue;
    throw new QBenchInputError(`${name} must be a number of milliseconds greater than 0 and less than 2^31.`);
  }
}
