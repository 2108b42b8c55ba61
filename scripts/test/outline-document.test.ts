import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import type { FieldOutline, OperationOutline } from "../../packages/types/src/common/outline.ts";
import { readBuiltIn } from "../clients/built-in-document.ts";
import { readQBenchOptions } from "../clients/read-overlays.ts";
import type { JsonObject } from "../document/model/json.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { outlineDocument } from "../types/outline-document.ts";
import { repository } from "./support/repository.ts";

const publishedFile = join(repository, "../shared/qbench-v2/published-openapi.json");

const json = (schema: object): object => ({ content: { "application/json": { schema } } });
const ref = (name: string, kind = "schemas"): object => ({ $ref: `#/components/${kind}/${name}` });
const listOf = (items: object): object => ({ type: "array", items });
const documentOf = (document: object): JsonObject => JSON.parse(JSON.stringify({ openapi: "3.1.0", ...document }));

/** Returns the outline of `GET /things` with these query parameters. */
function outlineOfQuery(parameters: readonly object[], components: object = {}): OperationOutline | undefined {
  const document = documentOf({ paths: { "/things": { get: { parameters } } }, components });
  return outlineDocument(document).get("GET /things");
}

/** Returns the outline of `GET /things`, which responds with this schema. */
function outlineOfResponse(schema: object, schemas: object = {}): OperationOutline | undefined {
  const get = { responses: { 200: json(schema) } };
  return outlineDocument(documentOf({ paths: { "/things": { get } }, components: { schemas } })).get("GET /things");
}

describe("The query of an outline", () => {
  const query = (name: string, schema: object, more: object = {}): object => ({ in: "query", name, schema, ...more });

  it.each<[string, object, object]>([
    ["a text", { type: "string" }, { type: "text" }],
    ["an integer", { type: "integer" }, { type: "integer" }],
    ["a number", { type: "number", format: "double" }, { type: "number" }],
    ["a boolean", { type: "boolean" }, { type: "boolean" }],
    ["an object", { type: "object" }, { type: "object" }],
    ["a day", ref("Day"), { type: "date" }],
    ["a time", { allOf: [ref("Time")], nullable: true }, { type: "date-time" }],
    ["unix seconds", { anyOf: [ref("Seconds"), { type: "null" }] }, { type: "unix-seconds" }],
    ["a list", listOf({ type: "integer" }), { type: "integer", isList: true }],
    ["a list of references", listOf(ref("Color")), { type: "text", isList: true, values: ["BLUE", "RED"] }],
    ["an enumeration", ref("Color"), { type: "text", values: ["BLUE", "RED"] }],
    [
      "an enumeration that may be null",
      { type: ["string", "null"], enum: ["a", null] },
      { type: "text", values: ["a"] },
    ],
    ["an enumeration of numbers", { type: "integer", enum: [1, 2] }, { type: "integer", values: ["1", "2"] }],
    ["a constant", { const: "all" }, { type: "text", values: ["all"] }],
    ["a union of equal types", { oneOf: [{ type: "string", maxLength: 2 }, { type: "string" }] }, { type: "text" }],
    ["a union of numbers", { anyOf: [{ type: "integer" }, { type: "number" }] }, { type: "number" }],
    ["a union of other types", { anyOf: [{ type: "string" }, { type: "boolean" }] }, { type: "any" }],
    ["a union with an undeclared type", { anyOf: [{ type: "string" }, {}] }, { type: "any" }],
    [
      "one value or several",
      { anyOf: [{ type: "integer" }, listOf({ type: "integer" })] },
      { type: "integer", isList: true },
    ],
    ["an undeclared type", {}, { type: "any" }],
    ["a type that contains itself", ref("Circle"), { type: "any" }],
    ["a reference without a target", ref("Nothing"), { type: "any" }],
  ])("has the type of %s", (_, schema, expected) => {
    const components = {
      schemas: {
        Day: { type: "string", format: "qbench-date", description: "A day." },
        Time: { type: "string", format: "qbench-date-time", description: "A time." },
        Seconds: { type: "string", format: "qbench-unix-seconds" },
        Color: { type: "string", enum: ["RED", "BLUE"], description: "A color." },
        Circle: { anyOf: [ref("Circle"), ref("Ring")] },
        Ring: ref("Ring"),
      },
    };
    const [field] = outlineOfQuery([query("it", schema)], components)?.query ?? [];
    expect(field).toEqual({ name: "it", ...expected });
  });

  it("has the descriptions of parameters on one line, and not those of their types", () => {
    const components = { schemas: { Color: { enum: ["RED"], description: "A color." } } };
    const fields = outlineOfQuery(
      [
        query("first", { type: "string", description: "Of the schema." }, { description: "Only\n  these.\n" }),
        query("second", { type: "string", description: "Of the schema." }),
        query("third", ref("Color")),
      ],
      components,
    );
    expect(fields?.query.map(({ description }) => description)).toEqual(["Only these.", "Of the schema.", undefined]);
  });

  it("has shared parameters and those of the path, unless the operation has its own, and no others", () => {
    const path = {
      parameters: [query("page", { type: "string" }), query("tag", { type: "string" })],
      get: {
        parameters: [
          ref("Page", "parameters"),
          { in: "path", name: "id", schema: { type: "integer" } },
          { in: "header", name: "trace", schema: { type: "string" } },
        ],
      },
    };
    const parameters = { Page: query("page", { type: "integer" }) };
    const outline = outlineDocument(documentOf({ paths: { "/things/{id}": path }, components: { parameters } }));
    expect([...outline]).toEqual([
      [
        "GET /things/{id}",
        {
          query: [
            { name: "page", type: "integer" },
            { name: "tag", type: "text" },
          ],
        },
      ],
    ]);
  });
});

