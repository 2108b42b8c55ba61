import { isSet } from "../records/is-set.js";
import type { Store } from "../records/store.js";
import { orderFields } from "../rules/defaults.js";

type Item = Readonly<Record<string, unknown>>;

/** Returns the only value, or undefined if there are several. */
function onlyOne(values: readonly unknown[]): unknown {
  const [first, ...others] = new Set(values);
  return others.length === 0 && isSet(first) ? first : undefined;
}

/**
 * Returns the fields by which a new report refers to its tests. A report has one level: the test, if it is of one test,
 * or else the sample or the order that all its tests have in common (docs/qbench-api.md §11).
 */
function reportFields(store: Store, { test_id, test_ids }: Item): Record<string, unknown> {
  const tests = [...new Set([test_id ?? [], test_ids ?? []].flat().map(Number))];
  if (tests.length === 0) return {};
  const samples = tests.map(id => store.find("Test", id)?.sample_id);
  const orders = samples.map(id => store.find("Sample", id)?.order_id);
  const levels: [string, unknown][] = [
    ["test_id", onlyOne(tests)],
    ["sample_id", onlyOne(samples)],
    ["order_id", onlyOne(orders)],
  ];
  const [field, id] = levels.find(([, value]) => isSet(value)) ?? [];
  // The API does not show this field.
  return { test_ids: tests, test_id: null, ...(field && { [field]: id }) };
}

/** Returns the fields by which a new print document refers to its record. */
function printDocumentFields(item: Item): Record<string, unknown> {
  const [type, id] = ["order", "sample", "test", "batch"]
    .map((name): [string, unknown] => [name.toUpperCase(), item[`${name}_id`]])
    .find(([, value]) => isSet(value)) ?? ["TEST", [item.test_ids ?? []].flat()[0]];
  return { report_config_id: item.printdoc_config_id, ...(isSet(id) && { type, object_id: id }) };
}

/** Returns the fields by which a new attachment, invoice, report or print document refers to its subject. */
export function subjectFields(store: Store, entity: string, item: Item): Record<string, unknown> {
  switch (entity) {
    case "Attachment":
      // The API does not show the file name as a field, but the path of the file contains it.
      return { attachment_data_type: item.attachment_type, file_name: item.file_name };
    case "GenReport":
      return reportFields(store, item);
    case "Invoice":
      return orderFields(item);
    case "PrintDoc":
      return printDocumentFields(item);
    default:
      return {};
  }
}
