import type { Entity } from "../model/entity.js";
import { isSet } from "../records/is-set.js";
import { computedFields } from "./computed-fields.js";
import { datesOf, recomputedFields, setDefaults } from "./defaults.js";
import { actorsOf, eventsOf, type RecordEvent } from "./timelines.js";

type Fields = Readonly<Record<string, unknown>>;

/** What is known of a record before the rules complete it. */
export interface PartialRecord {
  /** The fields that a caller sets. They win over every rule. */
  given: Fields;
  /** The record before an update. Absent for a new record. */
  before?: Fields;
  /** Proposals for fields of a new record that no caller sets. The rules drop and reorder dates among them. */
  filler?: Fields;
  /** The time of the change, in epoch milliseconds. */
  now: number;
}

/**
 * Returns the fields to store for a new record, or the changed fields for an update. The rules make the record
 * consistent: flags, states and dates agree, dates are in order, and a new record has the fields that QBench sets.
 */
export function completeRecord(entity: Entity, { given, before, filler, now }: PartialRecord): Fields {
  const fields: Record<string, unknown> = { ...filler, ...given };
  if (before) Object.assign(fields, recomputedFields(entity, { ...before, ...fields }, given), given);
  else setDefaults(entity, fields);
  for (const name of computedFields(entity.name)) {
    if (!isSet(fields[name]) || !(isSet(given[name]) || before)) delete fields[name];
  }

  const events = eventsOf(entity);
  applyFlags(events, entity, fields, given);
  for (const event of events) applyEvent(event, events, fields, { given, now, ...(before && { before }) });
  if (!before) {
    clearActors(entity, fields, given);
    const created = eventTimes(events, given).reduce((first, time) => Math.min(first, time), now);
    if (entity.fields.has("date_created")) fields.date_created ??= created;
    if (filler) sortDates(["date_created", ...events.map(({ date }) => date)], fields, given);
    Object.assign(fields, datesOf(entity, fields));
  }
  const updated = fields.last_updated;
  const lastUpdated = !before && typeof updated === "number" ? updated : now;
  return Object.assign(fields, lastUpdatedFields(entity, lastUpdated), given);
}

/** Sets the flag of an event to true or false if the caller gave the event's date alone. */
function applyFlags(events: readonly RecordEvent[], entity: Entity, fields: Record<string, unknown>, given: Fields) {
  for (const { date, flag } of events) {
    if (flag && entity.fields.has(flag) && given[date] !== undefined && given[flag] === undefined) {
      fields[flag] = given[date] !== null;
    }
  }
}

function applyEvent(
  event: RecordEvent,
  events: readonly RecordEvent[],
  fields: Record<string, unknown>,
  { given, before, now }: PartialRecord,
): void {
  const { date, flag, when, like = "" } = event;
  if (given[date] !== undefined) return;
  const record = before ? { ...before, ...fields } : fields;
  const happened = (state: Fields): boolean | undefined => (flag ? state[flag] === true : when?.(state));
  const after = happened(record);
  if (before && after === happened(before)) return;
  if (after === false) fields[date] = null;
  if (after === true) fields[date] = record[date] ?? record[like] ?? timeBetween(event, events, fields, given, now);
}

/** Returns `now`, but not before the earlier events and not after the later ones that the caller gave. */
function timeBetween(
  event: RecordEvent,
  events: readonly RecordEvent[],
  fields: Fields,
  given: Fields,
  now: number,
): number {
  const index = events.indexOf(event);
  const latest = Math.min(now, ...eventTimes(events.slice(index + 1), given), ...numbers([given.last_updated]));
  return Math.max(latest, ...eventTimes(events.slice(0, index), fields), ...numbers([fields.date_created]));
}

const numbers = (values: readonly unknown[]): number[] => values.filter(value => typeof value === "number");

const eventTimes = (events: readonly RecordEvent[], fields: Fields): number[] =>
  numbers(events.map(({ date }) => fields[date]));

/** Clears the proposed actor of an event that has not happened. */
function clearActors(entity: Entity, fields: Record<string, unknown>, given: Fields): void {
  for (const [actor, sign] of actorsOf(entity)) {
    const happened = fields[sign] !== false && isSet(fields[sign]);
    if (given[actor] === undefined && !happened) fields[actor] = null;
  }
}

/** Reorders the proposed dates, so that they rise in the order of the events. The last change comes last. */
function sortDates(names: readonly string[], fields: Record<string, unknown>, given: Fields): void {
  const movable = [...names, "last_updated"].filter(name => typeof fields[name] === "number" && !isSet(given[name]));
  const times = numbers(movable.map(name => fields[name])).sort((a, b) => a - b);
  movable.forEach((name, index) => {
    fields[name] = times[index];
  });
}

/** Returns every field in which the entity keeps the time of the last change. `time` is in epoch milliseconds. */
export function lastUpdatedFields({ fields }: Entity, time: number): Record<string, unknown> {
  return {
    ...(fields.has("last_updated") && { last_updated: time }),
    ...(fields.has("last_updated_unix_timestamp") && { last_updated_unix_timestamp: Math.floor(time / 1000) }),
  };
}
