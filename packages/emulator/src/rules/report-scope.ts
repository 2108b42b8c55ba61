import type { ReportLevel } from "../builtin/resource.js";
import { isSet } from "../records/is-set.js";
import type { RecordId, Store, StoredRecord } from "../records/store.js";

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

/** Returns the reports that cover a record, in the order of their ids, without reading the others. */
export function reportsOn(store: Store, level: ReportLevel, id: RecordId): StoredRecord[] {
  const below = (entity: string, field: string, owners: readonly unknown[]): unknown[] =>
    owners.flatMap(owner => [
      ...(store.keysWith(entity, field, owner) ?? store.withValue(entity, field, owner).map(record => record.id)),
    ]);
  const above = (entity: string, field: string, children: readonly unknown[]): unknown[] =>
    children.map(child => store.find(entity, child)?.[field]).filter(isSet);
  const samples = {
    test: () => above("Test", "sample_id", [id]),
    sample: () => [id],
    order: () => below("Sample", "order_id", [id]),
  }[level]();
  // A sample can have thousands of tests, of which few have a report of their own.
  const reported = ["test_id", "test_ids"].map(field => store.valuesOf("GenReport", field));
  const isReported = (test: unknown): boolean => reported.some(tests => tests?.has(String(test)) ?? true);
  const areReported = reported.some(tests => tests?.size !== 0);
  const testsBelow = () => (areReported ? below("Test", "sample_id", samples).filter(isReported) : []);
  const tests = level === "test" ? [id].filter(isReported) : testsBelow();
  const orders = level === "order" ? [id] : above("Sample", "order_id", samples);
  const candidates = new Map(
    [
      ...tests.flatMap(test => ["test_id", "test_ids"].flatMap(field => store.withValue("GenReport", field, test))),
      ...samples.flatMap(sample => store.withValue("GenReport", "sample_id", sample)),
      ...orders.flatMap(order => store.withValue("GenReport", "order_id", order)),
    ].map(report => [report.id, report]),
  );
  return [...candidates.values()]
    .filter(report => coversRecord(store, report, level, id))
    .sort((a, b) => Number(a.id) - Number(b.id));
}