describe("The body of an outline", () => {
  const bodyOf = (requestBody: object, components: object = {}): OperationOutline["body"] =>
    outlineDocument(documentOf({ paths: { "/things": { post: { requestBody } } }, components })).get("POST /things")
      ?.body;
  const thing = { type: "object", properties: { name: { type: "string" }, made: { type: "integer", readOnly: true } } };
  const fields = [{ name: "name", type: "text" }];

  it("has the fields of a record that can be sent", () => {
    const components = { schemas: { Thing: thing }, requestBodies: { Thing: json(ref("Thing")) } };
    expect(bodyOf(ref("Thing", "requestBodies"), components)).toEqual({ isList: false, fields });
  });

  it("has the fields of each record of a list", () => {
    expect(bodyOf(json(ref("Things")), { schemas: { Thing: thing, Things: listOf(ref("Thing")) } })).toEqual({
      isList: true,
      fields,
    });
  });

  it("has the fields of all parts and all alternatives, with all their types", () => {
    const schema = {
      anyOf: [
        { allOf: [{ properties: { id: { type: "integer" } } }, { properties: { note: { type: "string" } } }] },
        { properties: { id: { type: "string" }, state: { enum: ["OPEN"] } } },
      ],
    };
    expect(bodyOf(json(schema))?.fields.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: "id", type: "any" },
      { name: "note", type: "text" },
      { name: "state", type: "text", values: ["OPEN"] },
    ]);
  });

  it("has the fields of a union with more alternatives than are written as one schema", () => {
    const alternatives = Array.from({ length: 40 }, (_, index) => ({
      properties: { [`f${index}`]: { type: "integer" } },
    }));
    const schema = { type: "object", properties: { id: { type: "integer" } }, oneOf: alternatives };
    expect(bodyOf(json(schema))?.fields).toHaveLength(41);
  });

  it("has the fields of schemas that refer to each other, once", () => {
    const names = Array.from({ length: 40 }, (_, index) => `S${index}`);
    const schemas = Object.fromEntries(
      names.map(name => [
        name,
        { anyOf: [{ properties: { [name]: { type: "string" } } }, ...names.map(each => ref(each))] },
      ]),
    );
    expect(bodyOf(json(ref("S0")), { schemas })?.fields).toHaveLength(40);
  });

  it("is missing if the body is a file, a text, or a list of numbers", () => {
    expect(bodyOf({ content: { "multipart/form-data": { schema: thing } } })).toBeUndefined();
    expect(bodyOf(json({ type: "string" }))).toBeUndefined();
    expect(bodyOf(json(listOf({ type: "integer" })))).toBeUndefined();
  });
});

