import type { Entity } from "./entity.js";
import type { Model } from "./model.js";

/** A field that holds the id of a record of another entity, or a list of such ids. */
export interface ReferenceField {
  entity: string;
  /** Values by field that a record has if its reference is to this entity. An attachment belongs to many kinds. */
  equals: Readonly<Record<string, string>>;
}

/** Finds the fields of each entity that hold ids, also those that only a list below another record shows. */
export function findReferences(model: Model): Map<string, Map<string, ReferenceField[]>> {
  const byType = new Map([...model.entities.values()].map(entity => [entity.type.toLowerCase(), entity.name]));
  const found = new Map<string, Map<string, ReferenceField[]>>();
  const add = (owner: string, field: string, entity: string, equals: Record<string, string> = {}): void => {
    const fields = found.get(owner) ?? new Map<string, ReferenceField[]>();
    fields.set(field, [...(fields.get(field) ?? []), { entity, equals }]);
    found.set(owner, fields);
  };
  for (const entity of model.entities.values()) {
    for (const [field, target] of entity.relations) add(entity.name, `${field}_id`, target);
    const lists = new Set(entity.nested.values());
    for (const { entity: child, where, ids, equals } of lists) {
      if (ids) add(entity.name, ids, child);
      // A relation says the same of a field that the list below the other record compares.
      const isRelation = where !== undefined && model.entities.get(child)?.relations.has(where.replace(/_id$/, ""));
      if (where && !where.includes(".") && !isRelation) add(child, where, entity.name, equals);
    }
  }
  for (const entity of model.entities.values()) {
    for (const field of entity.fields.keys()) {
      const target = byType.get(field.replace(/_id$/, ""));
      if (field.endsWith("_id") && target && !found.get(entity.name)?.has(field)) add(entity.name, field, target);
    }
  }
  return found;
}

/** Returns the fields of an entity that the API does not show, but by which records are listed below another one. */
export function hiddenFields(entity: Entity, references: ReadonlyMap<string, unknown> | undefined): string[] {
  return [...(references?.keys() ?? [])].filter(field => !entity.fields.has(field));
}
