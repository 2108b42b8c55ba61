import type { Bump } from "../../document/compare/change.ts";
import { get, isObject, type Json, type JsonObject } from "../../document/model/json.ts";
import { ok, ref, vendorDocument } from "./vendor-document.ts";

export type Edit = (document: JsonObject) => void;

const none = { description: "No Content" };
const orders = "/qbench/api/v2/orders";
const order = "SingleOrderSchema.a9993e3.OrderSchema";
const listed = "ListOrderSchema.a9993e3.OrderSchema";
const update = "UpdateOrderSchemaList.a9993e3.UpdateOrderSchema";

/**
 * Returns the document before the change: the small document of the vendor, with parts of every kind that can change.
 */
export const base = (): JsonObject =>
  vendorDocument(({ schemas, paths }) => {
    for (const name of [order, listed, update]) {
      Object.assign(at(schemas, name, "properties"), {
        kind: { enum: ["WATER", "SOIL"], type: "string" },
        notes: { type: "string", description: "Free text" },
        tags: { type: "array", items: { type: "string" } },
        total: { type: "number" },
        mixed: { allOf: [{ type: "object", properties: { a: { type: "string" }, b: { type: "string" } } }] },
        either: {
          oneOf: [
            { type: "object", properties: { a: { type: "string" } } },
            { type: "object", properties: { b: { type: "string" } } },
          ],
        },
        map: { type: "object", additionalProperties: { type: "string" } },
      });
    }
    at(schemas, update, "properties").count = { type: "integer", default: 1, maximum: 10 };
    Object.assign(at(paths, orders, "get"), { "x-note": "here" });
    at(paths, orders, "get", "responses")["404"] = {
      description: "Not Found",
      content: { "application/json": { schema: { type: "object", properties: { error_type: { type: "string" } } } } },
    };
    paths["/qbench/api/v2/orders/{order_id}/sync"] = { post: { responses: { 204: none } } };
  });

/** Returns the object at a path that must exist. */
function at(value: Json | undefined, ...steps: string[]): JsonObject {
  const found = steps.reduce<Json | undefined>((each, step) => get(each, step), value);
  if (!isObject(found)) throw new Error(`The document has nothing at ${steps.join(".")}.`);
  return found;
}

const schemas = (document: JsonObject): JsonObject => at(document, "components", "schemas");
const paths = (document: JsonObject): JsonObject => at(document, "paths");
const parameters = (document: JsonObject): Json[] => {
  const list = get(at(paths(document), orders, "get"), "parameters");
  if (!Array.isArray(list)) throw new Error("The operation has no parameters.");
  return list;
};

/** Changes both copies of the entity that responses contain, as the vendor would. */
export const inResponse =
  (change: (properties: JsonObject, schema: JsonObject) => void): Edit =>
  document => {
    for (const name of [order, listed]) change(at(schemas(document), name, "properties"), at(schemas(document), name));
  };
const inRequest =
  (change: (properties: JsonObject, schema: JsonObject) => void): Edit =>
  document =>
    change(at(schemas(document), update, "properties"), at(schemas(document), update));
const inQuery =
  (change: (list: Json[]) => void): Edit =>
  document =>
    change(parameters(document));

export const without =
  (name: string) =>
  (properties: JsonObject): void => {
    delete properties[name];
  };
export const as =
  (name: string, schema: JsonObject) =>
  (properties: JsonObject): void => {
    properties[name] = schema;
  };
const requiring =
  (...names: string[]) =>
  (_: JsonObject, schema: JsonObject): void => {
    schema.required = names;
  };
const parameter = (name: string, rest: JsonObject = {}): JsonObject => ({
  name,
  in: "query",
  schema: { type: "string" },
  ...rest,
});
const editParameter =
  (name: string, change: (parameter: JsonObject) => void): Edit =>
  document => {
    for (const each of parameters(document)) if (isObject(each) && each.name === name) change(each);
  };

