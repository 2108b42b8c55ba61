import { entityNames, schemasByDirection } from "../model/entities.ts";
import { get, isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { toSingular, wordsOf } from "../model/names.ts";
import { schemasOf, toReference, withSchemas } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/**
 * QBench declares what a record refers to as `object` and no more. An answer holds `{ _type, _self, id, data }` there
 * (facts 5.1), a reference; a request names the record by its `id` (vendor facts 4.4), a link. Which entity it is follows from the field's name, when `<name>_id` stands beside it or it is a list;
 * `x-entity`, set by an overlay, says it where the name does not, and is null for records that no schema describes.
 */
export function typeRelations(document: JsonObject): StepResult {
  const entities = entityNames(document);
  // What creates or updates an entity mirrors it, relations and all (facts 7).
  const { sent } = schemasByDirection(document);
  const found = new Map<string, JsonObject>();
  const unknown = new Set<string>();
  let count = 0;

  const refer = (name: string, schema: JsonObject, { owner, isSent }: Holder): JsonObject | undefined => {
    const entity = targetOf(name, schema, owner, entities);
    if (entity === undefined) return undefined;
    count++;
    if (entity === null) unknown.add(name);
    const relation = relationName(entity, isSent);
    found.set(relation, isSent ? linkTo(entity) : referenceTo(entity));
    return toReference(relation);
  };
  /** The name, unless the vendor has a schema of its own that is called so. */
  const relationName = (entity: string | null, isSent: boolean): string => {
    const [kind, mark] = isSent ? ["Link", "x-link"] : ["Reference", "x-reference"];
    const present = get(schemasOf(document), `${entity ?? "Record"}${kind}`);
    return present === undefined || get(present, mark) !== undefined
      ? `${entity ?? "Record"}${kind}`
      : `${kind}To${entity ?? "Record"}`;
  };
  const typeProperty =
    (properties: JsonObject, holder: Holder) =>
    (schema: Json, name: string): Json => {
      if (!isObject(schema)) return schema;
      const { items, type: _, ...rest } = schema;
      if (schema.type === "array" && isObject(items) && isBareObject(items)) {
        const reference = refer(toSingular(name), schema, holder);
        return reference === undefined ? schema : { ...schema, items: reference };
      }
      const isRelation = Object.hasOwn(properties, `${name}_id`) || Object.hasOwn(schema, "x-entity");
      if (!isRelation || !isBareObject(schema)) return schema;
      const reference = refer(name, schema, holder);
      if (reference === undefined) return schema;
      return Object.keys(rest).length === 0 ? reference : { ...rest, allOf: [reference] };
    };

  const schemas = mapValues(schemasOf(document), (schema, name) => {
    const properties = get(schema, "properties");
    const isRecord = entities.has(name) || (entities.size > 0 && sent.has(name));
    if (!isObject(schema) || !isObject(properties) || !isRecord) return schema;
    return {
      ...schema,
      properties: mapValues(properties, typeProperty(properties, { owner: name, isSent: !entities.has(name) })),
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

/** An object of which nothing is said. */
const isBareObject = (schema: JsonObject): boolean =>
  schema.type === "object" && !("properties" in schema) && !("additionalProperties" in schema);

/** The schema that a relation stands in. */
interface Holder {
  owner: string;
  isSent: boolean;
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
  // `category` of an assay is an AssayCategory; of something else it is, when nothing else ends so.
  const owned = [...wordsOf(owner.replace(/(Create|Update)$/, "")), ...words].join();
  const broader = [...entities].filter(entity => endsWith(wordsOf(entity), words));
  const own = broader.find(entity => wordsOf(entity).join() === owned);
  if (own !== undefined) return own;
  return broader.length === 1 ? (broader[0] ?? null) : null;
}

const endsWith = (words: readonly string[], end: readonly string[]): boolean =>
  end.length <= words.length && end.every((word, index) => words[words.length - end.length + index] === word);

/** All ids are numbers, but for those of API clients (facts 4). */
const idOf = (entity: string | null): JsonObject => ({ type: entity === "ApiClient" ? "string" : "integer" });

const linkTo = (entity: string | null): JsonObject => ({
  type: "object",
  description: `The \`id\` of ${entity === null ? "a record" : `one of \`${entity}\``}. Other fields, where QBench takes them, change that record.`,
  "x-link": entity ?? true,
  required: ["id"],
  properties: { id: idOf(entity) },
  additionalProperties: true,
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
      description: "Fields of the record; which ones depends on where the reference stands.",
      ...(entity === null ? { type: "object", additionalProperties: true } : { allOf: [toReference(entity)] }),
    },
  },
});
