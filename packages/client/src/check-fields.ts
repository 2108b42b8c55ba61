import { QBenchInputError } from "@qbench-sdk/auth/internal";

/** Represents a record as the caller passes it to a write. */
export type SentRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is SentRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Checks that a record has the fields that QBench requires.
 *
 * @param functionName the name of the public function, for the message
 * @throws QBenchInputError if the record is not an object, or if one of the fields is missing or empty
 */
export function checkFields(functionName: string, record: unknown, names: readonly string[]): void {
  for (const name of names) {
    if (isRecord(record) && (record[name] ?? "") !== "") continue;
    throw new QBenchInputError(`${functionName}: ${name} is missing. QBench requires it.`);
  }
}
