import { type Nested, type Resource, readFields, referencedEntity, type Seed } from "../builtin/resource.js";
import { schemaOf } from "../builtin/schemas.js";
import type { Schema } from "../openapi/document.js";
import { apiPath } from "../paths.js";
import { type FieldType, notedFieldType } from "./field-type.js";

/**
 * The custom fields that a tenant has defined: the type of each field, by collection and name. A field of type USER is
 * written as the id of a user, and read as `{ id, text }` (docs/qbench-api.md §5.2).
 *
 * @example
 * ```ts
 * const customFields: CustomFields = { samples: { lot_number: "STR", storage_temperature: "NUM" } };
 * ```
 */
export type CustomFields = Readonly<Record<string, Readonly<Record<string, "STR" | "TEXT" | "NUM" | "USER">>>>;

/** A kind of record: its fields, and its relations to other kinds. */
export interface Entity {
  name: string;
  /** The `_type` in references to it. */
  type: string;
  /** The path of its collection, which `_self` starts with. */
  path?: string;
  /** The name of its collection: the last segment of the path, or a name of its own. Absent if no records are kept. */
  collection?: string;
  fields: Map<string, FieldType>;
  /** The schemas of the fields, as the document declares them. */
  schemas: Map<string, Schema>;
  /** The entity that each field with one reference refers to. {@link relationId} has the id. */
  relations: Map<string, string>;
  /** Relations to many records, by the path segment of the collection and by the field that lists them. */
  nested: Map<string, Nested>;
  custom: CustomFields[string];
  /** The query parameters that select records, with type and path in the notation of `Resource`. */
  filters: Map<string, { type: string; path: string }>;
  required: readonly string[];
  seed: Seed;
}

/** Returns the field with the id of a relation: `assay_id` for `assay`, and `worksheet_id` for `worksheet_ent`. */
export const relationId = (field: string): string => `${field.replace(/_ent$/, "")}_id`;

/** Returns an entity of the built-in API. */
export function knownEntity(name: string, resource: Resource): Entity {
  const fields = readFields(resource.fields);
  const nested = new Map(Object.entries(resource.nested ?? {}));
  for (const [segment, child] of [...nested]) nested.set(child.field ?? segment.replaceAll("-", "_"), child);
  return {
    name,
    type: resource.tag,
    ...(resource.collection && { path: `${apiPath}/${resource.collection}`, collection: resource.collection }),
    ...(resource.records && { collection: resource.records }),
    fields: new Map(fields.map(({ name: field, type }) => [field, notedFieldType(type)])),
    schemas: new Map(fields.map(({ name: field, type }) => [field, schemaOf(type)])),
    relations: new Map(
      fields.flatMap(field => {
        const target = field.type.startsWith("[") ? undefined : referencedEntity(field.type);
        return target ? [[field.name, target] as const] : [];
      }),
    ),
    nested,
    custom: resource.custom ?? {},
    filters: readFilters(resource),
    required: resource.required?.split(" ") ?? [],
    seed: resource.seed ?? { count: 0 },
  };
}

/** Returns an entity that the built-in API does not have. Its fields are read from the document later. */
export const unknownEntity = (name: string): Entity => ({
  name,
  type: singular(name).toUpperCase(),
  collection: name,
  fields: new Map([["id", "integer"]]),
  schemas: new Map(),
  relations: new Map(),
  nested: new Map(),
  custom: {},
  filters: new Map(),
  required: [],
  seed: { count: 8 },
});

const singular = (segment: string): string =>
  segment
    .replaceAll("-", "_")
    .replace(/ies$/, "y")
    .replace(/(ch|sh|x|s)es$/, "$1")
    .replace(/s$/, "");

/** Returns the type and the path of each query parameter that a filter of the resource stands for. */
function readFilters(resource: Resource): Entity["filters"] {
  const fields = new Set(readFields(resource.fields).map(field => field.name));
  return new Map(
    readFields(resource.filters ?? "").flatMap(({ name, type, value }): [string, { type: string; path: string }][] => {
      const path = value ?? (fields.has(name) || type === "encoded" ? name : undefined);
      if (path === undefined) return [];
      if (type === "range" || type === "range+") {
        return [
          [`${name}_start`, { type: "from-date", path }],
          [`${name}_end`, { type: "to-date", path }],
        ];
      }
      return [[name, { type, path: type === "encoded" && value === undefined ? "" : path }]];
    }),
  );
}
