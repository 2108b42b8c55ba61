import { type Entity, idField } from "../model/entity.js";
import type { FieldType } from "../model/field-type.js";
import type { Model } from "../model/model.js";
import { completeRecord } from "./complete-record.js";
import { createRandom, type Random } from "./random.js";
import { creationDaysAgo } from "./seed-calendar.js";
import { seedPayments } from "./seed-payments.js";
import type { Store, StoredRecord } from "./store.js";

const day = 24 * 60 * 60 * 1000;
/** The end of the seeded history. It is fixed, so that a seed gives the same records on any day. */
const present = Date.UTC(2026, 0, 5, 15, 0);

/** Returns a value for a field without values of its own. Most fields stay empty, as in a real tenant. */
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

function seedRecord(model: Model, entity: Entity, id: number, random: Random): StoredRecord {
  const { values = {}, roundRobin = {}, empty = [] } = entity.seed;
  const references = new Map([...entity.relations].map(([field, target]) => [idField(field), target]));
  const index = id - 1;
  const filler: Record<string, unknown> = {};
  const daysAgo = creationDaysAgo(entity.name, random.integer(31, 120));
  const created = present - daysAgo * day + random.integer(0, 8 * 60) * 60_000;
  const given: Record<string, unknown> = { id };
  for (const [name, type] of entity.fields) {
    if (name === "id" || entity.relations.has(name) || type === "objects") continue;
    const target = references.get(name);
    const targets = target ? (model.entities.get(target)?.seed.count ?? 0) : 0;
    const parents = roundRobin[name];
    const turns = values[name];
    if (turns) given[name] = turns[index % turns.length];
    else if (parents) given[name] = (index % parents) + 1;
    else if (empty.includes(name) || targets === 0 || target === entity.name) {
      filler[name] = references.has(name) ? null : plainValue(name, type, id, created, random);
    } else filler[name] = random.integer(0, 2) === 0 ? null : random.integer(1, targets);
  }
  // The API does not show the order of a comment, but lists the comments of an order.
  for (const [name, parents] of Object.entries(roundRobin)) given[name] = (index % parents) + 1;
  for (const name of Object.keys(entity.custom))
    given[name] = values[name]?.[index % (values[name]?.length ?? 1)] ?? null;
  const { last_updated: updated } = filler;
  const now = typeof updated === "number" ? updated : created;
  return { ...completeRecord(entity, { given, filler, now }), id };
}

/** The number of records that a collection has from the start, by path segment: `{ tests: 40_000 }`. */
export type SeedSizes = Readonly<Record<string, number>>;

/** Fills the store with a small laboratory. The same seed gives the same records. */
export function seedStore(model: Model, store: Store, random: Random, sizes: SeedSizes): void {
  const sized = sizedEntities(model, sizes);
  for (const [entity, size] of sized) entity.seed = { ...entity.seed, count: Math.min(size, entity.seed.count) };
  for (const entity of model.entities.values()) {
    for (let id = 1; id <= entity.seed.count; id++) store.insert(entity.name, seedRecord(model, entity, id, random));
  }
  seedLinks(model, store, random);
  seedPayments(model, store);
  // Records beyond the small laboratory are made when they are read, so that a large one costs no memory.
  for (const [entity, size] of sized) {
    const recordSeed = random.integer(0, 0x7fffffff);
    store.extend(entity.name, size, {
      make: id => seedRecord(model, entity, id, createRandom(recordSeed ^ Math.imul(id, 0x9e3779b1))),
      idsWith: () => undefined,
    });
  }
}

function sizedEntities(model: Model, sizes: SeedSizes): [Entity, number][] {
  const entities = [...model.entities.values()];
  return Object.entries(sizes).map(([collection, size]) => {
    const entity = entities.find(({ path }) => path?.split("/").at(-1) === collection);
    if (!entity) {
      throw new Error(
        `The option records has an unknown collection, "${collection}". Use the path segment of a list, such as "tests".`,
      );
    }
    return [entity, size];
  });
}

function seedLinks(model: Model, store: Store, random: Random): void {
  const seen = new Set<string>();
  for (const entity of model.entities.values()) {
    for (const { entity: childName, link } of entity.nested.values()) {
      if (!link || seen.has([...link].sort().join()) || childName === "Payment" || entity.name === "Payment") continue;
      seen.add([...link].sort().join());
      const children = model.entities.get(childName)?.seed.count ?? 0;
      for (let id = 1; id <= entity.seed.count && children > 0; id++) {
        for (let n = random.integer(1, 3); n > 0; n--) {
          const child = random.integer(1, children);
          // Within one entity, a record links only to later ones, so that batches have no cycles.
          if (childName !== entity.name || child > id) store.link(link, [id, child]);
        }
      }
    }
  }
}
