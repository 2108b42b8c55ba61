import type {
  Method,
  OpenApiDocument,
  Operation,
  Parameter,
  RequestBody,
  ResponseObject,
  Schema,
} from "../openapi/document.js";
import { apiPath } from "../paths.js";
import { type Field, readFields } from "./notation.js";
import { actions, integrations, mapping, type Resource, resources } from "./resources.js";

/** The vendor's components carry a suffix by their role (facts 1.1); consumers must not depend on it. */
const suffix = { model: "a9993e3", filter: "7a3ad72", error: "69d0de0", form: "0d0ead6" };

const rangeParts: Record<string, readonly string[]> = {
  range: ["start", "end", "filter_range"],
  "range+": ["start", "end", "filter_range", "relative_days", "relative"],
};

const enumerations: Record<string, { name: string; values: readonly string[] }> = {
  "tag-action": { name: "TagActionValues", values: ["Or", "And", "Not"] },
  deleted: { name: "IncludeDeletedValues", values: ["TRUE", "DELETED_ONLY"] },
  direction: { name: "SortOrderValues", values: ["ASC", "DESC"] },
  comparison: { name: "InvoiceTotalAmountLogicValues", values: ["gt", "gte", "lt", "lte", "eq", "btwn"] },
};

/** The path parameter that names one record of a resource: `order_id`. */
const idParameter = (resource: Resource): string => `${resource.tag.toLowerCase()}_id`;

/** A filter of the notation as the query parameters it stands for: name and type. */
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
  return [{ name: filter.name, type: ["since", "from", "to"].includes(filter.type) ? "s" : filter.type }];
}

const titled = (name: string): string =>
  name
    .split("_")
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");

function schemaOf(type: string): Schema {
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
      return { type: "object" };
  }
}

const fieldSchema = (field: Field): Schema => ({
  ...(field.value !== undefined && { default: JSON.parse(field.value) }),
  ...schemaOf(field.type),
  title: titled(field.name),
});

function objectSchema(title: string, fields: readonly Field[]): Schema {
  const required = fields.filter(field => field.required).map(field => field.name);
  return {
    properties: Object.fromEntries(fields.map(field => [field.name, fieldSchema(field)])),
    ...(required.length > 0 && { required }),
    title,
    type: "object",
  };
}