describe("The record of an outline", () => {
  const record = { type: "object", properties: { id: { type: "integer" }, data: { type: "string" } } };
  const fields = [
    { name: "id", type: "integer" },
    { name: "data", type: "text" },
  ];

  it.each<[string, object]>([
    ["one record in an envelope", { properties: { data: ref("Thing"), _self: { type: "string" } } }],
    ["the records of a page", { properties: { data: listOf(ref("Thing")), total_pages: { type: "integer" } } }],
    ["a list without an envelope", listOf(ref("Thing"))],
    ["a response without an envelope", ref("Thing")],
    ["a record that may be null", { properties: { data: { anyOf: [ref("Thing"), { type: "null" }] } } }],
  ])("has the fields of %s", (_, schema) => {
    expect(outlineOfResponse(schema, { Thing: record })?.record).toEqual(fields);
  });

  it("has no fields that are only sent", () => {
    const secret = {
      type: "object",
      properties: { id: { type: "integer" }, secret: { type: "string", writeOnly: true } },
    };
    expect(outlineOfResponse(secret)?.record).toEqual([{ name: "id", type: "integer" }]);
  });

  it("is missing if the record may have undeclared fields, or if the response has no record", () => {
    expect(outlineOfResponse({ type: "object" })?.record).toBeUndefined();
    expect(outlineOfResponse({ ...record, additionalProperties: true })?.record).toBeUndefined();
    expect(outlineOfResponse({ type: "string" })?.record).toBeUndefined();
    const get = { responses: { 204: { description: "Done" }, 400: json(record) } };
    expect(outlineDocument(documentOf({ paths: { "/things": { get } } })).get("GET /things")).toEqual({ query: [] });
  });
});

test("The outline of the emulator's document has the filters, the bodies and the records of orders", async () => {
  const outline = outlineDocument(await readBuiltIn(repository));
  const orders = outline.get("GET /qbench/api/v2/orders");
  expect(orders?.summary).toBe("List orders");
  expect(orders?.query).toEqual(
    expect.arrayContaining([
      { name: "customer_ids", type: "integer", isList: true, description: "Only records with these ids." },
      { name: "date_created_start", type: "date", description: "From this day on." },
      expect.objectContaining({ name: "last_updated", type: "unix-seconds" }),
      expect.objectContaining({ name: "sort_order", type: "text", values: ["ASC", "DESC"] }),
    ]),
  );
  expect(orders?.record).toEqual(
    expect.arrayContaining([
      { name: "id", type: "integer" },
      { name: "date_created", type: "date-time" },
      { name: "customer_account", type: "object" },
    ]),
  );
  expect(outline.get("POST /qbench/api/v2/orders")?.body).toMatchObject({ isList: true });
  expect(outline.get("GET /qbench/api/v2/orders/{order_id}")?.record).toEqual(orders?.record);
});

if (!existsSync(publishedFile))
  console.log("Skipped: a published QBench document at ../shared/qbench-v2/published-openapi.json");

test.skipIf(!existsSync(publishedFile))(
  "The outline of a published document has the same names and types as that of the emulator's document",
  async () => {
    const published: JsonObject = JSON.parse(readFileSync(publishedFile, "utf8"));
    const { document } = normaliseDocument(published, await readQBenchOptions(repository));
    expect(namesAndTypes(document)).toEqual(namesAndTypes(await readBuiltIn(repository)));
  },
);

/** Returns the fields of each operation without their descriptions, in an order that two documents share. */
function namesAndTypes(document: JsonObject): object {
  const bare = (fields: readonly FieldOutline[] = []): string[] =>
    fields.map(({ description: _, ...rest }) => JSON.stringify(rest)).toSorted();
  return Object.fromEntries(
    [...outlineDocument(document)].map(([key, { query, body, record }]) => [
      key,
      { query: bare(query), isList: body?.isList, body: bare(body?.fields), record: bare(record) },
    ]),
  );
}
