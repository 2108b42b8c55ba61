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
      if (/(^|_)(name|title)$/.test(name)) return `${name.replaceAll("_", " ")} ${id}`;
      return name === "custom_formatted_id" ? `QB-${String(id).padStart(5, "0")}` : null;
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
    for (const record of seedEntity(model, entity, random)) store.insert(entity.name, record);
  }
  for (const invoice of store.all("Invoice")) invoice.order_ids = [invoice.order_id];
  for (const test of store.all("Test")) {
    if (typeof test.last_updated === "number") test.last_updated_unix_timestamp = Math.floor(test.last_updated / 1000);
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
