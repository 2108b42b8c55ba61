import { entityNames } from "../document/model/entities.ts";
import { get, isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { referredName, resolveSchema, schemasOf, toReference } from "../document/model/references.ts";
import { requiredOf } from "../document/model/required.ts";
import { createObservation, type Observation, observe } from "./observation.ts";
import { createValueCheck } from "./value-check.ts";

/** The path to a schema in the document: the name of a component, and the keys and positions below it. */
export interface SchemaPath {
  component: string;
  steps: readonly (string | number)[];
}

/** A field, and what its values showed. */
export interface CheckedField {
  /** The object schema that declares the field, or that should declare it. */
  owner: SchemaPath;
  name: string;
  /** Undefined if the document does not declare the field. */
  declared: Json | undefined;
  observation: Observation;
  /** The number of records that were checked for this field. */
  records: number;
  /** The number of values that contradict the declared type. Null is not counted. */
  wrong: number;
  /** The number of values that are null although the type has no null. */
  wrongNulls: number;
  /** The number of records without this field, although it is required. */
  missing: number;
}

export interface RecordCheck {
  /** Compares a record of this entity with its schema. */
  check(record: JsonObject, entity: string): void;
  /** Returns all fields of all records so far. */
  fields(): CheckedField[];
}

/** A part of an object schema: the properties of one of the schemas that it is composed of. */
interface ObjectPart {
  path: SchemaPath;
  properties: JsonObject;
  required: readonly Json[];
}

/** Fields that QBench can add to every record (docs/qbench-api.md §5.1). */
const protocolFields = new Set(["_self", "_type"]);

/**
 * Creates a check of records against a document. It compares each value with its declared type, also in lists, nested
 * objects and the `data` of references, and finds fields of records that the document does not declare.
 */
export function createRecordCheck(document: JsonObject): RecordCheck {
  const entities = entityNames(document);
  const isOfType = createValueCheck(document);
  const fields = new Map<string, CheckedField>();
  const records = new Map<string, number>();

  const fieldAt = (owner: SchemaPath, name: string, declared: Json | undefined): CheckedField => {
    const key = JSON.stringify([owner.component, ...owner.steps, name]);
    const known = fields.get(key);
    if (known !== undefined) return known;
    const counts = { records: 0, wrong: 0, wrongNulls: 0, missing: 0 };
    const field = { owner, name, declared, observation: createObservation(), ...counts };
    fields.set(key, field);
    return field;
  };

  /** `isPartial` is true in the `data` of a reference, which has some fields of the record only. */
  function checkObject(value: JsonObject, parts: readonly ObjectPart[], isPartial: boolean): void {
    for (const { path, properties, required } of parts) {
      const place = JSON.stringify(path);
      records.set(place, (records.get(place) ?? 0) + 1);
      for (const [name, schema] of Object.entries(properties)) {
        const field = fieldAt(path, name, schema);
        if (Object.hasOwn(value, name)) checkField(field, schema, value[name] ?? null);
        else if (!isPartial && required.includes(name)) field.missing++;
      }
    }
    const record = parts.find(({ path }) => entities.has(path.component) && path.steps.length === 0);
    if (record === undefined) return;
    for (const [name, child] of Object.entries(value)) {
      if (protocolFields.has(name) || parts.some(({ properties }) => Object.hasOwn(properties, name))) continue;
      observe(fieldAt(record.path, name, undefined).observation, child, name);
    }
  }

  function checkField(field: CheckedField, schema: Json, value: Json): void {
    observe(field.observation, value, field.name);
    if (value === null) field.wrongNulls += allowsNull(document, schema) ? 0 : 1;
    else field.wrong += agrees(value, schema, below(field.owner, "properties", field.name)) ? 0 : 1;
  }

  /** Returns false if a value contradicts its schema. The fields of an object count for themselves. */
  function agrees(value: Json, schema: Json, path: SchemaPath): boolean {
    if (value === null) return allowsNull(document, schema);
    const parts = partsOf(document, schema, path);
    const reference = parts.find(part => isReference(document, part.path));
    if (reference !== undefined) return agreesWithReference(value, reference);
    if (parts.length > 0) {
      if (!isObject(value)) return false;
      checkObject(value, parts, false);
      return true;
    }
    const items = get(resolveSchema(document, schema), "items");
    if (items === undefined) return isOfType(value, schema);
    return Array.isArray(value) && value.map(item => agrees(item, items, below(path, "items"))).every(Boolean);
  }

  function agreesWithReference(value: Json, { path, properties }: ObjectPart): boolean {
    if (!isObject(value)) return false;
    const { data } = value;
    if (isObject(data)) checkObject(data, partsOf(document, properties.data ?? {}, path), true);
    return properties.id === undefined || value.id === undefined || isOfType(value.id, properties.id);
  }

  return {
    check: (record, entity) =>
      checkObject(record, partsOf(document, toReference(entity), { component: entity, steps: [] }), false),
    fields: () =>
      [...fields.values()].map(field => ({ ...field, records: records.get(JSON.stringify(field.owner)) ?? 0 })),
  };
}

/** Returns the object schemas that a schema consists of: itself, what it refers to, or the parts of its `allOf`. */
function partsOf(document: JsonObject, schema: Json | undefined, path: SchemaPath): ObjectPart[] {
  const name = referredName(schema);
  if (name !== undefined) return partsOf(document, get(schemasOf(document), name), { component: name, steps: [] });
  const { properties, allOf } = isObject(schema) ? schema : {};
  const own = isObject(properties) ? [{ path, properties, required: requiredOf(schema) }] : [];
  const others = Array.isArray(allOf) ? allOf : [];
  return [...own, ...others.flatMap((part, index) => partsOf(document, part, below(path, "allOf", index)))];
}

const below = ({ component, steps }: SchemaPath, ...more: (string | number)[]): SchemaPath => ({
  component,
  steps: [...steps, ...more],
});

const isReference = (document: JsonObject, { component, steps }: SchemaPath): boolean =>
  steps.length === 0 && get(get(schemasOf(document), component), "x-reference") !== undefined;

/** Returns true if a value of this schema may be null: also if the schema says nothing about its type. */
function allowsNull(document: JsonObject, schema: Json): boolean {
  const resolved = resolveSchema(document, schema);
  if (resolved === undefined || resolved.nullable === true) return true;
  const { type, allOf } = resolved;
  const alternatives = [resolved.anyOf, resolved.oneOf].find(Array.isArray);
  const allows = (part: Json): boolean => allowsNull(document, part);
  if (type !== undefined) return [type].flat().includes("null");
  if (Array.isArray(allOf)) return allOf.every(allows);
  if (alternatives !== undefined) return alternatives.some(allows);
  return (
    !("enum" in resolved || "properties" in resolved) || (Array.isArray(resolved.enum) && resolved.enum.includes(null))
  );
}
