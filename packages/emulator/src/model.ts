import { apiPath } from "./document.js";
import { readFields, referredEntity } from "./notation.js";
import {
  type Method,
  methods,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  resolve,
  type Schema,
} from "./openapi.js";
import { actions, integrations, type Nested, type Resource, resources, type Seed } from "./resources.js";

export type FieldType =
  | "integer"
  | "number"
  | "string"
  | "boolean"
  | "datetime"
  | "date"
  | "object"
  | "integers"
  | "strings"
  | "objects"
  | "any";

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

type Verb = "list" | "get" | "create" | "update" | "delete" | "action";

/** One operation of the document, with what the emulator does for it. */
export interface Call {
  method: Method;
  path: string;
  verb: Verb;
  /** The operation without the base path and parameter names: `GET /orders/{}`; actions are known by it. */
  key: string;
  entity?: string;
  /** For a list below one record: whose, and which. */
  parent?: { entity: string; nested: Nested };
  /** Records come inside `data`. */
  enveloped: boolean;
  /** The body, or the answer of create and update, is a list. */
  bulk: boolean;
  status: number;
  parameters: Parameter[];
  body?: Schema;
  operation: Operation;
}

export interface Model {
  document: OpenApiDocument;
  entities: Map<string, Entity>;
  calls: Call[];
}

interface Known {
  verb: Verb;
  entity?: string;
  parent?: { entity: string; nested: Nested };
}

const keyOf = (method: string, path: string): string => {
  const short = path.startsWith(apiPath) ? path.slice(apiPath.length) : path;
  return `${method.toUpperCase()} ${short.replace(/\{[^}]*\}/g, "{}")}`;
};

/** What the resources tell of each call, by its key. */
const knownCalls: ReadonlyMap<string, Known> = new Map(
  Object.entries(resources)
    .flatMap(([entity, resource]): [string, Known][] => {
      const list = `/${resource.collection}`;
      const one = `${list}/{}`;
      return [
        [`GET ${list}`, { verb: "list", entity }],
        [`POST ${list}`, { verb: "create", entity }],
        [`PATCH ${list}`, { verb: "update", entity }],
        [`GET ${one}`, { verb: "get", entity }],
        [`DELETE ${one}`, { verb: "delete", entity }],
        ...Object.entries(resource.nested ?? {}).map(([segment, nested]): [string, Known] => [
          `GET ${one}/${segment}`,
          { verb: "list", entity: nested.of, parent: { entity, nested } },
        ]),
      ];
    })
    .concat(
      actions.map(({ call }): [string, Known] => {
        const [method = "", path = ""] = call.split(" ");
        return [keyOf(method, path), { verb: "action" }];
      }),
      Object.keys(integrations).flatMap((family): [string, Known][] => {
        const list = `/integrations/{}/${family}`;
        const entity = "EntityIntegrationVendorRelationship";
        const nested = { of: entity, where: "integration_id", and: { entity_type: family } };
        return [
          [`GET ${list}`, { verb: "list", entity, parent: { entity: "", nested } }],
          [`POST ${list}`, { verb: "action" }],
          [`GET ${list}/{}`, { verb: "action" }],
          [`DELETE ${list}/{}`, { verb: "action" }],
        ];
      }),
    ),
);

function fieldType(document: OpenApiDocument, schema: Schema | undefined): FieldType {
  const found = resolve(document, schema);
  if (!found) return "any";
  const options = [...(found.anyOf ?? []), ...(found.oneOf ?? []), ...(found.allOf ?? [])].map(option =>
    fieldType(document, option),
  );
  if (options.includes("datetime")) return "datetime";
  if (options.includes("date")) return "date";
  if (options.length > 0) return options.length === 1 ? (options[0] ?? "any") : "any";
  const type = Array.isArray(found.type) ? found.type.find(name => name !== "null") : found.type;
  if (type === "array") {
    const item = fieldType(document, found.items);
    return item === "integer" ? "integers" : item === "string" ? "strings" : "objects";
  }
  if (type === "string" && found.format === "date-time") return "datetime";
  if (type === "string" && found.format === "date") return "date";
  return type === "integer" || type === "number" || type === "string" || type === "boolean" || type === "object"
    ? type
    : found.properties
      ? "object"
      : "any";
}

/** `ListOrderSchema.a9993e3.OrderSchema` and `#/components/schemas/Order` both name the entity `Order`. */
function schemaName(ref: string | undefined): string | undefined {
  const last = ref?.split("/").at(-1);
  const parts = last?.split(".").filter(part => !/^[0-9a-f]{7}$/.test(part));
  return parts?.at(-1)?.replace(/Schema(List)?$/, "") || undefined;
}

const singular = (segment: string): string =>
  segment
    .replaceAll("-", "_")
    .replace(/ies$/, "y")
    .replace(/(ch|sh|x|s)es$/, "$1")
    .replace(/s$/, "");

function successOf(document: OpenApiDocument, operation: Operation): { status: number; schema?: Schema } {
  const [status = "200", response] = Object.entries(operation.responses ?? {}).find(([code]) => /^2/.test(code)) ?? [];
  const schema = Object.values(resolve(document, response)?.content ?? {})[0]?.schema;
  return { status: Number.parseInt(status, 10) || 200, ...(schema && { schema }) };
}

const bodySchema = (document: OpenApiDocument, operation: Operation): Schema | undefined =>
  resolve(document, Object.values(resolve(document, operation.requestBody)?.content ?? {})[0]?.schema);

