import type { Model } from "../model/model.js";
import { isObject } from "../options/check-members.js";
import { OptionError } from "../options/option-error.js";
import type { SeedSizes } from "../seed/seed-store.js";
import { entityOf } from "./lab-records.js";
import { createRecordReader, type Fail, type GivenRecord } from "./read-record.js";
import type { InitialRecords } from "./record-types.js";

/** The parts of the option `records`: the sizes of the seeds, and the records that the caller gives. */
export interface RecordsPlan {
  sizes: SeedSizes;
  given: GivenRecord[];
}

export const failInRecords: Fail = (place, reason) => {
  throw new OptionError("records", `${place} ${reason}`);
};

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/**
 * Reads the option `records`.
 *
 * @throws OptionError if a collection is unknown, or a value is neither a count nor a list of records of the document
 */
export function readInitialRecords(model: Model, records: InitialRecords): RecordsPlan {
  if (!isObject(records)) throw new OptionError("records", "it must be an object, such as { tests: 1000 }.");
  const sizes = new Map<string, number>();
  const given: GivenRecord[] = [];
  const readRecord = createRecordReader(model, failInRecords);
  for (const [collection, value] of Object.entries(records)) {
    if (value === undefined) continue;
    if (collection === "*") {
      if (!isCount(value)) failInRecords('"*"', "must be a number of records.");
      continue;
    }
    const entity = entityOf(model, collection, "write", failInRecords);
    if (isCount(value)) sizes.set(entity.name, value);
    else if (Array.isArray(value)) {
      sizes.set(entity.name, 0);
      for (const [index, record] of value.entries()) given.push(readRecord(entity, record, `${collection}[${index}]`));
    } else failInRecords(collection, "must be a number of records or a list of records.");
  }
  const others = records["*"];
  for (const { name, seed } of others === undefined ? [] : model.entities.values()) {
    if (seed.count > 0 && !sizes.has(name)) sizes.set(name, others ?? 0);
  }
  return { sizes, given };
}
