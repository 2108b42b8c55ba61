import type { Bump } from "../../document/compare/change.ts";
import { get, isObject, type Json, type JsonObject } from "../../document/model/json.ts";
import { ok, ref, vendorDocument } from "./vendor-document.ts";

export type Edit = (document: JsonObject) => void;

const none = { description: "No Content" };
const orders = "/qbench/api/v2/orders";
const order = "SingleOrderSchema.a9993e3.OrderSchema";
const listed = "ListOrderSchema.a9993e3.OrderSchema";
const update = "UpdateOrderSchemaList.a9993e3.UpdateOrderSchema";

/** The document to begin with: the small vendor's one, with something of every kind that can change. */
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

/** The object at a place that is there. */
function at(value: Json | undefined, ...steps: string[]): JsonObject {
  const found = steps.reduce<Json | undefined>((each, step) => get(each, step), value);
  if (!isObject(found)) throw new Error(`nothing at ${steps.join(".")}`);
  return found;
}

const schemas = (document: JsonObject): JsonObject => at(document, "components", "schemas");
const paths = (document: JsonObject): JsonObject => at(document, "paths");
const parameters = (document: JsonObject): Json[] => {
  const list = get(at(paths(document), orders, "get"), "parameters");
  if (!Array.isArray(list)) throw new Error("no parameters");
  return list;
};

/** Changes what answers hold; both copies of the entity, as the vendor would. */
export const inAnswer =
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
const needs =
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

