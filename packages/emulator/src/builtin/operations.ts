import type { Method, Operation, Parameter, RequestBody, ResponseObject, Schema } from "../openapi/document.js";
import { apiPath, refreshPath, tokenPath } from "../paths.js";
import type { Action } from "./actions.js";
import { mappingEntity } from "./integrations.js";
import { listParameters, pathParameters, queryParameter } from "./parameters.js";
import { type Resource, readFields } from "./resource.js";
import { resources } from "./resources.js";
import {
  bodyFields,
  type Components,
  envelope,
  listBody,
  objectBody,
  objectSchema,
  reference,
  suffix,
} from "./schemas.js";

/** One operation of the document, and where it belongs. */
export interface PathOperation {
  method: Method;
  path: string;
  operation: Operation;
}

const json = (schema: Schema): Record<string, { schema: Schema }> => ({ "application/json": { schema } });

const badRequest = `BadRequestResponseSchema.${suffix.error}`;
const generalError = `GeneralErrorResponseSchema.${suffix.error}`;

/** Defines the bodies of the error responses (docs/qbench-api.md §6.1). */
export function defineErrors(components: Components): void {
  const fields = "error_description*:s error_type*:s error_token*:s";
  components.define(badRequest, objectSchema("BadRequestResponseSchema", readFields(`${fields} errors*:[o]`)));
  components.define(generalError, objectSchema("GeneralErrorResponseSchema", readFields(fields)));
}

const phrases: Record<number, string> = { 200: "OK", 201: "Created", 202: "Accepted", 204: "No Content" };

/** Returns the responses of an operation: the success, and the errors that every operation declares. */
const responses = (status: number, schema?: Schema): Record<string, ResponseObject> => ({
  [status]: { ...(schema && { content: json(schema) }), description: phrases[status] ?? "" },
  400: { content: json(reference(badRequest)), description: "Bad Request" },
  403: { content: json(reference(generalError)), description: "Forbidden" },
  404: { content: json(reference(generalError)), description: "Not Found" },
  429: { content: json(reference(generalError)), description: "Too Many Requests" },
  500: { content: json(reference(generalError)), description: "Internal Server Error" },
});

interface Details extends Omit<Operation, "description" | "operationId" | "parameters"> {
  query?: Parameter[];
}

/** Completes an operation as the vendor writes it: no description, and an id from the method and the path. */
function pathOperation(method: Method, path: string, { query = [], ...rest }: Details): PathOperation {
  const operation: Operation = {
    description: "",
    operationId: `${method}_${path.replaceAll("/", "_")}`,
    parameters: [...pathParameters(path), ...query],
    ...rest,
  };
  return { method, path, operation };
}

/** Returns the operations on one entity: its collection, single records, and the lists below a record. */
export function resourceOperations(components: Components, entity: string, resource: Resource): PathOperation[] {
  const { collection, tag } = resource;
  const verbs = new Set(resource.verbs?.split(" "));
  const list = `${apiPath}/${collection}`;
  const one = `${list}/{${tag.toLowerCase()}_id}`;
  const words = collection?.replaceAll("-", " ") ?? "";
  const operations: PathOperation[] = [];
  const add = (method: Method, path: string, details: Details): void => {
    operations.push(pathOperation(method, path, details));
  };

  if (verbs.has("list")) {
    add("get", list, {
      query: listParameters(components, entity),
      responses: responses(200, envelope(components, "List", entity)),
      summary: `List ${words}`,
      tags: [tag],
    });
  }
  for (const [verb, method, status] of [
    ["create", "post", 201],
    ["update", "patch", 200],
  ] as const) {
    if (!verbs.has(verb)) continue;
    const action = verb === "create" ? "Create" : "Update";
    add(method, list, {
      requestBody: { content: json(listBody(components, `${action}${entity}`, bodyFields(resource, verb))) },
      responses: responses(status, envelope(components, "CreateResponse", entity)),
      summary: `${action} ${words}`,
      tags: [tag],
    });
  }
  if (verbs.has("get")) {
    add("get", one, {
      responses: responses(200, envelope(components, "Single", entity)),
      summary: `Get one of the ${words}`,
      tags: [tag],
    });
  }
  if (verbs.has("delete")) {
    add("delete", one, { responses: responses(204), summary: `Delete one of the ${words}`, tags: [tag] });
  }
  for (const [segment, nested] of Object.entries(resource.nested ?? {})) {
    if (nested.exposed === false) continue;
    const child = resources[nested.entity];
    add("get", `${one}/${segment}`, {
      query: listParameters(components, nested.entity, nested.paged),
      responses: nested.undocumented ? {} : responses(200, envelope(components, "List", nested.entity)),
      summary: `List the ${segment.replaceAll("-", " ")} of one of the ${words}`,
      tags: [...new Set([tag, child?.tag ?? tag])],
    });
  }
  return operations;
}

