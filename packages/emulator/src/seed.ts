import { completeRecord, setLastUpdated } from "./complete-record.js";
import type { Entity } from "./entity.js";
import type { FieldType } from "./field-type.js";
import type { Model } from "./model.js";
import type { Random } from "./random.js";
import type { Store } from "./store.js";

const day = 24 * 60 * 60 * 1000;
/** The seeded laboratory's present: fixed, so that the same seed gives the same records on any day. */
const present = Date.UTC(2026, 0, 5, 15, 0);

/** A value for a field that the resources give none for: mostly nothing, as in a real tenant. */
function plainValue(name: string, type: FieldType, id: number, created: number, random: Random): unknown {
  switch (type) {
    case "boolean":
      return false;
    case "strings":
    case "integers":
      return [];
    case "datetime":
    case "date":
      if (name === "date_created") return created;
      return name === "last_updated" || name === "date_received" || random.integer(0, 2) === 0
        ? created + random.integer(0, 30) * day + random.integer(0, 8 * 60) * 60_000
        : null;
    case "string":
      return /(^|_)(name|title)$/.test(name) ? `${name.replaceAll("_", " ")} ${id}` : null;
    default:
      return null;
  }
}

function seedEntity(model: Model, entity: Entity, random: Random): Record<string, unknown>[] {
  const { count, values = {}, spread = {}, empty = [] } = entity.seed;
  const references = new Map([...entity.relations].map(([field, target]) => [`${field}_id`, target]));
  return Array.from({ length: count }, (_, index) => {
    const id = index + 1;
    const record: Record<string, unknown> = { id };
    const created = present - random.integer(31, 120) * day + random.integer(0, 8 * 60) * 60_000;
    for (const [name, type] of entity.fields) {
      if (name === "id" || entity.relations.has(name) || type === "objects") continue;
      const target = references.get(name);
      const targets = target ? (model.entities.get(target)?.seed.count ?? 0) : 0;
      const parents = spread[name];
      const given = values[name];
      if (given) record[name] = given[index % given.length];
      else if (parents) record[name] = (index % parents) + 1;
      else if (empty.includes(name) || targets === 0 || target === entity.name) {
        record[name] = references.has(name) ? null : plainValue(name, type, id, created, random);
      } else record[name] = random.integer(0, 2) === 0 ? null : random.integer(1, targets);
    }
    for (const name of Object.keys(entity.custom))
      record[name] = values[name]?.[index % (values[name]?.length ?? 1)] ?? null;
    return record;
  });
}

/** Fills the store with a small laboratory, the same for the same seed. */
export function seedStore(model: Model, store: Store, random: Random): void {
  for (const entity of model.entities.values()) {
    for (const fields of seedEntity(model, entity, random)) {
      const record = store.insert(entity.name, fields);
      completeRecord(entity, record);
      if (typeof record.last_updated === "number") setLastUpdated(entity, record, record.last_updated);
    }
  }
  const seen = new Set<string>();
  for (const entity of model.entities.values()) {
    for (const { of, link } of entity.nested.values()) {
      if (!link || seen.has([...link].sort().join())) continue;
      seen.add([...link].sort().join());
      const children = model.entities.get(of)?.seed.count ?? 0;
      for (let id = 1; id <= entity.seed.count && children > 0; id++) {
        for (let n = random.integer(1, 3); n > 0; n--) {
          const child = random.integer(1, children);
          // A batch is not its own parent, nor the parent of an earlier one: the graph has no circles.
          if (of !== entity.name || child > id) store.link(link, [id, child]);
        }
      }
    }
  }
}
