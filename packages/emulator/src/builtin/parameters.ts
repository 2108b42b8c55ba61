import type { Parameter, Schema } from "../openapi/document.js";
import { type Field, readFields } from "./resource.js";
import { resources } from "./resources.js";
import { type Components, schemaOf, suffix, titleOf } from "./schemas.js";

/** The parameters of a family of dates: `date_created_start` and so on (docs/qbench-api.md §4.2). */
const rangeParts: Record<string, readonly string[]> = {
  range: ["start", "end", "filter_range"],
  "range+": ["start", "end", "filter_range", "relative_days", "relative"],
};

/** The types of parameters that are enumerations: the name of the schema and its values (docs/qbench-api.md §10). */
const enumerations: Record<string, { name: string; values: readonly string[] }> = {
  "tag-action": { name: "TagActionValues", values: ["Or", "And", "Not"] },
  deleted: { name: "IncludeDeletedValues", values: ["TRUE", "DELETED_ONLY"] },
  direction: { name: "SortOrderValues", values: ["ASC", "DESC"] },
  comparison: { name: "InvoiceTotalAmountLogicValues", values: ["gt", "gte", "lt", "lte", "eq", "btwn"] },
};

/** Returns the query parameters that one filter of a resource stands for. */
function filterParameters(filter: Field): { name: string; type: string }[] {
  if (filter.name === "sorted") {
    return [
      { name: "sort_by", type: "s" },
      { name: "sort_order", type: "direction" },
      { name: "include_deleted", type: "deleted" },
    ];
  }
  if (filter.type === "amount") {
    return [
      { name: filter.name, type: "s" },
      { name: `${filter.name}_2`, type: "s" },
      { name: `${filter.name}_logic`, type: "comparison" },
    ];
  }
  const parts = rangeParts[filter.type];
  if (parts) return parts.map(part => ({ name: `${filter.name}_${part}`, type: "s" }));
  const types: Record<string, string> = { since: "s", from: "s", to: "s", covered: "[i]" };
  return [{ name: filter.name, type: types[filter.type] ?? filter.type }];
}

function querySchema(components: Components, name: string, type: string, entity: string): Schema {
  const enumeration = enumerations[type];
  if (enumeration) {
    const { name: title, values } = enumeration;
    return components.define(`${entity}FilterSchema.${suffix.filter}.${title}`, {
      description: "An enumeration.",
      enum: [...values],
      title,
    });
  }
  if (type === "encoded") {
    const subject = /^(\w+?)_(?:additional|core)_fields_encoded$/.exec(name)?.[1] ?? resources[entity]?.tag ?? entity;
    return { json_schema_extra: { entity_type: subject.toUpperCase() }, title: titleOf(name), type: "string" };
  }
  return { ...schemaOf(type), title: titleOf(name) };
}

export const queryParameter = (components: Components, name: string, type: string, entity: string): Parameter => ({
  description: "",
  in: "query",
  name,
  required: false,
  schema: querySchema(components, name, type, entity),
});

const pageParameters = (): Parameter[] =>
  [
    { name: "page_num", value: 1 },
    { name: "page_size", value: 20 },
  ].map(({ name, value }) => ({
    description: "",
    in: "query",
    name,
    required: false,
    schema: { default: value, title: titleOf(name), type: "integer" },
  }));

/** Returns the query parameters of a list: those for pages, and the filters unless `pagesOnly` is set. */
export const listParameters = (components: Components, entity: string, pagesOnly = false): Parameter[] => [
  ...pageParameters(),
  ...(pagesOnly ? [] : readFields(resources[entity]?.filters ?? ""))
    .flatMap(filterParameters)
    .map(({ name, type }) => queryParameter(components, name, type, entity)),
];

/** Returns the parameters in a path. Ids are int32, but for two that are strings (docs/qbench-api.md §4). */
export const pathParameters = (path: string): Parameter[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    description: "",
    in: "path",
    name,
    required: true,
    schema: ["api_client_id", "data_type"].includes(name) ? { type: "string" } : { format: "int32", type: "integer" },
  }));
