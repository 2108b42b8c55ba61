import { type Entity, relationId } from "../model/entity.js";
import type { FieldType } from "../model/field-type.js";
import type { Model } from "../model/model.js";
import { completeRecord } from "./complete-record.js";
import { computedFields } from "./computed-fields.js";
import { createRandom, type Random } from "./random.js";
import { creationDaysAgo } from "./seed-calendar.js";
import { seedPayments } from "./seed-payments.js";
import type { LazyRecords, Store, StoredRecord } from "./store.js";

const day = 24 * 60 * 60 * 1000;
/** The end of the seeded history. It is fixed, so that a seed gives the same records on any day. */
const present = Date.UTC(2026, 0, 5, 15, 0);

/** Returns the value of a filler field of one record. `created` is the time at which the record was created. */
type Filler = (id: number, created: number, random: Random) => unknown;

/** Returns the values of a field without values of its own. Most fields stay empty, as in a real tenant. */
function plainFiller(name: string, type: FieldType): Filler {
  switch (type) {
    case "boolean":
      return () => false;
    case "strings":
    case "integers":
      return () => [];
    case "datetime":
    case "date": {
      if (name === "date_created") return (_, created) => created;
      const isAlwaysSet = name === "last_updated" || name === "date_received";
      return (_, created, random) =>
        isAlwaysSet || random.integer(0, 2) === 0
          ? created + random.integer(0, 30) * day + random.integer(0, 8 * 60) * 60_000
          : null;
    }
    case "string": {
      const label = /(^|_)(name|title)$/.test(name) ? name.replaceAll("_", " ") : undefined;
      return id => (label === undefined ? null : `${label} ${id}`);
    }
    default:
      return () => null;
  }
}

/** Returns the number of records to which a field refers in turn, so that each of them has children. */
function parentCount(model: Model, entity: Entity, field: string, turns: number, id: number): number {
  const { count, values = {} } = entity.seed;
  const counts = (model.references.get(entity.name)?.get(field) ?? []).flatMap(({ entity: target, equals }) => {
    // An attachment belongs to one of several kinds of records, of which the seed has some.
    const isSeeded = Object.entries(equals).every(([name, value]) => values[name]?.includes(value));
    const seed = model.entities.get(target)?.seed;
    // The records of a large seed spread over all parents. The first ones are the same at any size.
    return seed && isSeeded ? (id > count ? (seed.total ?? seed.count) : Math.min(turns, seed.count)) : [];
  });
  return counts.length > 0 ? Math.min(...counts) : turns;
}

/** Makes the seeded record of an entity with an id. */
type MakeRecord = (id: number, random: Random) => StoredRecord;

/** Returns a function that makes the seeded records of an entity. It prepares all that they have in common. */
function createMaker(model: Model, entity: Entity): MakeRecord {
  const { values = {}, roundRobin = {}, empty = [], count: smallCount } = entity.seed;
  const targets = new Map([...entity.relations].map(([name, target]) => [relationId(name), target]));
  const computed = new Set(computedFields(entity.name));
  // Also fields that the API does not show, such as the order of a comment.
  const parents = Object.entries(roundRobin).map(
    ([name, turns]) =>
      [
        name,
        parentCount(model, entity, name, turns, smallCount),
        parentCount(model, entity, name, turns, smallCount + 1),
      ] as const,
  );
  const inTurn: [string, readonly unknown[]][] = [];
  const fillers: [string, Filler][] = [];
  for (const [name, type] of entity.fields) {
    if (name === "id" || name in roundRobin || entity.relations.has(name) || type === "objects") continue;
    const turns = values[name];
    const target = targets.get(name);
    const count = target && target !== entity.name ? (model.entities.get(target)?.seed.count ?? 0) : 0;
    if (turns) inTurn.push([name, turns]);
    else if (count > 0 && !empty.includes(name)) {
      fillers.push([name, (_, __, random) => (random.integer(0, 2) === 0 ? null : random.integer(1, count))]);
    } else fillers.push([name, target ? () => null : plainFiller(name, type)]);
  }
  for (const name of Object.keys(entity.custom)) inTurn.push([name, values[name] ?? [null]]);

  return (id, random) => {
    const index = id - 1;
    const daysAgo = creationDaysAgo(entity.name, random.integer(31, 120));
    const created = present - daysAgo * day + random.integer(0, 8 * 60) * 60_000;
    const given: Record<string, unknown> = { id };
    for (const [name, small, large] of parents) {
      const count = id > smallCount ? large : small;
      given[name] = count > 0 ? (index % count) + 1 : null;
    }
    for (const [name, turns] of inTurn) given[name] = turns[index % turns.length] ?? null;
    const filler: Record<string, unknown> = {};
    for (const [name, fill] of fillers) {
      const value = fill(id, created, random);
      if (!computed.has(name)) filler[name] = value;
    }
    const { last_updated: updated } = filler;
    const now = typeof updated === "number" ? updated : created;
    return Object.assign(completeRecord(entity, { given, filler, now }), { id });
  };
}

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