/** What changes, how, the bump that it needs, and the words that tell of it. */
export const changes: [what: string, edit: Edit, bump: Bump | undefined, words: RegExp][] = [
  // Operations.
  [
    "an operation is added",
    d => Object.assign(at(paths(d), orders), { post: { responses: { 204: none } } }),
    "minor",
    /POST \S+orders.*is new/,
  ],
  ["an operation is removed", d => void delete at(paths(d), orders).patch, "major", /PATCH \S+orders.*is gone/],
  [
    "scopes are narrowed to one list",
    d => {
      for (const path of Object.keys(paths(d))) if (path !== orders) delete paths(d)[path];
    },
    "major",
    /is gone/,
  ],
  [
    "a path's parameter is renamed",
    d => {
      const { [`${orders}/{order_id}`]: item, ...rest } = paths(d);
      const text = JSON.stringify(item).replaceAll("order_id", "id");
      d.paths = { ...rest, [`${orders}/{id}`]: JSON.parse(text) };
    },
    "major",
    /is now GET \S+\{id\}/,
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
    /other words/,
  ],
  [
    "an operation takes a body",
    d =>
      Object.assign(at(paths(d), `${orders}/{order_id}/sync`, "post"), {
        requestBody: { content: { "application/json": { schema: { type: "object", properties: {} } } } },
      }),
    "major",
    /takes a body/,
  ],
  [
    "an operation takes a body that it can do without",
    d =>
      Object.assign(at(paths(d), `${orders}/{order_id}/sync`, "post"), {
        requestBody: { required: false, content: {} },
      }),
    "minor",
    /takes a body/,
  ],
  [
    "an operation takes no body any more",
    d => void delete at(paths(d), orders, "patch").requestBody,
    "major",
    /takes no body/,
  ],
  [
    "a body may be of another media type too",
    d => {
      const content = at(paths(d), orders, "patch", "requestBody", "content");
      content["application/x-ndjson"] = content["application/json"] ?? {};
    },
    "minor",
    /may be application\/x-ndjson/,
  ],
  [
    "an answer has another status",
    d => {
      const { 200: page, ...errors } = at(paths(d), orders, "get", "responses");
      at(paths(d), orders, "get").responses = { ...errors, 206: page ?? {} };
    },
    "major",
    /206/,
  ],
  [
    "an answer without a body gets one",
    d => {
      at(paths(d), `${orders}/{order_id}/sync`, "post").responses = {
        204: { description: "OK", content: { "application/json": { schema: { type: "string" } } } },
      };
    },
    "minor",
    /may be application\/json/,
  ],
  [
    "an error is declared",
    d => Object.assign(at(paths(d), orders, "get", "responses"), { 409: none }),
    "minor",
    /may be answered 409/,
  ],
  [
    "an answer is of another entity",
    d => {
      at(paths(d), orders, "get").responses = ok(ref("ListCustomerSchema.a9993e3"));
    },
    "major",
    /CustomerPage/,
  ],
  // Parameters.
  ["a filter is added", inQuery(list => list.push(parameter("state"))), "minor", /OrderFilter.*state.*is new/s],
  [
    "a filter is added that is required",
    inQuery(list => list.push(parameter("state", { required: true }))),
    "major",
    /new and required/,
  ],
  ["a filter is removed", inQuery(list => list.splice(2, 1)), "major", /is gone/],
  [
    "a filter is renamed",
    editParameter("remark", each => {
      each.name = "comment";
    }),
    "major",
    /`remark` is gone/,
  ],
  [
    "a filter becomes required",
    editParameter("remark", each => {
      each.required = true;
    }),
    "major",
    /is required/,
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
    "a filter takes more",
    editParameter("remark", each => {
      each.schema = { anyOf: [{ type: "string" }, { type: "integer" }] };
    }),
    "minor",
    /may be `number`/,
  ],
  [
    "a filter is an enumeration now",
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
    /other words/,
  ],
  [
    "a filter has another default",
    editParameter("page_size", each => {
      each.schema = { type: "string", default: "50" };
    }),
    "minor",
    /defaults to/,
  ],
  // Fields of answers.
  ["an answer's field is added", inAnswer(as("colour", { type: "string" })), "minor", /`Order`: `colour` is new/],
  ["an answer's field is removed", inAnswer(without("notes")), "major", /`notes` is gone/],
  [
    "an answer's field is renamed",
    inAnswer(p => {
      p.note = p.notes ?? {};
      delete p.notes;
    }),
    "major",
    /`notes` is gone/,
  ],
  ["an answer's field is retyped", inAnswer(as("total", { type: "string" })), "major", /is `string`, was `number`/],
  ["an answer's number is an integer", inAnswer(as("total", { type: "integer" })), "patch", /on which no call depends/],
  ["an answer's field is required", inAnswer(needs("notes")), "minor", /required/],
  [
    "an answer's enumeration is widened",
    inAnswer(as("kind", { type: "string", enum: ["WATER", "SOIL", "AIR"] })),
    "major",
    /may be `"AIR"`/,
  ],
  [
    "an answer's enumeration is narrowed",
    inAnswer(as("kind", { type: "string", enum: ["WATER"] })),
    "minor",
    /no longer `"SOIL"`/,
  ],
  [
    "an answer's field is declared nullable, which all are anyway",
    inAnswer(as("notes", { type: "string", description: "Free text", nullable: true })),
    undefined,
    /^$/,
  ],
  [
    "an answer's list holds something else",
    inAnswer(as("tags", { type: "array", items: { type: "integer" } })),
    "major",
    /tags/,
  ],
  [
    "an answer's relation leads elsewhere",
    inAnswer(p => {
      p.customer = { type: "object", "x-entity": "Order" };
    }),
    "major",
    /OrderReference/,
  ],
  ["an answer's limit is lowered", inAnswer(as("remark", { type: "string", maxLength: 20 })), "patch", /maxLength/],
  [
    "an answer's field is described",
    inAnswer(as("notes", { type: "string", description: "Any text" })),
    "patch",
    /other words/,
  ],
  [
    "an entity is gone with its operations",
    d => {
      delete paths(d)["/qbench/api/v2/customers"];
    },
    "major",
    /`Customer/,
  ],
  // Fields of requests.
  [
    "a request's field is added",
    inRequest(as("colour", { type: "string" })),
    "minor",
    /`OrderUpdate`: `colour` is new/,
  ],
  [
    "a request's field is added that is required",
    inRequest((p, s) => {
      p.colour = { type: "string" };
      s.required = ["id", "colour"];
    }),
    "major",
    /new and required/,
  ],
  ["a request's field is removed", inRequest(without("notes")), "major", /is gone/],
  ["a request's field is retyped", inRequest(as("total", { type: "string" })), "major", /is `string`, was `number`/],
  ["a request's field becomes required", inRequest(needs("id", "notes")), "major", /`notes` is required/],
  ["a request's field becomes optional", inRequest(needs()), "minor", /`id` is optional/],
  [
    "a request's enumeration is widened",
    inRequest(as("kind", { type: "string", enum: ["WATER", "SOIL", "AIR"] })),
    "minor",
    /may be `"AIR"`/,
  ],
  [
    "a request's enumeration is narrowed",
    inRequest(as("kind", { type: "string", enum: ["WATER"] })),
    "major",
    /no longer `"SOIL"`/,
  ],
  [
    "a request's field may be null",
    inRequest(as("notes", { type: "string", description: "Free text", nullable: true })),
    "minor",
    /may be `null`/,
  ],
  [
    "a request's limit is lowered",
    inRequest(as("remark", { type: "string", maxLength: 20 })),
    "major",
    /maxLength 20, was 40/,
  ],
  [
    "a request's limit is raised",
    inRequest(as("remark", { type: "string", maxLength: 60 })),
    "minor",
    /maxLength 60, was 40/,
  ],
  [
    "a request's default changes",
    inRequest(as("count", { type: "integer", default: 2, maximum: 10 })),
    "minor",
    /defaults to 2/,
  ],
  [
    "a part of an answer's field loses a property",
    inAnswer(as("mixed", { allOf: [{ type: "object", properties: { a: { type: "string" } } }] })),
    "major",
    /`mixed.b` is gone/,
  ],
  [
    "one of the shapes of an answer's field is retyped on the inside",
    inAnswer(
      as("either", {
        oneOf: [
          { type: "object", properties: { a: { type: "string" } } },
          { type: "object", properties: { b: { type: "boolean" } } },
        ],
      }),
    ),
    "major",
    /`either.b` is `boolean`/,
  ],
  [
    "an answer's field has one shape more",
    inAnswer(p => {
      const shapes = get(p.either, "oneOf");
      p.either = { oneOf: [...(Array.isArray(shapes) ? shapes : []), { type: "object", properties: { c: {} } }] };
    }),
    "major",
    /may be `\{ c \}`/,
  ],
  [
    "what an answer's map holds is retyped",
    inAnswer(as("map", { type: "object", additionalProperties: { type: "boolean" } })),
    "major",
    /`map\.\*` is `boolean`/,
  ],
  [
    "a request's map takes more",
    inRequest(as("map", { type: "object", additionalProperties: true })),
    "minor",
    /`map\.\*`/,
  ],
  [
    "an object of an answer is described",
    inAnswer(as("settings", { type: "object", properties: { colour: { type: "string" } } })),
    "major",
    /`settings` is described field by field/,
  ],
  [
    "a request's number has to be an integer",
    inRequest(as("total", { type: "integer" })),
    "major",
    /`total` is an integer/,
  ],
  [
    "a request's number has to be a multiple",
    inRequest(as("total", { type: "number", multipleOf: 5 })),
    "major",
    /`total` has another multipleOf/,
  ],
  [
    "an answer may be of another media type",
    d => {
      const content = at(paths(d), orders, "get", "responses", "200", "content");
      content["text/csv"] = { schema: { type: "string" } };
    },
    "major",
    /may be text\/csv/,
  ],
  [
    "a documented error is gone",
    d => void delete at(paths(d), orders, "get", "responses")["404"],
    "major",
    /no longer answered 404/,
  ],
  [
    "an operation may be answered from a cache",
    d => Object.assign(at(paths(d), orders, "get", "responses"), { 304: none }),
    "minor",
    /may be answered 304/,
  ],
  [
    "a filter is written in another way",
    editParameter("remark", each => {
      each.style = "spaceDelimited";
    }),
    "major",
    /`remark` is written in another way/,
  ],
  [
    "an operation needs other credentials",
    d => Object.assign(at(paths(d), orders, "get"), { security: [{ BearerToken: ["orders"] }] }),
    "major",
    /needs other credentials/,
  ],
  // Nothing.
  [
    "the vendor's hashes churn",
    d => {
      const text = JSON.stringify(d).replaceAll(".a9993e3", ".1234567").replaceAll(".7a3ad72", ".89abcde");
      Object.assign(d, JSON.parse(text));
    },
    undefined,
    /^$/,
  ],
  [
    "everything is in another order",
    d => {
      d.paths = Object.fromEntries(Object.entries(paths(d)).toReversed());
    },
    undefined,
    /^$/,
  ],
  [
    "the padding key is another",
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
  ["titles change", inAnswer(as("total", { type: "number", title: "Total" })), undefined, /^$/],
  [
    "a vendor's operation id changes",
    d => {
      at(paths(d), orders, "get").operationId = "get_<entity>_list";
    },
    undefined,
    /^$/,
  ],
  [
    "something changes on which no call depends",
    d => Object.assign(at(d, "info"), { version: "2.1" }),
    "patch",
    /on which no call depends/,
  ],
];
