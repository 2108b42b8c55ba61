import { QBenchError } from "@qbench-sdk/auth";
import { escapeInvisible } from "@qbench-sdk/auth/internal";

/** Names the fields of one record that were sent, and that the response lacks or has another value for. */
export interface IgnoredFields {
  /** The id of the record, from the response if it is a number there, or else as it was sent. */
  id: unknown;
  /** The names of the ignored fields. */
  fields: string[];
}

/**
 * Reports that QBench accepted a write and ignored some of the fields that were sent (docs/qbench-api.md §5.2). The
 * other fields are written.
 */
export class QBenchIgnoredFieldsError extends QBenchError {
  static override readonly qbenchError: string = "QBenchIgnoredFieldsError";

  override readonly name = "QBenchIgnoredFieldsError";
  /** The ignored fields of each record. */
  readonly ignored: readonly IgnoredFields[];
  /** The records of the response. Not enumerable, so that a log of the error contains no customer data. */
  declare readonly records: unknown[];

  constructor(call: string, ignored: readonly IgnoredFields[], records: unknown[]) {
    const fields = [...new Set(ignored.flatMap(each => each.fields))].map(escapeInvisible);
    const problem = `${call}: QBench ignored ${fields.join(", ")} (records: ${ignored.length})`;
    super(`${problem}. The other fields are written. Check the names, or set onIgnoredFields to "warn".`);
    this.ignored = ignored;
    Object.defineProperty(this, "records", { value: records });
  }
}
