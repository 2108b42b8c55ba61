import { entityNames, entityOf, schemasByDirection } from "../model/entities.ts";
import { get, isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { toSingular, wordsOf } from "../model/names.ts";
import { schemasOf, toReference, withSchemas } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/**
 * Types the relations of records, which QBench declares as a bare `object`. A response contains a reference,
 * `{ _type, _self, id, data }` (docs/qbench-api.md §5.1). A request contains a link, the `id` of the record
 * (docs/qbench-api.md §7).
 *
 * The field's name gives the entity, if the field is a list or has a sibling `<name>_id`. For other fields an overlay
 * sets `x-entity`: the entity, null for records that no schema describes, or false for a field that is not a relation.
 */
export function typeRelations(document: JsonObject): StepResult {
  const entities = entityNames(document);
  // Requests that create or update an entity mirror it, relations included (docs/qbench-api.md §7).
  const { inRequests } = schemasByDirection(document);
  const found = new Map<string, JsonObject>();
  const unknown = new Set<string>();
  let count = 0;

  const refer = (name: string, schema: JsonObject, { owner, isRequest }: Parent): JsonObject | undefined => {
    const entity = targetOf(name, schema, owner, entities);
    if (entity === undefined) return undefined;
    count++;
    if (entity === null) unknown.add(name);
    const relation = relationName(entity, isRequest);
    found.set(relation, isRequest ? linkTo(entity) : referenceTo(entity));
    return toReference(relation);
  };
  /** Returns a name such as `OrderLink`, or `LinkToOrder` if the vendor has its own schema `OrderLink`. */
  const relationName = (entity: string | null, isRequest: boolean): string => {
    const [kind, mark] = isRequest ? ["Link", "x-link"] : ["Reference", "x-reference"];
    const present = get(schemasOf(document), `${entity ?? "Record"}${kind}`);
    return present === undefined || get(present, mark) !== undefined
      ? `${entity ?? "Record"}${kind}`
      : `${kind}To${entity ?? "Record"}`;
  };
  const typeProperty =
    (properties: JsonObject, parent: Parent) =>
    (schema: Json, name: string): Json => {
      if (!isObject(schema)) return schema;
      const { items } = schema;
      if (schema.type === "array" && isObject(items) && isBareObject(items)) {
        const reference = refer(toSingular(name), schema, parent);
        return reference === undefined ? schema : { ...schema, items: referTo(reference, items) };
      }
      const isRelation = Object.hasOwn(properties, `${name}_id`) || Object.hasOwn(schema, "x-entity");
      if (!isRelation || !isBareObject(schema)) return schema;
      const reference = refer(name, schema, parent);
      return reference === undefined ? schema : referTo(reference, schema);
    };

  const schemas = mapValues(schemasOf(document), (schema, name) => {
    const properties = get(schema, "properties");
    const isRecord = entities.has(name) || (entities.size > 0 && inRequests.has(name));
    if (!isObject(schema) || !isObject(properties) || !isRecord) return schema;
    return {
      ...schema,
      properties: mapValues(properties, typeProperty(properties, { owner: name, isRequest: !entities.has(name) })),
    };
  });
  for (const [name, schema] of found) schemas[name] = schema;
  return {
    document: count === 0 ? document : withSchemas(document, schemas),
    findings: [
      { what: "relations typed as references and links", count: count - unknown.size },
      {
        what: `relations to records that no schema describes (${[...unknown].toSorted().join(", ")})`,
        count: unknown.size,
      },
    ],
  };
}

/**
 * Replaces the type of a schema by a reference. Keeps the other keywords: a description, or that it may be null. An
 * overlay that declares a relation also applies to its own result, which has the reference already.
 */
function referTo(reference: JsonObject, { type: _, $ref: __, ...rest }: JsonObject): JsonObject {
  return Object.keys(rest).length === 0 ? reference : { ...rest, allOf: [reference] };
}

/** Returns true for an object schema that declares nothing about the object. */
const isBareObject = (schema: JsonObject): boolean =>
  schema.type === "object" && !("properties" in schema) && !("additionalProperties" in schema);

/** The schema that contains a relation. */
interface Parent {
  owner: string;
  isRequest: boolean;
}

function targetOf(
  name: string,
  schema: JsonObject,
  owner: string,
  entities: ReadonlySet<string>,
): string | null | undefined {
  const given = schema["x-entity"];
  if (typeof given === "string") return entities.has(given) ? given : null;
  if (given === false) return undefined;
  if (given === null) return null;
  const words = wordsOf(name);
  const matches = [...entities].filter(entity => endsWith(words, wordsOf(entity)));
  const longest = matches.toSorted((a, b) => b.length - a.length)[0];
  if (longest !== undefined) return longest;
  // `category` of an assay is an AssayCategory. In other schemas it is too, if only one entity's name ends like that.
  const owned = [...wordsOf(entityOf(owner)), ...words].join();
  const broader = [...entities].filter(entity => endsWith(wordsOf(entity), words));
  const own = broader.find(entity => wordsOf(entity).join() === owned);
  if (own !== undefined) return own;
  return broader.length === 1 ? (broader[0] ?? null) : null;
}

const endsWith = (words: readonly string[], end: readonly string[]): boolean =>
  end.length <= words.length && end.every((word, index) => words[words.length - end.length + index] === word);

/** Returns the schema of an id. All ids are numbers, except those of API clients (docs/qbench-api.md §4). */
const idOf = (entity: string | null): JsonObject => ({ type: entity === "ApiClient" ? "string" : "integer" });

const linkTo = (entity: string | null): JsonObject => ({
  type: "object",
  description: `The \`id\` of ${entity === null ? "a record" : `one of \`${entity}\``}.`,
  "x-link": entity ?? true,
  required: ["id"],
  properties: { id: idOf(entity) },
});

const referenceTo = (entity: string | null): JsonObject => ({
  type: "object",
  description: `A reference to ${entity === null ? "a record" : `\`${entity}\``}, with some of its fields in \`data\`.`,
  "x-reference": entity ?? true,
  properties: {
    _self: { type: "string", nullable: true, description: "The address of the record." },
    _type: { type: "string", nullable: true, description: "The kind of the record, as QBench calls it." },
    id: idOf(entity),
    data: {
      nullable: true,
      description: "Fields of the record. The field that holds the reference determines which ones.",
      ...(entity === null ? { type: "object", properties: { id: idOf(null) } } : { allOf: [toReference(entity)] }),
    },
  },
});
