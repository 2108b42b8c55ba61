import { get, type Json, type JsonObject } from "../document/model/json.ts";
import { resolveSchema, schemasOf } from "../document/model/references.ts";
import type { OverlayAction } from "../document/normalise/apply-overlay.ts";
import type { CheckedField, SchemaPath } from "./check-records.ts";
import { inferType } from "./infer-type.ts";
import { pathToComponents, quote } from "./json-path.ts";

/** Returns the actions of an overlay that correct the declared types of these fields. */
export function suggestActions(document: JsonObject, fields: readonly CheckedField[]): OverlayAction[] {
  return [
    ...fields.flatMap(field => (field.wrong > 0 || field.wrongNulls > 0 ? correctType(document, field) : [])),
    ...makeOptional(document, fields),
  ];
}

function correctType(document: JsonObject, field: CheckedField): OverlayAction[] {
  const { owner, name, declared, wrong, wrongNulls } = field;
  const properties = pathToComponents([owner.component], [...owner.steps, "properties"]);
  const nullable = wrongNulls > 0 && { nullable: true };
  // An update merges, and nothing merges with a reference.
  if (wrong === 0 && get(declared, "$ref") === undefined) {
    return [{ target: properties, update: { [name]: { nullable: true } } }];
  }
  const description = get(declared, "description");
  const corrected: JsonObject = {
    ...(description !== undefined && { description }),
    ...(wrong === 0 ? { allOf: [declared ?? {}] } : typeSeen(document, field)),
    ...nullable,
  };
  return [
    { target: pathToComponents([owner.component], [...owner.steps, "properties", name]), remove: true },
    { target: properties, update: { [name]: corrected } },
  ];
}

/** A relation whose values are objects, but not as declared, is declared as a plain object: `x-entity: false`. */
function typeSeen(document: JsonObject, { declared, observation }: CheckedField): JsonObject {
  const { inResponse } = inferType(observation);
  return isRelation(document, declared) && "x-entity" in inResponse ? { ...inResponse, "x-entity": false } : inResponse;
}

function isRelation(document: JsonObject, declared: Json | undefined): boolean {
  const parts = get(declared, "allOf");
  const schema = resolveSchema(document, Array.isArray(parts) ? parts[0] : (get(declared, "items") ?? declared));
  return get(schema, "x-reference") !== undefined;
}

/** Removes missing fields from `required`, except the id of a record, which every record has to have. */
function makeOptional(document: JsonObject, fields: readonly CheckedField[]): OverlayAction[] {
  const missing = fields.filter(({ missing: count, name }) => count > 0 && name !== "id");
  const owners = Map.groupBy(missing, ({ owner }) => JSON.stringify(owner));
  return [...owners].flatMap(([key, group]) => {
    const owner: SchemaPath = JSON.parse(key);
    const target = pathToComponents([owner.component], [...owner.steps, "required"]);
    const required = get(schemaAt(document, owner), "required");
    const isMissing = (each: Json): boolean => group.some(({ name }) => name === each);
    // OpenAPI 3.0 forbids an empty list.
    if (Array.isArray(required) && required.every(isMissing)) return [{ target, remove: true }];
    return group.map(({ name }) => ({ target: `${target}[?@ == ${quote(name)}]`, remove: true }));
  });
}

const schemaAt = (document: JsonObject, { component, steps }: SchemaPath): Json | undefined =>
  steps.reduce<Json | undefined>(
    (at, step) => (Array.isArray(at) ? at[Number(step)] : get(at, String(step))),
    get(schemasOf(document), component),
  );
