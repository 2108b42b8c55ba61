import type { Model } from "../model/model.js";
import type { Fail, GivenRecord } from "./read-record.js";

/** Rejects a record that refers to a record that does not exist. `before` is the record that an update changes. */
export function checkReferences(
  model: Model,
  { entity, place, fields, lists }: GivenRecord,
  before: Readonly<Record<string, unknown>>,
  exists: (entity: string, id: unknown) => boolean,
  fail: Fail,
): void {
  const check = (field: string, target: string, ids: readonly unknown[]): void => {
    const missing = ids.find(id => id !== null && !exists(target, id));
    if (missing === undefined) return;
    const { collection = target } = model.entities.get(target) ?? {};
    fail(`${place}.${field}`, `refers to ${collection} ${String(missing)}, which does not exist.`);
  };
  const record = { ...before, ...fields };
  for (const [field, references] of model.references.get(entity.name) ?? []) {
    const target = references.find(({ equals }) =>
      Object.entries(equals).every(([name, value]) => record[name] === value),
    );
    const isGiven = [field, ...Object.keys(target?.equals ?? {})].some(name => fields[name] !== undefined);
    if (target && isGiven && record[field] !== undefined) check(field, target.entity, [record[field]].flat());
  }
  for (const { name, nested, ids } of lists) check(name, nested.entity, ids);
  for (const [name, type] of Object.entries(entity.custom)) {
    if (type === "USER" && fields[name] !== undefined) check(name, "User", [fields[name]]);
  }
}
