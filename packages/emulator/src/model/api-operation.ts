import { actions } from "../builtin/actions.js";
import { integrations, mappingEntity } from "../builtin/integrations.js";
import type { Nested } from "../builtin/resource.js";
import { resources } from "../builtin/resources.js";
import {
  type Method,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  resolve,
  type Schema,
} from "../openapi/document.js";
import { apiPath } from "../paths.js";

type Verb = "list" | "get" | "create" | "update" | "delete" | "action";

/** One operation of the document, and what the emulator does for it. */
export interface ApiOperation {
  method: Method;
  path: string;
  verb: Verb;
  /** The operation without the base path and the names of parameters: `GET /orders/{}`. */
  key: string;
  entity?: string;
  /** For a list below one record: the entity of that record, and the relation to its children. */
  parent?: { entity: string; nested: Nested };
  /** True if the records in the response are inside `data`. */
  enveloped: boolean;
  /** True if the request body is a list. For an operation without a body: true if the response is one. */
  bulk: boolean;
  /** The status of a success. */
  status: number;
  parameters: Parameter[];
  /** The schema of the request body. */
  body?: Schema;
  /** The schema of one record in the response. */
  record?: Schema;
  /** The operation as the document declares it. */
  declaration: Operation;
}

interface KnownOperation {
  verb: Verb;
  entity?: string;
  parent?: { entity: string; nested: Nested };
}

const keyOf = (method: string, path: string): string => {
  const short = path.startsWith(apiPath) ? path.slice(apiPath.length) : path;
  return `${method.toUpperCase()} ${short.replace(/\{[^{}]*\}/g, "{}")}`;
};

function resourceOperations(): [string, KnownOperation][] {
  return Object.entries(resources).flatMap(([entity, resource]): [string, KnownOperation][] => {
    if (!resource.collection) return [];
    const list = `/${resource.collection}`;
    const one = `${list}/{}`;
    return [
      [`GET ${list}`, { verb: "list", entity }],
      [`POST ${list}`, { verb: "create", entity }],
      [`PATCH ${list}`, { verb: "update", entity }],
      [`GET ${one}`, { verb: "get", entity }],
      [`DELETE ${one}`, { verb: "delete", entity }],
      ...Object.entries(resource.nested ?? {}).map(([segment, nested]): [string, KnownOperation] => [
        `GET ${one}/${segment}`,
        { verb: "list", entity: nested.entity, parent: { entity, nested } },
      ]),
    ];
  });
}

function actionOperations(): [string, KnownOperation][] {
  return actions.map(({ operation }): [string, KnownOperation] => {
    const [method = "", path = ""] = operation.split(" ");
    return [keyOf(method, path), { verb: "action" }];
  });
}

function integrationOperations(): [string, KnownOperation][] {
  return Object.keys(integrations).flatMap((segment): [string, KnownOperation][] => {
    const list = `/integrations/{}/${segment}`;
    const nested = { entity: mappingEntity, where: "integration_id", equals: { entity_type: segment } };
    return [
      [`GET ${list}`, { verb: "list", entity: mappingEntity, parent: { entity: "", nested } }],
      [`POST ${list}`, { verb: "action" }],
      [`GET ${list}/{}`, { verb: "action" }],
      [`DELETE ${list}/{}`, { verb: "action" }],
    ];
  });
}

/** The operations of the built-in API, by their key. */
export const knownOperations: ReadonlyMap<string, KnownOperation> = new Map([
  ...resourceOperations(),
  ...actionOperations(),
  ...integrationOperations(),
]);

/** Returns the entity that a schema is named after: `Order` for `ListOrderSchema.a9993e3.OrderSchema`. */
function schemaName(ref: string | undefined): string | undefined {
  const last = ref?.split("/").at(-1);
  const parts = last?.split(".").filter(part => !/^[0-9a-f]{7}$/.test(part));
  return parts?.at(-1)?.replace(/Schema(List)?$/, "") || undefined;
}

function successOf(document: OpenApiDocument, operation: Operation): { status: number; schema?: Schema } {
  const [status = "200", response] = Object.entries(operation.responses ?? {}).find(([code]) => /^2/.test(code)) ?? [];
  const schema = Object.values(resolve(document, response)?.content ?? {})[0]?.schema;
  return { status: Number.parseInt(status, 10) || 200, ...(schema && { schema }) };
}

const bodySchema = (document: OpenApiDocument, operation: Operation): Schema | undefined =>
  resolve(document, Object.values(resolve(document, operation.requestBody)?.content ?? {})[0]?.schema);

/** Reads one operation of the document. If its path is not one of QBench's, its verb is inferred from its shape. */
export function readOperation(
  document: OpenApiDocument,
  method: Method,
  path: string,
  declaration: Operation,
): ApiOperation {
  const key = keyOf(method, path);
  const success = successOf(document, declaration);
  const response = resolve(document, success.schema);
  const enveloped = response === undefined ? path.startsWith(apiPath) : response.properties?.data !== undefined;
  const payload = enveloped ? response?.properties?.data : success.schema;
  const resolved = resolve(document, payload);
  const isList = resolved?.items !== undefined || response?.properties?.total_count !== undefined;
  const record = resolved?.items ?? payload;
  const body = bodySchema(document, declaration);
  const parameters = [...(document.paths[path]?.parameters ?? []), ...(declaration.parameters ?? [])].flatMap(
    parameter => resolve(document, parameter) ?? [],
  );
  const operation = {
    method,
    path,
    key,
    enveloped,
    bulk: body?.items !== undefined || (body === undefined && isList),
    status: success.status,
    parameters,
    declaration,
    ...(body && { body }),
    ...(record && { record }),
  };
  const known = knownOperations.get(key);
  if (known) return { ...operation, ...known };

  const segments = path.split("/").filter(Boolean);
  const endsWithId = segments.at(-1)?.startsWith("{") ?? false;
  const collection = segments.findLast(segment => !segment.startsWith("{")) ?? "";
  const entity = schemaName(record?.$ref) ?? collection;
  if (method === "get" && isList) {
    const parameter = segments.slice(0, -1).findLast(segment => segment.startsWith("{"));
    const where = parameter?.slice(1, -1);
    const child = resolve(document, record);
    const parent = where && child?.properties?.[where] && { entity: "", nested: { entity, where } };
    return { ...operation, verb: "list", entity, ...(parent && { parent }) };
  }
  if (method === "get" && endsWithId) return { ...operation, verb: "get", entity };
  if (method === "post" && body && payload && !endsWithId) return { ...operation, verb: "create", entity };
  if ((method === "patch" || method === "put") && body && payload) return { ...operation, verb: "update", entity };
  if (method === "delete" && endsWithId) return { ...operation, verb: "delete", entity: collection };
  return { ...operation, verb: "action" };
}
