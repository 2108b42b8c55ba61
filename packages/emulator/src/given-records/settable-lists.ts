import type { Nested } from "../builtin/resource.js";
import type { Entity } from "../model/entity.js";
import type { References } from "../model/references.js";

/** Returns the relations to many records that a record can set, by name. Others follow from further records. */
export function settableLists(entity: Entity): Map<string, Nested> {
  const lists = new Map<string, Nested>();
  for (const [name, nested] of entity.nested) {
    const field = nested.field ?? name.replaceAll("-", "_");
    const isDerived = nested.covers !== undefined || nested.where?.includes(".") || nested.exposed === false;
    if (!isDerived) lists.set(field, nested);
  }
  return lists;
}

/** Returns the fields with ids that the API does not show, although records are listed by them, such as `order_id`. */
export const hiddenFields = (entity: Entity, references: References): string[] =>
  [...(references.get(entity.name)?.keys() ?? [])].filter(field => !entity.fields.has(field));