/** Each change, the edit that makes it, the bump that it needs, and the words in the changelog. */
export const changes: [what: string, edit: Edit, bump: Bump | undefined, words: RegExp][] = [
  // Operations.
  [
    "an operation is added",
    d => Object.assign(at(paths(d), orders), { post: { responses: { 204: none } } }),
    "minor",
    /`client\.orders\.create\(\)` is new/,
  ],
  [
    "an operation is removed",
    d => void delete at(paths(d), orders).patch,
    "major",
    /`client\.orders\.update\(\)` was removed/,
  ],
  [
    "scopes are narrowed to one list",
    d => {
      for (const path of Object.keys(paths(d))) if (path !== orders) delete paths(d)[path];
    },
    "major",
    /was removed/,
  ],
  [
    "a path's parameter is renamed",
    d => {
      const { [`${orders}/{order_id}`]: item, ...rest } = paths(d);
      const text = JSON.stringify(item).replaceAll("order_id", "id");
      d.paths = { ...rest, [`${orders}/{id}`]: JSON.parse(text) };
    },
    "major",
    /`client\.orders\.get\(\)` moved to `GET \S+\{id\}`/,
  ],
  [
    "an operation is deprecated",
    d => Object.assign(at(paths(d), orders, "get"), { deprecated: true }),
    "minor",
    /deprecated/,
  ],
  [
    "an operation is described",
    d => Object.assign(at(paths(d), orders, "get"), { description: "All of them" }),
    "patch",
    /has a different description/,
  ],
  [
    "an operation requires a body",
    d =>
      Object.assign(at(paths(d), `${orders}/{order_id}/sync`, "post"), {
        requestBody: { content: { "application/json": { schema: { type: "object", properties: {} } } } },
      }),
    "major",
    /accepts a body/,
  ],
  [
    "an operation accepts an optional body",
    d =>
      Object.assign(at(paths(d), `${orders}/{order_id}/sync`, "post"), {
        requestBody: { required: false, content: {} },
      }),
    "minor",
    /accepts a body/,
  ],
  [
    "an operation no longer accepts a body",
    d => void delete at(paths(d), orders, "patch").requestBody,
    "major",
    /no longer accepts a body/,
  ],
  [
    "a body may have another media type too",
    d => {
      const content = at(paths(d), orders, "patch", "requestBody", "content");
      content["application/x-ndjson"] = content["application/json"] ?? {};
    },
    "minor",
    /body may be `application\/x-ndjson`/,
  ],
  [
    "a response has another status",
    d => {
      const { 200: page, ...errors } = at(paths(d), orders, "get", "responses");
      at(paths(d), orders, "get").responses = { ...errors, 206: page ?? {} };
    },
    "major",
    /206/,
  ],
  [
    "a response without a body gets one",
    d => {
      at(paths(d), `${orders}/{order_id}/sync`, "post").responses = {
        204: { description: "OK", content: { "application/json": { schema: { type: "string" } } } },
      };
    },
    "minor",
    /may be `application\/json`/,
  ],
  [
    "an error is declared",
    d => Object.assign(at(paths(d), orders, "get", "responses"), { 409: none }),
    "minor",
    /may return `409`/,
  ],
  [
    "a response contains another entity",
    d => {
      at(paths(d), orders, "get").responses = ok(ref("ListCustomerSchema.a9993e3"));
    },
    "major",
    /CustomerPage/,
  ],
  // Parameters.
  ["a filter is added", inQuery(list => list.push(parameter("state"))), "minor", /OrderFilter.*state.*is new/s],
  [
    "a required filter is added",
    inQuery(list => list.push(parameter("state", { required: true }))),
    "major",
    /new and required/,
  ],
  ["a filter is removed", inQuery(list => list.splice(2, 1)), "major", /was removed/],
  [
    "a filter is renamed",
    editParameter("remark", each => {
      each.name = "comment";
    }),
    "major",
    /`OrderFilter\.remark` was removed/,
  ],
  [
    "a filter becomes required",
    editParameter("remark", each => {
      each.required = true;
    }),
    "major",
    /is now required/,
  ],
  [
    "a filter is retyped",
    editParameter("remark", each => {
      each.schema = { type: "boolean" };
    }),
    "major",
    /is `boolean`, was `string`/,
  ],
  [
    "a filter accepts more types",
    editParameter("remark", each => {
      each.schema = { anyOf: [{ type: "string" }, { type: "integer" }] };
    }),
    "minor",
    /may be `number`/,
  ],
  [
    "a filter becomes an enumeration",
    editParameter("remark", each => {
      each.schema = { type: "string", enum: ["a"] };
    }),
    "major",
    /is `"a"`, was `string`/,
  ],
  [
    "a filter is described",
    editParameter("remark", each => {
      each.description = "A remark";
    }),
    "patch",
    /has a different description/,
  ],
  [
    "a filter's default changes",
    editParameter("page_size", each => {
      each.schema = { type: "string", default: "50" };
    }),
    "minor",
    /defaults to/,
  ],
  // Fields of responses.
  ["a response field is added", inResponse(as("colour", { type: "string" })), "minor", /`Order\.colour` is new/],
  ["a response field is removed", inResponse(without("notes")), "major", /`Order\.notes` was removed/],
  [
    "a response field is renamed",
    inResponse(p => {
      p.note = p.notes ?? {};
      delete p.notes;
    }),
    "major",
    /`Order\.notes` was removed/,
  ],
  ["a response field is retyped", inResponse(as("total", { type: "string" })), "major", /is `string`, was `number`/],
  [
    "a response number becomes an integer",
    inResponse(as("total", { type: "integer" })),
    "minor",
    /`Order\.total` is always an integer/,
  ],
  [
    "a response field becomes required, so an update can no longer clear it",
    inResponse(requiring("notes")),
    "major",
    /`OrderUpdate\.notes` can no longer be `null`/,
  ],
  [
    "a response enumeration is widened",
    inResponse(as("kind", { type: "string", enum: ["WATER", "SOIL", "AIR"] })),
    "major",
    /may be `"AIR"`/,
  ],
  [
    "a response enumeration is narrowed",
    inResponse(as("kind", { type: "string", enum: ["WATER"] })),
    "minor",
    /can no longer be `"SOIL"`/,
  ],
  [
    "a response field is declared nullable, as all are anyway",
    inResponse(as("notes", { type: "string", description: "Free text", nullable: true })),
    undefined,
    /^$/,
  ],
  [
    "a response list has another item type",
    inResponse(as("tags", { type: "array", items: { type: "integer" } })),
    "major",
    /tags/,
  ],
  [
    "a response relation has another target",
    inResponse(p => {
      p.customer = { type: "object", "x-entity": "Order" };
    }),
    "major",
    /OrderReference/,
  ],
  [
    "a response limit is lowered",
    inResponse(as("remark", { type: "string", maxLength: 20 })),
    "minor",
    /`Order\.remark` has maxLength `20`, was `40`/,
  ],
  [
    "a response limit is raised",
    inResponse(as("remark", { type: "string", maxLength: 60 })),
    "major",
    /`Order\.remark` has maxLength `60`, was `40`/,
  ],
  [
    "a response field is described",
    inResponse(as("notes", { type: "string", description: "Any text" })),
    "patch",
    /has a different description/,
  ],
  [
    "an entity is removed with its operations",
    d => {
      delete paths(d)["/qbench/api/v2/customers"];
    },
    "major",
    /`Customer/,
  ],
  // Fields of requests.
  ["a request field is added", inRequest(as("colour", { type: "string" })), "minor", /`OrderUpdate\.colour` is new/],
  [
    "a required request field is added",
    inRequest((p, s) => {
      p.colour = { type: "string" };
      s.required = ["id", "colour"];
    }),
    "major",
    /new and required/,
  ],
  ["a request field is removed", inRequest(without("notes")), "major", /was removed/],
  ["a request field is retyped", inRequest(as("total", { type: "string" })), "major", /is `string`, was `number`/],
  [
    "a request field becomes required",
    inRequest(requiring("id", "notes")),
    "major",
    /`OrderUpdate\.notes` is now required/,
  ],
  ["a request field becomes optional", inRequest(requiring()), "minor", /`OrderUpdate\.id` is now optional/],
  [
    "a request enumeration is widened",
    inRequest(as("kind", { type: "string", enum: ["WATER", "SOIL", "AIR"] })),
    "minor",
    /may be `"AIR"`/,
  ],
  [
    "a request enumeration is narrowed",
    inRequest(as("kind", { type: "string", enum: ["WATER"] })),
    "major",
    /can no longer be `"SOIL"`/,
  ],
  [
    "an item of a request list may be null",
    inRequest(as("tags", { type: "array", items: { type: "string", nullable: true } })),
    "minor",
    /may be `null`/,
  ],
  [
    "a request limit is lowered",
    inRequest(as("remark", { type: "string", maxLength: 20 })),
    "major",
    /maxLength `20`, was `40`/,
  ],
  [
    "a request limit is raised",
    inRequest(as("remark", { type: "string", maxLength: 60 })),
    "minor",
    /maxLength `60`, was `40`/,
  ],
  [
    "a request default changes",
    inRequest(as("count", { type: "integer", default: 2, maximum: 10 })),
    "minor",
    /defaults to `2`/,
  ],
  [
    "a part of a response field loses a property",
    inResponse(as("mixed", { allOf: [{ type: "object", properties: { a: { type: "string" } } }] })),
    "major",
    /`Order\.mixed\.b` was removed/,
  ],
  [
    "one shape of a response field has a retyped property",
    inResponse(
      as("either", {
        oneOf: [
          { type: "object", properties: { a: { type: "string" } } },
          { type: "object", properties: { b: { type: "boolean" } } },
        ],
      }),
    ),
    "major",
    /`Order\.either\.b` is `boolean`/,
  ],
  [
    "a response field may have one more shape",
    inResponse(p => {
      const shapes = get(p.either, "oneOf");
      p.either = { oneOf: [...(Array.isArray(shapes) ? shapes : []), { type: "object", properties: { c: {} } }] };
    }),
    "major",
    /may be `\{ c \}`/,
  ],
  [
    "the values of a response map are retyped",
    inResponse(as("map", { type: "object", additionalProperties: { type: "boolean" } })),
    "major",
    /`Order\.map\.\*` is `boolean`/,
  ],
  [
    "a request map accepts more types",
    inRequest(as("map", { type: "object", additionalProperties: true })),
    "minor",
    /`OrderUpdate\.map\.\*`/,
  ],
  [
    "a response object declares its fields",
    inResponse(as("settings", { type: "object", properties: { colour: { type: "string" } } })),
    "major",
    /`Order\.settings` now declares its fields/,
  ],
  [
    "a request number must be an integer",
    inRequest(as("total", { type: "integer" })),
    "major",
    /`OrderUpdate\.total` must be an integer/,
  ],
  [
    "a request number must be a multiple",
    inRequest(as("total", { type: "number", multipleOf: 5 })),
    "major",
    /`OrderUpdate\.total` has multipleOf `5`/,
  ],
  [
    "a response may have another media type",
    d => {
      const content = at(paths(d), orders, "get", "responses", "200", "content");
      content["text/csv"] = { schema: { type: "string" } };
    },
    "major",
    /may be `text\/csv`/,
  ],
  [
    "a documented error is removed",
    d => void delete at(paths(d), orders, "get", "responses")["404"],
    "major",
    /no longer returns `404`/,
  ],
  [
    "an operation may return 304",
    d => Object.assign(at(paths(d), orders, "get", "responses"), { 304: none }),
    "minor",
    /may return `304`/,
  ],
  [
    "a filter is serialized differently",
    editParameter("remark", each => {
      each.style = "spaceDelimited";
    }),
    "major",
    /`remark` is serialized differently/,
  ],
  [
    "an operation requires different credentials",
    d => Object.assign(at(paths(d), orders, "get"), { security: [{ BearerToken: ["orders"] }] }),
    "major",
    /requires different credentials/,
  ],
  // Changes that are not reported.
  [
    "the vendor's hashes change",
    d => {
      const text = JSON.stringify(d).replaceAll(".a9993e3", ".1234567").replaceAll(".7a3ad72", ".89abcde");
      Object.assign(d, JSON.parse(text));
    },
    undefined,
    /^$/,
  ],
  [
    "everything has another order",
    d => {
      d.paths = Object.fromEntries(Object.entries(paths(d)).toReversed());
    },
    undefined,
    /^$/,
  ],
  [
    "the padding key changes",
    d => {
      d.qb40 = "0123456789abcdef";
    },
    undefined,
    /^$/,
  ],
  [
    "a copy of an entity is added",
    d => {
      schemas(d)["CreateResponseOrderSchema.a9993e3.OrderSchema"] = structuredClone(at(schemas(d), order));
    },
    undefined,
    /^$/,
  ],
  ["titles change", inResponse(as("total", { type: "number", title: "Total" })), undefined, /^$/],
  [
    "a vendor's operation id changes",
    d => {
      at(paths(d), orders, "get").operationId = "get_<entity>_list";
    },
    undefined,
    /^$/,
  ],
  [
    "a detail changes that affects no caller",
    d => Object.assign(at(d, "info"), { version: "2.1" }),
    "patch",
    /details that affect no caller/,
  ],
];