/** Reads from the document what each operation does; what is not of QBench's own paths is inferred from its shape. */
function readCall(
  document: OpenApiDocument,
  method: Method,
  path: string,
  operation: Operation,
): Call & { record?: Schema } {
  const key = keyOf(method, path);
  const success = successOf(document, operation);
  const answer = resolve(document, success.schema);
  const enveloped = answer === undefined ? path.startsWith(apiPath) : answer.properties?.data !== undefined;
  const payload = enveloped ? answer?.properties?.data : success.schema;
  const resolved = resolve(document, payload);
  const isList = resolved?.items !== undefined || answer?.properties?.total_count !== undefined;
  const record = resolved?.items ?? payload;
  const body = bodySchema(document, operation);
  const parameters = [...(document.paths[path]?.parameters ?? []), ...(operation.parameters ?? [])].flatMap(
    parameter => resolve(document, parameter) ?? [],
  );
  const call = {
    method,
    path,
    key,
    enveloped,
    bulk: body?.items !== undefined || (body === undefined && isList),
    status: success.status,
    parameters,
    operation,
    ...(body && { body }),
    ...(record && { record }),
  };
  const known = knownCalls.get(key);
  if (known) return { ...call, ...known };

  const segments = path.split("/").filter(Boolean);
  const endsWithId = segments.at(-1)?.startsWith("{") ?? false;
  const collection = segments.findLast(segment => !segment.startsWith("{")) ?? "";
  const entity = schemaName(record?.$ref) ?? collection;
  if (method === "get" && isList) {
    const parameter = segments.slice(0, -1).findLast(segment => segment.startsWith("{"));
    const where = parameter?.slice(1, -1);
    const child = resolve(document, record);
    const of = { entity: "", nested: { of: entity, where: where ?? "" } };
    return { ...call, verb: "list", entity, ...(where && child?.properties?.[where] && { parent: of }) };
  }
  if (method === "get" && endsWithId) return { ...call, verb: "get", entity };
  if (method === "post" && body && payload && !endsWithId) return { ...call, verb: "create", entity };
  if ((method === "patch" || method === "put") && body && payload) return { ...call, verb: "update", entity };
  if (method === "delete" && endsWithId) return { ...call, verb: "delete", entity: collection };
  return { ...call, verb: "action" };
}

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

function knownEntity(name: string, resource: Resource): Entity {
  const fields = readFields(resource.fields);
  const nested = new Map(Object.entries(resource.nested ?? {}));
  for (const [segment, child] of [...nested]) nested.set(child.field ?? segment.replaceAll("-", "_"), child);
  return {
    name,
    type: resource.tag,
    ...(resource.collection && { path: `${apiPath}/${resource.collection}` }),
    fields: new Map(),
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

const typesOfNotation: Record<string, FieldType> = {
  i: "integer",
  n: "number",
  s: "string",
  b: "boolean",
  dt: "datetime",
  d: "date",
  o: "object",
  "[i]": "integers",
  "[s]": "strings",
};

/** Custom fields of a tenant: collection, field, type. */
export type CustomFields = Readonly<Record<string, Readonly<Record<string, "STR" | "TEXT" | "NUM">>>>;

/** The emulator's reading of a document. Entities the document leaves out stay, for the references that lead to them. */
export function readModel(document: OpenApiDocument, customFields?: CustomFields): Model {
  const entities = new Map<string, Entity>();
  const read = Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap(method => {
      const operation = item[method];
      return operation ? [readCall(document, method, path, operation)] : [];
    }),
  );

  if (read.some(({ key }) => knownCalls.has(key))) {
    for (const [name, resource] of Object.entries(resources)) {
      const entity = knownEntity(name, resource);
      for (const { name: field, type } of readFields(resource.fields)) {
        const base = type.replace(/<?=.*$/, "");
        entity.fields.set(
          field,
          typesOfNotation[base] ?? (base.startsWith("[") ? "objects" : base === "o|s" ? "any" : "object"),
        );
      }
      entities.set(name, entity);
    }
  }

  // The document decides which fields a record has, where it describes the entity.
  const described = new Set<string>();
  for (const call of read) {
    if (call.verb === "action" || call.verb === "delete" || call.entity === undefined) continue;
    let entity = entities.get(call.entity);
    if (!entity) {
      const type = singular(call.entity).toUpperCase();
      entity = {
        name: call.entity,
        type,
        fields: new Map([["id", "integer"]]),
        relations: new Map(),
        nested: new Map(),
        custom: {},
        filters: new Map(),
        required: [],
        seed: { count: 8 },
      };
      entities.set(call.entity, entity);
    }
    if (call.verb === "list" && !call.path.includes("{")) entity.path ??= call.path;
    const properties = resolve(document, call.record)?.properties;
    if (!properties || described.has(entity.name)) continue;
    described.add(entity.name);
    entity.fields = new Map(Object.entries(properties).map(([name, schema]) => [name, fieldType(document, schema)]));
  }

  if (customFields) {
    for (const entity of entities.values()) entity.custom = customFields[entity.path?.split("/").at(-1) ?? ""] ?? {};
  }

  // An object field `owner` beside `owner_id` refers to the entity of that name, where there is one.
  const byType = new Map([...entities.values()].map(entity => [entity.type.toLowerCase(), entity.name]));
  for (const entity of entities.values()) {
    for (const [field, type] of entity.fields) {
      const target = byType.get(field);
      if (type === "object" && target && entity.fields.has(`${field}_id`) && !entity.relations.has(field)) {
        entity.relations.set(field, target);
      }
    }
  }
  const calls = read.map(({ record: _, ...call }) => call);
  for (const call of calls) {
    if (call.verb !== "delete" || knownCalls.has(call.key)) continue;
    // A delete answers with nothing, so its entity is told by the collection it is in.
    const collection = call.path.slice(0, call.path.lastIndexOf("/"));
    const owner = [...entities.values()].find(entity => entity.path === collection);
    if (owner) call.entity = owner.name;
  }
  return { document, entities, calls };
}
