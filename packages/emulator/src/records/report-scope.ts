import type { ReportLevel } from "../builtin/resource.js";
import type { RecordId, Store, StoredRecord } from "./store.js";

const isSet = (value: unknown): boolean => value !== null && value !== undefined;

const same = (a: unknown, b: unknown): boolean => isSet(a) && String(a) === String(b);

/** Returns the ids of the tests that a report was created from. Empty for a report of a whole sample or order. */
function testsOf({ test_ids, test_id }: StoredRecord): readonly unknown[] {
  if (Array.isArray(test_ids) && test_ids.length > 0) return test_ids;
  return isSet(test_id) ? [test_id] : [];
}

/**
 * Returns true if a report covers a record. A report of tests covers them, their samples and their orders. A report of a
 * sample or an order also covers the tests in it.
 */
export function coversRecord(store: Store, report: StoredRecord, level: ReportLevel, id: RecordId | string): boolean {
  const sampleOf = (testId: unknown): unknown => store.find("Test", testId)?.sample_id;
  const orderOf = (sampleId: unknown): unknown => store.find("Sample", sampleId)?.order_id;
  const tests = testsOf(report);
  const { sample_id: sampleId, order_id: orderId } = report;
  if (same(report[`${level}_id`], id)) return true;
  switch (level) {
    case "test":
      if (tests.length > 0) return tests.some(testId => same(testId, id));
      return isSet(sampleId) ? same(sampleOf(id), sampleId) : isSet(orderId) && same(orderOf(sampleOf(id)), orderId);
    case "sample":
      if (tests.length > 0) return tests.some(testId => same(sampleOf(testId), id));
      return !isSet(sampleId) && isSet(orderId) && same(orderOf(id), orderId);
    case "order":
      if (tests.length > 0) return tests.some(testId => same(orderOf(sampleOf(testId)), id));
      return isSet(sampleId) && same(orderOf(sampleId), id);
  }
}
