import { Validator } from "@cfworker/json-schema";
import type { Nested } from "../builtin/resource.js";
import type { CustomFields, Entity } from "../model/entity.js";
import type { Model } from "../model/model.js";
import { toJsonSchema } from "../openapi/to-json-schema.js";
import { isObject } from "../options/check-members.js";
import { readDate } from "../records/dates.js";
import type { RecordId } from "../records/store.js";
import { hiddenFields, settableLists } from "./settable-lists.js";

/** Throws the error for a wrong value: `place` is its path, such as `orders[0].state`. */
export type Fail = (place: string, reason: string) => never;

/** A record that a caller gives, after its values have been checked and converted to those of the store. */
export interface GivenRecord {
  entity: Entity;
  /** The path to the record in the caller's value. */
  place: string;
  fields: Record<string, unknown>;
  /** The ids of the records in the lists that the caller gives. */
  lists: { name: string; nested: Nested; ids: RecordId[] }[];
}

const isId = (value: unknown): value is RecordId =>
  typeof value === "string" ? value !== "" : Number.isSafeInteger(value) && Number(value) > 0;

const isListOf = <T>(value: unknown, holds: (item: unknown) => item is T): value is T[] =>
  Array.isArray(value) && value.every(holds);

const customTypes: Readonly<
  Record<CustomFields[string][string], { expected: string; holds(value: unknown): boolean }>
> = {
  STR: { expected: "a text", holds: value => typeof value === "string" },
  TEXT: { expected: "a text", holds: value => typeof value === "string" },
  NUM: { expected: "a number", holds: value => typeof value === "number" && Number.isFinite(value) },
  USER: { expected: "the id of a user", holds: isId },
};

/** Shows a value in an error message. */
function shown(value: unknown): string {
  const isUnlikeJson = value instanceof Date || typeof value === "number";
  const text = (isUnlikeJson ? undefined : JSON.stringify(value)) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/**
 * Returns a function that checks the fields of a record against the document. Dates become epoch milliseconds. Whether
 * the records exist that it refers to is checked later, because they can be created together with it.
 */
export function createRecordReader(
  model: Model,
  fail: Fail,
): (entity: Entity, value: unknown, place: string) => GivenRecord {
  const validators = new Map<string, Validator | undefined>();

  function checkSchema(entity: Entity, name: string, value: unknown, place: string): void {
    const key = `${entity.name} ${name}`;
    const schema = entity.schemas.get(name);
    if (!validators.has(key)) {
      validators.set(key, schema && new Validator(toJsonSchema(model.document, schema), "2019-09", false));
    }
    const { errors = [] } = validators.get(key)?.validate(value) ?? {};
    const error = errors.find(({ keyword }) => !["properties", "items", "anyOf"].includes(keyword)) ?? errors[0];
    if (error) fail(place, `does not match the document: ${error.error} The value is ${shown(value)}.`);
  }

  /** Returns a copy of a JSON value, so that the record does not change with an object of the caller. */
  function copied(value: unknown, place: string): unknown {
    if (typeof value === "number" && !Number.isFinite(value)) fail(place, `must be a finite number, not ${value}.`);
    try {
      return structuredClone(value);
    } catch {
      return fail(place, "must be a value that JSON can contain.");
    }
  }

  return (entity, value, place) => {
    if (!isObject(value)) return fail(place, `must be an object with the fields of a record, not ${shown(value)}.`);
    const lists = settableLists(entity);
    const hidden = new Set(hiddenFields(entity, model.references));
    const given: GivenRecord = { entity, place, fields: {}, lists: [] };
    for (const [name, fieldValue] of Object.entries(value)) {
      if (fieldValue === undefined) continue;
      const at = `${place}.${name}`;
      const type = entity.fields.get(name);
      const nested = lists.get(name);
      const custom = Object.hasOwn(entity.custom, name) ? entity.custom[name] : undefined;
      if (name === "id") {
        const isText = type === "string";
        if (!isId(fieldValue) || (typeof fieldValue === "string") !== isText) {
          fail(at, `must be ${isText ? "a text" : "a whole number from 1"}, not ${shown(fieldValue)}.`);
        }
        given.fields.id = fieldValue;
      } else if (nested && (type === undefined || type === "objects")) {
        if (!isListOf(fieldValue, isId)) fail(at, `must be a list of ids, not ${shown(fieldValue)}.`);
        else given.lists.push({ name, nested, ids: fieldValue });
      } else if (entity.relations.has(name)) {
        fail(at, `cannot be set. Set the id of the record in ${place}.${name.replace(/_ent$/, "")}_id.`);
      } else if (fieldValue === null && (type !== undefined || custom !== undefined || hidden.has(name))) {
        given.fields[name] = null;
      } else if (type === "datetime" || type === "date") {
        const time = fieldValue instanceof Date ? fieldValue.getTime() : Number.NaN;
        const parsed = typeof fieldValue === "string" ? (readDate(fieldValue) ?? time) : time;
        if (Number.isNaN(parsed)) {
          fail(at, `must be a Date, an ISO 8601 text or MM/DD/YYYY hh:mm AM, not ${shown(fieldValue)}.`);
        }
        given.fields[name] = parsed;
      } else if (type !== undefined) {
        checkSchema(entity, name, fieldValue, at);
        given.fields[name] = copied(fieldValue, at);
      } else if (custom !== undefined) {
        const { expected, holds } = customTypes[custom];
        if (!holds(fieldValue)) fail(at, `must be ${expected}, not ${shown(fieldValue)}.`);
        given.fields[name] = fieldValue;
      } else if (hidden.has(name)) {
        const isList = name.endsWith("_ids");
        if (isList ? !isListOf(fieldValue, isId) : !isId(fieldValue)) {
          fail(at, `must be ${isList ? "a list of ids" : "the id of a record"}, not ${shown(fieldValue)}.`);
        }
        given.fields[name] = copied(fieldValue, at);
      } else if (entity.nested.has(name)) {
        fail(at, "cannot be set, because it follows from other records.");
      } else {
        fail(at, "is not a field of the document, nor of the option customFields.");
      }
    }
    return given;
  };
}
