import type { Store, StoredRecord } from "../records/store.js";

/**
 * Replaces each `{{batch.tests[0].id}}` in the name of a cell by the value at that path, which begins at the record
 * itself. Returns undefined if the path has no value.
 */
export function expandName(template: string, store: Store, entity: string, record: StoredRecord): string | undefined {
  let isComplete = true;
  const name = template.replaceAll(/\{\{([^{}]*)\}\}/g, (_, path: string) => {
    const [owner, ...steps] = path.trim().split(".");
    const [, index = "0"] = /\[(\d+)\]/.exec(path) ?? [];
    const fields = steps.join(".").replaceAll(/\[\d+\]/g, "");
    const values = owner === entity.toLowerCase() && fields ? store.valuesAt(entity, record, fields) : [];
    const value = values[Number(index)] ?? undefined;
    isComplete &&= value !== undefined;
    return String(value);
  });
  return isComplete ? name : undefined;
}
