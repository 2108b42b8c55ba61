import type { Schema } from "../openapi/document.js";
import { type Field, type Resource, readFields } from "./resource.js";
import { resources } from "./resources.js";

/** The vendor's schema names carry a suffix for each role (docs/qbench-api.md §1.1). Clients must not depend on it. */
export const suffix = { model: "a9993e3", filter: "7a3ad72", error: "69d0de0", form: "0d0ead6" };

/** The schemas of the document under construction. */
export interface Components {
  schemas: Record<string, Schema>;
  /** Adds a schema and returns a reference to it. */
  define(name: string, schema: Schema): Schema;
}

export const reference = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

export function createComponents(): Components {
  const schemas: Record<string, Schema> = {};
  return {
    schemas,
    define(name, schema) {
      schemas[name] = schema;
      return reference(name);
    },
  };
}

/** Writes a field name as a title, as the vendor's document does: `Date Created` for `date_created`. */
export const titleOf = (name: string): string =>
  name
    .split("_")
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");

/** Returns the schema of a type in the notation of `Resource`. */
export function schemaOf(type: string): Schema {
  const list = /^\[(.*)\]$/.exec(type);
  if (list) return { items: schemaOf(list[1] ?? "o"), type: "array" };
  const length = /^s<=(\d+)$/.exec(type);
  if (length) return { maxLength: Number(length[1]), type: "string" };
  switch (type) {
    case "i":
      return { type: "integer" };
    case "n":
      return { type: "number" };
    case "s":
      return { type: "string" };
    case "b":
      return { type: "boolean" };
    case "dt":
      return { anyOf: [{ format: "date-time", type: "string" }, { type: "string" }] };
    case "d":
      return { anyOf: [{ format: "date", type: "string" }, { type: "string" }] };
    case "o|s":
      return { anyOf: [{ type: "object" }, { type: "string" }] };
    default:
      // References too: the vendor declares relations as objects without fields (docs/qbench-api.md §5.1).
      return { type: "object" };
  }
}

const fieldSchema = (field: Field): Schema => ({
  ...(field.value !== undefined && { default: JSON.parse(field.value) }),
  ...schemaOf(field.type),
  title: titleOf(field.name),
});

export function objectSchema(title: string, fields: readonly Field[]): Schema {
  const required = fields.filter(field => field.required).map(field => field.name);
  return {
    properties: Object.fromEntries(fields.map(field => [field.name, fieldSchema(field)])),
    ...(required.length > 0 && { required }),
    title,
    type: "object",
  };
}

/**
 * Returns `ListOrderSchema`, `SingleOrderSchema` or `CreateResponseOrderSchema`. Each role has its own copy of the
 * entity's schema (docs/qbench-api.md §1.1).
 */
export function envelope(
  components: Components,
  role: "List" | "Single" | "CreateResponse",
  entity: string,
  fields: readonly Field[] = readFields(resources[entity]?.fields ?? ""),
): Schema {
  const title = `${role}${entity}Schema`;
  const name = `${title}.${suffix.model}`;
  if (components.schemas[name]) return reference(name);
  const one = components.define(`${name}.${entity}Schema`, objectSchema(`${entity}Schema`, fields));
  const data =
    role === "Single"
      ? one
      : components.define(`${name}.${entity}SchemaList`, { items: one, title: `${entity}SchemaList`, type: "array" });
  const paging: Record<string, Schema> = {
    page_number: { example: 1, title: "Page Number", type: "integer" },
    total_count: { example: 48, title: "Total Count", type: "integer" },
    total_pages: { example: 3, title: "Total Pages", type: "integer" },
  };
  return components.define(name, {
    properties: { data, ...(role === "List" && paging) },
    required: ["data", ...(role === "List" ? Object.keys(paging) : [])],
    title,
    type: "object",
  });
}

/** Returns the schema of a body that is a bare array of objects (docs/qbench-api.md §4). */
export function listBody(components: Components, name: string, fields: readonly Field[]): Schema {
  const list = `${name}SchemaList.${suffix.model}`;
  const one = components.define(`${list}.${name}Schema`, objectSchema(`${name}Schema`, fields));
  return components.define(list, { items: one, title: `${name}SchemaList`, type: "array" });
}

/** Returns the schema of a body that is one object. */
export const objectBody = (components: Components, name: string, fields: readonly Field[]): Schema =>
  components.define(`${name}Schema.${suffix.form}`, objectSchema(`${name}Schema`, fields));

/** Returns the fields in the body of a create or an update: the read fields, unless the resource has others. */
export function bodyFields(resource: Resource, verb: "create" | "update"): Field[] {
  const own = resource[verb];
  if (own !== undefined) return readFields(own);
  const required = verb === "create" ? (resource.required?.split(" ") ?? []) : ["id"];
  const types = verb === "create" ? readFields(resource.createTypes ?? "") : [];
  return readFields(resource.fields).map(field => ({
    ...field,
    ...types.find(changed => changed.name === field.name),
    required: required.includes(field.name),
  }));
}
