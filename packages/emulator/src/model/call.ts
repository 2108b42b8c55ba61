import { actions, integrations, mapping, type Nested, resources } from "../builtin/resources.js";
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
  /** The schema of one record in its answer. */
  record?: Schema;
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
export const knownCalls: ReadonlyMap<string, Known> = new Map(
  Object.entries(resources)
    .flatMap(([entity, resource]): [string, Known][] => {
      if (!resource.collection) return [];
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
        const nested = { of: mapping, where: "integration_id", and: { entity_type: family } };
        return [
          [`GET ${list}`, { verb: "list", entity: mapping, parent: { entity: "", nested } }],
          [`POST ${list}`, { verb: "action" }],
          [`GET ${list}/{}`, { verb: "action" }],
          [`DELETE ${list}/{}`, { verb: "action" }],
        ];
      }),
    ),
);

/** `ListOrderSchema.a9993e3.OrderSchema` and `#/components/schemas/Order` both name the entity `Order`. */
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

/** Reads from the document what each operation does; what is not of QBench's own paths is inferred from its shape. */
export function readCall(document: OpenApiDocument, method: Method, path: string, operation: Operation): Call {
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
    const parent = where && child?.properties?.[where] && { entity: "", nested: { of: entity, where } };
    return { ...call, verb: "list", entity, ...(parent && { parent }) };
  }
  if (method === "get" && endsWithId) return { ...call, verb: "get", entity };
  if (method === "post" && body && payload && !endsWithId) return { ...call, verb: "create", entity };
  if ((method === "patch" || method === "put") && body && payload) return { ...call, verb: "update", entity };
  if (method === "delete" && endsWithId) return { ...call, verb: "delete", entity: collection };
  return { ...call, verb: "action" };
}
