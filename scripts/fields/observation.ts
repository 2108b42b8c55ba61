import { parseDate } from "@qbench-sdk/client";
import { get, isObject, type Json } from "../document/model/json.ts";
import { wordsOf } from "../document/model/names.ts";

/** A kind of value. `user` is `{ id, text }`, and `reference` is `{ _type, _self, id, data }`. */
export type Kind =
  | "string"
  | "number"
  | "boolean"
  | "DateTime"
  | "DateOnly"
  | "UnixSeconds"
  | "user"
  | "reference"
  | "object"
  | "list";

/** Counts the kinds of the values that a field had. It holds no values. */
export interface Observation {
  /** The records that had the field, those with null included. */
  count: number;
  nulls: number;
  kinds: Map<Kind, number>;
  /** The items of all lists. */
  items?: Observation;
  /** The ids of all users and references. */
  ids?: Observation;
}

export const createObservation = (): Observation => ({ count: 0, nulls: 0, kinds: new Map() });

/** Adds a value to the observation of the field with this name. */
export function observe(observation: Observation, value: Json, name: string): void {
  observation.count++;
  if (value === null) {
    observation.nulls++;
    return;
  }
  const kind = kindOf(value, name);
  observation.kinds.set(kind, (observation.kinds.get(kind) ?? 0) + 1);
  if (Array.isArray(value)) {
    observation.items ??= createObservation();
    for (const item of value) observe(observation.items, item, name);
  }
  const id = kind === "user" || kind === "reference" ? get(value, "id") : undefined;
  if (id !== undefined) {
    observation.ids ??= createObservation();
    observe(observation.ids, id, "id");
  }
}

function kindOf(value: Exclude<Json, null>, name: string): Kind {
  if (typeof value === "string") return kindOfText(value, name);
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  return Array.isArray(value) ? "list" : kindOfObject(value);
}

const dateWords = new Set(["created", "date", "datetime", "time", "timestamp", "updated"]);

/** Ten digits can be a phone number or a barcode, so that they are a date only if the name of the field says so. */
function kindOfText(text: string, name: string): Kind {
  if (isUnixSeconds(text)) {
    return /^\d{10}$/.test(text) && wordsOf(name).some(word => dateWords.has(word)) ? "UnixSeconds" : "string";
  }
  if (isDateOnly(text)) return "DateOnly";
  return isDateTime(text) ? "DateTime" : "string";
}

function kindOfObject(value: Json): Kind {
  const keys = isObject(value) ? Object.keys(value) : [];
  if (keys.includes("id") && (keys.includes("_type") || keys.includes("_self"))) return "reference";
  return keys.length === 2 && keys.includes("id") && keys.includes("text") ? "user" : "object";
}

export const isUnixSeconds = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text) && isDateTime(text);

export const isDateOnly = (text: string): boolean =>
  /^(\d\d?\/\d\d?\/\d{4}|\d{4}-\d\d-\d\d)$/.test(text) && isDateTime(text);

/** Returns true for all formats that a date field can have (docs/qbench-api.md §5.3). */
export function isDateTime(text: string): boolean {
  try {
    parseDate(text);
    return true;
  } catch {
    return false;
  }
}