/** Returns the operation of one action. */
export function actionOperation(components: Components, action: Action): PathOperation {
  const { operation, tags, body, status, query, response } = action;
  const [method = "", path = ""] = operation.split(" ");
  let requestBody: Schema | undefined;
  if (body) {
    const [name, shape, fields] = body;
    requestBody = (shape === "list" ? listBody : objectBody)(components, name, readFields(fields));
  }
  const data =
    response && envelope(components, "Single", response[0], response[1] ? readFields(response[1]) : undefined);
  return pathOperation(method.toLowerCase() as Method, `${apiPath}${path}`, {
    query: readFields(query ?? "").map(({ name, type }) => queryParameter(components, name, type, "")),
    ...(requestBody && { requestBody: { content: json(requestBody) } }),
    responses: responses(status, data),
    summary: operation,
    tags: [...tags],
  });
}

/** Returns the operations that map one kind of record to the ids of another vendor (docs/qbench-api.md §12). */
export function integrationOperations(
  components: Components,
  segment: string,
  segmentTags: readonly string[],
): PathOperation[] {
  const list = `${apiPath}/integrations/{integration_id}/${segment}`;
  const tags = [...segmentTags, "INTEGRATION"];
  const fields = bodyFields(resources[mappingEntity] ?? { tag: "", fields: "" }, "create");
  const operations = [
    pathOperation("get", list, {
      tags,
      query: listParameters(components, mappingEntity),
      responses: responses(200, envelope(components, "List", mappingEntity)),
      summary: `List the integration's ${segment}`,
    }),
    pathOperation("post", list, {
      tags,
      requestBody: { content: json(listBody(components, `Create${mappingEntity}`, fields)) },
      responses: responses(201, envelope(components, "CreateResponse", mappingEntity)),
      summary: `Map ${segment} to the integration's ids`,
    }),
    pathOperation("get", `${list}/{entity_id}`, {
      tags,
      responses: responses(200, envelope(components, "Single", mappingEntity)),
      summary: `Get one of the integration's ${segment}`,
    }),
  ];
  // The vendor declares a delete for this kind only.
  if (segment === "invoice-payments") {
    operations.push(
      pathOperation("delete", `${list}/{entity_id}`, {
        tags,
        responses: responses(204),
        summary: `Remove one of the integration's ${segment}`,
      }),
    );
  }
  return operations;
}

/** Returns the token operations. The vendor declares no response for any of them (docs/qbench-api.md §1.1). */
export function tokenOperations(components: Components): PathOperation[] {
  const form = (name: string, fields: string): RequestBody => ({
    content: { "multipart/form-data": { schema: objectBody(components, name, readFields(fields)) } },
  });
  const common = { responses: {}, tags: ["AUTHENTICATION"] };
  return [
    pathOperation("post", tokenPath, {
      ...common,
      requestBody: form("Authentication", "grant_type*:s assertion*:s"),
      security: [],
      summary: "Exchange an assertion for an access token",
    }),
    pathOperation("post", refreshPath, {
      ...common,
      requestBody: form("RefreshToken", "refresh_token_id*:s"),
      security: [],
      summary: "Exchange a refresh token for an access token",
    }),
    pathOperation("get", `${tokenPath}/info`, { ...common, summary: "Describe the access token" }),
  ];
}
