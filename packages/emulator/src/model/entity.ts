import { readFields, referredEntity } from "../builtin/notation.js";
import type { Nested, Resource, Seed } from "../builtin/resources.js";
import { apiPath } from "../paths.js";
import { type FieldType, notedFieldType } from "./field-type.js";

/** Custom fields of a tenant: collection, field, type. */
export type CustomFields = Readonly<Record<string, Readonly<Record<string, "STR" | "TEXT" | "NUM">>>>;

/** A kind of record: what its fields are and how it hangs together with others. */
export interface Entity {
  name: string;
  /** The `_type` of its references. */
  type: string;
  /** The path of its collection, for `_self`. */
  path?: string;
  fields: Map<string, FieldType>;
  /** Fields that hold one reference: field to entity. The id stands in `<field>_id`. */
  relations: Map<string, string>;
  /** Collections below one record, and fields that list references, by name. */
  nested: Map<string, Nested>;
  custom: CustomFields[string];
  /** Each query parameter that selects records, as `type=path` of the notation. */
  filters: Map<string, { type: string; path: string }>;
  required: readonly string[];
  seed: Seed;
}

/** An entity that resources.ts tells of. */
export function knownEntity(name: string, resource: Resource): Entity {
  const fields = readFields(resource.fields);
  const nested = new Map(Object.entries(resource.nested ?? {}));
  for (const [segment, child] of [...nested]) nested.set(child.field ?? segment.replaceAll("-", "_"), child);
  return {
    name,
    type: resource.tag,
    ...(resource.collection && { path: `${apiPath}/${resource.collection}` }),
    fields: new Map(fields.map(({ name: field, type }) => [field, notedFieldType(type)])),
    relations: new Map(
      fields.flatMap(field => {
        const target = field.type.startsWith("[") ? undefined : referredEntity(field.type);
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

/** An entity that only the document tells of: its fields are read from there. */
export const unknownEntity = (name: string): Entity => ({
  name,
  type: singular(name).toUpperCase(),
  fields: new Map([["id", "integer"]]),
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

/** What each query parameter of a resource compares, from its notation. */
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
