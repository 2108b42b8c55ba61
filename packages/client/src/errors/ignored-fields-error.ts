import { QBenchError } from "@qbench-sdk/auth";
import { brandError } from "@qbench-sdk/auth/internal";

/** The fields of one record that were sent, and that the answer lacks or has another value for. */
export interface IgnoredFields {
  /** The id of the record, as it was answered. */
  id: unknown;
  fields: string[];
}

/** QBench answered a write with success, and left out part of what was sent (facts 5.2). The records are written otherwise. */
export class QBenchIgnoredFieldsError extends QBenchError {
  static {
    brandError(QBenchIgnoredFieldsError, "QBenchIgnoredFieldsError");
  }

  override readonly name = "QBenchIgnoredFieldsError";
  readonly ignored: readonly IgnoredFields[];
  /** The records, as they were answered; not enumerable, so that a log of the error has no data of customers. */
  declare readonly records: unknown[];

  constructor(call: string, drops: readonly IgnoredFields[], records: unknown[]) {
    const fields = [...new Set(drops.flatMap(drop => drop.fields))];
    super(
      `${call}: QBench did not take ${fields.join(", ")} (records: ${drops.length}); onIgnoredFields decides if this throws`,
    );
    this.ignored = drops;
    Object.defineProperty(this, "records", { value: records });
  }
}
