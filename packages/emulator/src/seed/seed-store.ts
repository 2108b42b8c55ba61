import type { Entity } from "../model/entity.js";
import type { Model } from "../model/model.js";
import { createRandom, type Random } from "../records/random.js";
import type { LazyRecords, Store } from "../records/store.js";
import { createMaker, type MakeRecord, parentCount } from "./make-record.js";
import { seedPayments } from "./seed-payments.js";

/** The number of seeded records by entity name. Entities that are missing have those of the small laboratory. */
export type SeedSizes = ReadonlyMap<string, number>;

/** Fills the store with a small laboratory. The same seed gives the same records. */
export function seedStore(model: Model, store: Store, random: Random, sizes: SeedSizes): void {
  const entities = [...model.entities.values()];
  for (const entity of entities) {
    const total = sizes.get(entity.name) ?? entity.seed.count;
    entity.seed = { ...entity.seed, count: Math.min(total, entity.seed.count), total };
  }
  const makers = new Map(entities.map(entity => [entity.name, createMaker(model, entity)]));
  for (const { name, seed } of entities) {
    for (let id = 1; id <= seed.count; id++) store.insert(name, makers.get(name)?.(id, random) ?? { id });
  }
  seedLinks(model, store, random);
  seedPayments(model, store);
  // Records beyond the small laboratory are made when they are read, so that a large one costs no memory.
  for (const name of sizes.keys()) {
    const entity = model.entities.get(name);
    const make = makers.get(name);
    const recordSeed = random.integer(0, 0x7fffffff);
    if (entity && make) store.extend(name, lazyRecords(model, entity, make, recordSeed));
  }
}

function lazyRecords(model: Model, entity: Entity, make: MakeRecord, seed: number): LazyRecords {
  const { count, total = count, roundRobin = {}, values = {}, empty = [] } = entity.seed;
  const isEmpty = (field: string): boolean => {
    if (roundRobin[field] !== undefined || values[field]) return false;
    const target = model.references.get(entity.name)?.get(field)?.[0]?.entity;
    const isKnown = entity.fields.has(field) || field in entity.custom;
    return empty.includes(field) || !isKnown || target === entity.name;
  };
  return {
    from: count + 1,
    to: total,
    make: id => make(id, createRandom(seed ^ Math.imul(id, 0x9e3779b1))),
    idsWith(field, value) {
      if (field === "id") return Number(value) > count && Number(value) <= total ? [Number(value)] : [];
      // The orders of a seeded invoice are the one in its order_id.
      const turn = field === "order_ids" ? "order_id" : field;
      const turns = roundRobin[turn];
      if (turns !== undefined) {
        const parents = parentCount(model, entity, turn, turns, total);
        const parent = Number(value);
        if (!(parent >= 1 && parent <= parents)) return parents > 0 ? [] : undefined;
        const first = count + ((((parent - 1 - count) % parents) + parents) % parents);
        return Array.from({ length: Math.ceil((total - first) / parents) }, (_, n) => first + n * parents + 1);
      }
      return isEmpty(field) && value !== "null" ? [] : undefined;
    },
    isEmpty: field => isEmpty(field === "order_ids" ? "order_id" : field),
  };
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
