import { type Entity, relationId } from "./entity.js";

/** A field that holds the id of a record of another entity, or a list of such ids. */
interface ReferenceField {
  entity: string;
  /** Values by field that a record has if its reference is to this entity. An attachment belongs to many kinds. */
  equals: Readonly<Record<string, string>>;
}

/** The fields of each entity that hold ids, by the names of the entity and the field. */
export type References = ReadonlyMap<string, ReadonlyMap<string, readonly ReferenceField[]>>;

/** Finds the fields of each entity that hold ids, also those that only a list below another record shows. */
export function findReferences(entities: ReadonlyMap<string, Entity>): References {
  const byType = new Map(
    [...entities.values()].flatMap(({ type, name, path }) => (path ? [[type.toLowerCase(), name] as const] : [])),
  );
  const found = new Map<string, Map<string, ReferenceField[]>>();
  const add = (owner: string, field: string, entity: string, equals: Record<string, string> = {}): void => {
    const fields = found.get(owner) ?? new Map<string, ReferenceField[]>();
    const known = fields.get(field) ?? [];
    const isNew = known.every(reference => reference.entity !== entity);
    fields.set(field, isNew ? [...known, { entity, equals }] : known);
    found.set(owner, fields);
  };
  for (const entity of entities.values()) {
    for (const [field, target] of entity.relations) add(entity.name, relationId(field), target);
    for (const { entity: child, where, ids, equals, covers } of entity.nested.values()) {
      if (ids) add(entity.name, ids, child);
      if (covers === "test") add(child, "test_ids", entity.name);
      // A relation says the same of a field that the list below the other record compares.
      const isRelation = where !== undefined && entities.get(child)?.relations.has(where.replace(/_ids?$/, ""));
      if (where && !where.includes(".") && !isRelation) add(child, where, entity.name, equals);
    }
  }
  for (const entity of entities.values()) {
    for (const field of entity.fields.keys()) {
      const target = byType.get(field.replace(/_id$/, ""));
      if (field.endsWith("_id") && target && !found.get(entity.name)?.has(field)) add(entity.name, field, target);
    }
  }
  return found;
}
