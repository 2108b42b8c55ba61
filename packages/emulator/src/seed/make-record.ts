import { type Entity, relationId } from "../model/entity.js";
import type { FieldType } from "../model/field-type.js";
import type { Model } from "../model/model.js";
import type { Random } from "../records/random.js";
import type { StoredRecord } from "../records/store.js";
import { completeRecord } from "../rules/complete-record.js";
import { computedFields } from "../rules/computed-fields.js";
import { creationDaysAgo } from "./seed-calendar.js";

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
export function parentCount(model: Model, entity: Entity, field: string, turns: number, id: number): number {
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
export type MakeRecord = (id: number, random: Random) => StoredRecord;

/** Returns a function that makes the seeded records of an entity. It prepares all that they have in common. */
export function createMaker(model: Model, entity: Entity): MakeRecord {
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