/** The fields of a create or update body: the read fields, unless the notation gives others. */
function bodyFields(resource: Resource, verb: "create" | "update"): Field[] {
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

/**
 * Writes the built-in document from the resources, in the style of the vendor's (facts 1.1): no servers, absolute
 * paths, one copy of an entity for each role under a suffixed name, nothing nullable, relations as bare objects, some
 * answers undeclared. Those are what the SDK's pipeline must mend, so the emulator serves them too.
 */
export function buildDocument(): OpenApiDocument {
  const schemas: Record<string, Schema> = {};
  const paths: OpenApiDocument["paths"] = {};

  const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
  const define = (name: string, schema: Schema): Schema => {
    schemas[name] = schema;
    return ref(name);
  };

  const entityFields = (entity: string): Field[] => readFields(resources[entity]?.fields ?? "");

  /** `ListOrderSchema`, `SingleOrderSchema` and `CreateResponseOrderSchema`, each with its own copy of the entity. */
  const envelope = (role: "List" | "Single" | "CreateResponse", entity: string, fields?: readonly Field[]): Schema => {
    const title = `${role}${entity}Schema`;
    const name = `${title}.${suffix.model}`;
    if (schemas[name]) return ref(name);
    const one = define(`${name}.${entity}Schema`, objectSchema(`${entity}Schema`, fields ?? entityFields(entity)));
    const data =
      role === "Single"
        ? one
        : define(`${name}.${entity}SchemaList`, { items: one, title: `${entity}SchemaList`, type: "array" });
    const paging: Record<string, Schema> = {
      page_number: { example: 1, title: "Page Number", type: "integer" },
      total_count: { example: 48, title: "Total Count", type: "integer" },
      total_pages: { example: 3, title: "Total Pages", type: "integer" },
    };
    return define(name, {
      properties: { data, ...(role === "List" && paging) },
      required: ["data", ...(role === "List" ? Object.keys(paging) : [])],
      title,
      type: "object",
    });
  };

  const listBody = (name: string, fields: readonly Field[]): Schema => {
    const list = `${name}SchemaList.${suffix.model}`;
    const one = define(`${list}.${name}Schema`, objectSchema(`${name}Schema`, fields));
    return define(list, { items: one, title: `${name}SchemaList`, type: "array" });
  };

  const badRequest = define(
    `BadRequestResponseSchema.${suffix.error}`,
    objectSchema(
      "BadRequestResponseSchema",
      readFields("error_description*:s error_type*:s error_token*:s errors*:[o]"),
    ),
  );
  const generalError = define(
    `GeneralErrorResponseSchema.${suffix.error}`,
    objectSchema("GeneralErrorResponseSchema", readFields("error_description*:s error_type*:s error_token*:s")),
  );

  const json = (schema: Schema): Record<string, { schema: Schema }> => ({ "application/json": { schema } });
  const phrases: Record<number, string> = { 200: "OK", 201: "Created", 202: "Accepted", 204: "No Content" };
  const responses = (status: number, schema?: Schema): Record<string, ResponseObject> => ({
    [status]: { ...(schema && { content: json(schema) }), description: phrases[status] ?? "" },
    400: { content: json(badRequest), description: "Bad Request" },
    403: { content: json(generalError), description: "Forbidden" },
    404: { content: json(generalError), description: "Not Found" },
    429: { content: json(generalError), description: "Too Many Requests" },
    500: { content: json(generalError), description: "Internal Server Error" },
  });

  const queryParameter = (name: string, type: string, entity: string): Parameter => {
    const enumeration = enumerations[type];
    let schema: Schema;
    if (enumeration) {
      const { name: title, values } = enumeration;
      schema = define(`${entity}FilterSchema.${suffix.filter}.${title}`, {
        description: "An enumeration.",
        enum: [...values],
        title,
      });
    } else if (type === "encoded") {
      const about = /^(\w+?)_(?:additional|core)_fields_encoded$/.exec(name)?.[1] ?? resources[entity]?.tag ?? entity;
      schema = { json_schema_extra: { entity_type: about.toUpperCase() }, title: titled(name), type: "string" };
    } else {
      schema = { ...schemaOf(type), title: titled(name) };
    }
    return { description: "", in: "query", name, required: false, schema };
  };

  const pageParameters = (): Parameter[] =>
    [
      { name: "page_num", value: 1 },
      { name: "page_size", value: 20 },
    ].map(({ name, value }) => ({
      description: "",
      in: "query",
      name,
      required: false,
      schema: { default: value, title: titled(name), type: "integer" },
    }));

  const listParameters = (entity: string, paged = false): Parameter[] => [
    ...pageParameters(),
    ...(paged ? [] : readFields(resources[entity]?.filters ?? ""))
      .flatMap(filterParameters)
      .map(({ name, type }) => queryParameter(name, type, entity)),
  ];

  const operation = (
    method: Method,
    path: string,
    details: Omit<Operation, "description" | "operationId" | "parameters"> & { query?: Parameter[] },
  ): void => {
    const { query = [], ...rest } = details;
    const full = `${apiPath}${path}`;
    const inPath: Parameter[] = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
      description: "",
      in: "path",
      name,
      required: true,
      // Ids are int32 but for API clients, which are UUIDs, and the type of a label (facts 4).
      schema: ["api_client_id", "data_type"].includes(name) ? { type: "string" } : { format: "int32", type: "integer" },
    }));
    paths[full] ??= {};
    paths[full][method] = {
      description: "",
      operationId: `${method}_${full.replaceAll("/", "_")}`,
      parameters: [...inPath, ...query],
      ...rest,
    };
  };

  for (const [entity, resource] of Object.entries(resources)) {
    const { collection, tag } = resource;
    const verbs = new Set(resource.verbs?.split(" "));
    const list = `/${collection}`;
    const one = `${list}/{${idParameter(resource)}}`;
    const words = collection?.replaceAll("-", " ") ?? "";
    if (verbs.has("list")) {
      operation("get", list, {
        query: listParameters(entity),
        responses: responses(200, envelope("List", entity)),
        summary: `List ${words}`,
        tags: [tag],
      });
    }
    for (const [verb, method, status] of [
      ["create", "post", 201],
      ["update", "patch", 200],
    ] as const) {
      if (!verbs.has(verb)) continue;
      const name = `${verb === "create" ? "Create" : "Update"}${entity}`;
      operation(method, list, {
        requestBody: { content: json(listBody(name, bodyFields(resource, verb))) },
        responses: responses(status, envelope("CreateResponse", entity)),
        summary: `${verb === "create" ? "Create" : "Update"} ${words}`,
        tags: [tag],
      });
    }
    if (verbs.has("get")) {
      operation("get", one, {
        responses: responses(200, envelope("Single", entity)),
        summary: `Get one of the ${words}`,
        tags: [tag],
      });
    }
    if (verbs.has("delete")) {
      operation("delete", one, { responses: responses(204), summary: `Delete one of the ${words}`, tags: [tag] });
    }
    for (const [segment, nested] of Object.entries(resource.nested ?? {})) {
      if (nested.served === false) continue;
      const child = resources[nested.of];
      operation("get", `${one}/${segment}`, {
        query: listParameters(nested.of, nested.paged),
        responses: nested.undescribed ? {} : responses(200, envelope("List", nested.of)),
        summary: `List the ${segment.replaceAll("-", " ")} of one of the ${words}`,
        tags: [...new Set([tag, child?.tag ?? tag])],
      });
    }
  }

  for (const { call, tags, body, status, query, reply } of actions) {
    const [method = "", path = ""] = call.split(" ");
    let requestBody: Schema | undefined;
    if (body) {
      const [name, shape, fields] = body;
      requestBody =
        shape === "list"
          ? listBody(name, readFields(fields))
          : define(`${name}Schema.${suffix.form}`, objectSchema(`${name}Schema`, readFields(fields)));
    }
    operation(method.toLowerCase() as Method, path, {
      query: readFields(query ?? "").map(({ name, type }) => queryParameter(name, type, "")),
      ...(requestBody && { requestBody: { content: json(requestBody) } }),
      responses: responses(status, reply && envelope("Single", reply[0], reply[1] ? readFields(reply[1]) : undefined)),
      summary: call,
      tags: [...tags],
    });
  }

  for (const [family, tags] of Object.entries(integrations)) {
    const list = `/integrations/{integration_id}/${family}`;
    const details = { tags: [...tags, "INTEGRATION"] };
    operation("get", list, {
      ...details,
      query: listParameters(mapping),
      responses: responses(200, envelope("List", mapping)),
      summary: `List the integration's ${family}`,
    });
    operation("post", list, {
      ...details,
      requestBody: {
        content: json(
          listBody(`Create${mapping}`, bodyFields(resources[mapping] ?? { tag: "", fields: "" }, "create")),
        ),
      },
      responses: responses(201, envelope("CreateResponse", mapping)),
      summary: `Map ${family} to the integration's ids`,
    });
    operation("get", `${list}/{entity_id}`, {
      ...details,
      responses: responses(200, envelope("Single", mapping)),
      summary: `Get one of the integration's ${family}`,
    });
    if (family === "invoice-payments") {
      operation("delete", `${list}/{entity_id}`, {
        ...details,
        responses: responses(204),
        summary: `Remove one of the integration's ${family}`,
      });
    }
  }

  const form = (name: string, fields: string): RequestBody => ({
    content: {
      "multipart/form-data": {
        schema: define(`${name}Schema.${suffix.form}`, objectSchema(`${name}Schema`, readFields(fields))),
      },
    },
  });
  const authentication = { responses: {}, tags: ["AUTHENTICATION"] };
  operation("post", "/auth/token", {
    ...authentication,
    requestBody: form("Authentication", "grant_type*:s assertion*:s"),
    security: [],
    summary: "Exchange an assertion for an access token",
  });
  operation("post", "/auth/token/refresh", {
    ...authentication,
    requestBody: form("RefreshToken", "refresh_token_id*:s"),
    security: [],
    summary: "Exchange a refresh token for an access token",
  });
  operation("get", "/auth/token/info", { ...authentication, summary: "Describe the access token" });

  return {
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: { BearerToken: { bearerFormat: "JWT", scheme: "bearer", type: "http" } },
    },
    info: { title: "QBench API", version: "2.0", description: "As served by the qbench-sdk emulator" },
    openapi: "3.0.3",
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    security: [{ BearerToken: [] }],
    tags: [
      ...new Set(Object.values(paths).flatMap(item => Object.values(item).flatMap(o => (o as Operation).tags ?? []))),
    ]
      .sort()
      .map(name => ({ name })),
  };
}
