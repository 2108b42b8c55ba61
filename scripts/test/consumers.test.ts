import { existsSync, globSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readQBenchOptions } from "../clients/read-overlays.ts";
import { isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { parseDocument } from "../document/read/parse-document.ts";
import { validateDocument } from "../document/read/validate-document.ts";
import { generateTypes } from "../types/generate-types.ts";
import { compile } from "./support/compile.ts";
import { repository } from "./support/repository.ts";
import { ok, ref, vendorDocument } from "./support/vendor-document.ts";

/** A document, and a program that must compile with its types. */
interface Case {
  document: string;
  consumer: string;
}

const object = (properties: JsonObject, rest: JsonObject = {}): JsonObject => ({ type: "object", properties, ...rest });
const text: JsonObject = { type: "string" };
const integer: JsonObject = { type: "integer" };

/** Returns a document whose only operation responds with all of the schemas. */
const withSchemas = (schemas: JsonObject, rest: JsonObject = {}): string =>
  JSON.stringify({
    openapi: "3.0.3",
    info: { title: "Schemas", version: "1" },
    paths: {
      "/all": {
        post: { responses: ok(object(Object.fromEntries(Object.keys(schemas).map(name => [name, ref(name)])))) },
      },
    },
    components: { schemas },
    ...rest,
  });

const swagger = (paths: JsonObject, rest: JsonObject): string =>
  JSON.stringify({ swagger: "2.0", info: { title: "Swagger", version: "1" }, paths, ...rest });

const child = object({ name: text }, { required: ["name"] });
const cat = object({ kind: text, meows: { type: "boolean" } }, { required: ["kind"] });
const dog = object({ kind: text, barks: { type: "boolean" } }, { required: ["kind"] });
const pet = { discriminator: { propertyName: "kind", mapping: { cat: "#/components/schemas/Cat", dog: "Dog" } } };
const pets: Json[] = [ref("Cat"), ref("Dog")];
const marked: JsonObject = object(
  { id: { ...integer, readOnly: true }, password: { ...text, writeOnly: true } },
  { required: ["id", "password"] },
);
const hidden: JsonObject = { allOf: [marked, object({ nested: marked }, { required: ["nested"] })] };
const noContent: JsonObject = { 204: { description: "No Content" } };

const cases: Record<string, Case> = {
  "a QBench record that is composed of several schemas": {
    document: JSON.stringify(
      vendorDocument(({ order, schemas }) => {
        const { properties } = order;
        const { remark, customer, customer_id, date_created, ...own } = isObject(properties) ? properties : {};
        for (const owner of ["ListOrderSchema", "SingleOrderSchema"]) {
          const name = `${owner}.a9993e3`;
          schemas[`${name}.AuditSchema`] = object({ date_created: date_created ?? text }, { description: "Audit." });
          schemas[`${name}.PartSchema`] = {
            allOf: [ref(`${name}.AuditSchema`), object({ customer: customer ?? text, customer_id: integer })],
          };
          schemas[`${name}.OrderSchema`] = {
            allOf: [ref(`${name}.PartSchema`), { properties: { remark: remark ?? text } }],
            ...object(own),
          };
        }
        schemas["UpdateOrderSchemaList.a9993e3.UpdateOrderSchema"] = {
          allOf: [ref("ListOrderSchema.a9993e3.PartSchema"), { required: ["id"], properties: { id: integer } }],
        };
      }),
    ),
    consumer: `
      import type { Customer, DateTime, Order, OrderPage, OrderResponse, OrderUpdate, Reference } from "./main.js";
      export const read = (order: Order): [number, string | null | undefined] => [order.id, order.remark];
      export const customer = (order: Order): Reference<Customer> | null | undefined => order.customer;
      export const date = (order: Order): DateTime | null | undefined => order.date_created;
      export const lists = (page: OrderPage, one: OrderResponse): Order[] => [...page.data, one.data];
      export const update: OrderUpdate = { id: 1, customer: { id: 2 } };
      // @ts-expect-error the id is required
      export const invalid: OrderUpdate = { customer_id: 2 };`,
  },
  "QBench records and dates that may be null, as apispec writes them": {
    document: JSON.stringify(
      vendorDocument(({ order, schemas }) => {
        const nullable = (name: string): JsonObject => ({ anyOf: [{ type: "object", nullable: true }, ref(name)] });
        const list = schemas["ListOrderSchema.a9993e3.OrderSchemaList"];
        if (isObject(list)) list.items = nullable("ListOrderSchema.a9993e3.OrderSchema");
        const single = schemas["SingleOrderSchema.a9993e3"];
        if (isObject(single)) single.properties = { data: nullable("SingleOrderSchema.a9993e3.OrderSchema") };
        const date = { type: "string", format: "date-time", nullable: true };
        const properties = isObject(order.properties) ? order.properties : {};
        order.properties = { ...properties, date_created: { anyOf: [date, { type: "string", nullable: true }] } };
        schemas["SingleOrderSchema.a9993e3.OrderSchema"] = structuredClone(order);
      }),
    ),
    consumer: `
      import type { DateTime, Order, OrderPage, OrderResponse } from "./main.js";
      import { dateFields } from "./main.js";
      export const data = (it: OrderResponse): Order | null => it.data;
      export const list = (it: OrderPage): (Order | null)[] => it.data;
      export const id = (it: Order): number => it.id;
      export const date = (it: Order): DateTime | null | undefined => it.date_created;
      export const fields: readonly ["date_created"] = dateFields;`,
  },
  "lists with limits, descriptions and titles": {
    document: JSON.stringify(
      vendorDocument(({ schemas }) => {
        const list = "ListOrderSchema.a9993e3.OrderSchemaList";
        schemas[list] = {
          title: "OrderSchemaList",
          type: "array",
          items: ref("ListOrderSchema.a9993e3.OrderSchema"),
          minItems: 0,
        };
        schemas["UpdateOrderSchemaList.a9993e3"] = {
          ...{ type: "array", items: ref("UpdateOrderSchemaList.a9993e3.UpdateOrderSchema") },
          ...{ description: "The orders to update.", maxItems: 100, uniqueItems: true, example: [{ id: 1 }] },
        };
      }),
    ),
    consumer: `
      import type { Order, OrderPage, OrderUpdate, paths } from "./main.js";
      export const orders = (page: OrderPage): Order[] => page.data;
      export const update: OrderUpdate = { id: 1, remark: "x" };
      type Patch = paths["/qbench/api/v2/orders"]["patch"];
      export const body: Patch["requestBody"]["content"]["application/json"] = [update];`,
  },
  "a list of records that have no schema of their own": {
    document: JSON.stringify(
      vendorDocument(({ schemas }) => {
        const { "UpdateOrderSchemaList.a9993e3.UpdateOrderSchema": record } = schemas;
        schemas["UpdateOrderSchemaList.a9993e3"] = { type: "array", maxItems: 9, items: record ?? {} };
        schemas["ListOrderSchema.a9993e3.UpdateOrderSchema"] = object({ note: text });
        Object.assign(
          schemas["ListOrderSchema.a9993e3"] ?? {},
          object({
            total_pages: integer,
            data: ref("ListOrderSchema.a9993e3.OrderSchemaList"),
            last: ref("ListOrderSchema.a9993e3.UpdateOrderSchema"),
          }),
        );
      }),
    ),
    consumer: `
      import type { OrderUpdate, OrderUpdateList } from "./main.js";
      export const last: OrderUpdate = { note: "x" };
      export const list: OrderUpdateList = [{ id: 1 }];`,
  },
  "fields that are required where they are not declared": {
    document: withSchemas({
      Base: object({ name: { ...text, nullable: true }, parent: ref("Base"), code: text }, { description: "Base." }),
      Middle: { allOf: [ref("Base"), object({ size: integer })] },
      Nested: { description: "Nested.", allOf: [ref("Middle"), { type: "object", required: ["name", "size"] }] },
      Outer: { required: ["parent", "extra", "unknown"], allOf: [ref("Middle"), object({ extra: text })] },
      Either: { oneOf: [ref("Base"), object({ name: integer, code: text })] },
      OfEither: { allOf: [ref("Either"), { required: ["name"] }] },
      Sibling: { allOf: [object({ first: text }), object({ second: text }, { required: ["first"] })] },
      Nullable: { ...object({ code: text }), nullable: true },
      OfNullable: { allOf: [ref("Nullable"), object({ item: text })], required: ["code", "item"] },
    }),
    consumer: `
      import type { Nested, OfEither, OfNullable, Outer, Sibling } from "./main.js";
      export const nested: Nested = { name: null, size: 1 };
      // @ts-expect-error the name is required
      export const nameless: Nested = { size: 1 };
      // @ts-expect-error the size is required
      export const sizeless: Nested = { name: "a", code: "c" };
      export const outer: Outer = { parent: {}, extra: "e" };
      // @ts-expect-error the parent is required
      export const orphan: Outer = { extra: "e" };
      export const either: OfEither[] = [{ name: null }, { name: 1 }];
      // @ts-expect-error the name is required
      export const neither: OfEither = { code: "c" };
      export const sibling: Sibling = { first: "f" };
      // @ts-expect-error the first is required
      export const second: Sibling = { second: "s" };
      export const code = (it: OfNullable): string => it.code + it.item;`,
  },
  "nested records that may be null": {
    document: withSchemas({
      Child: child,
      Other: object({ size: integer }, { required: ["size"] }),
      Parent: object({
        any: { anyOf: [{ type: "object", nullable: true }, ref("Child")], description: "The child." },
        one: { oneOf: [ref("Child"), { nullable: true }] },
        titled: { anyOf: [{ type: "object", nullable: true, title: "Child" }, ref("Child")] },
        typed: { oneOf: [ref("Child"), { type: "null" }] },
        valued: { oneOf: [{ enum: [null] }, ref("Child")] },
        both: { anyOf: [{ type: "object", nullable: true }, ref("Child"), ref("Other")] },
        list: { type: "array", items: { anyOf: [{ type: "object", nullable: true }, ref("Child")] } },
        open: { anyOf: [{ type: "object", nullable: true }, text] },
        word: { type: ["string", "null"] },
        nothing: { type: "null" },
      }),
    }),
    consumer: `
      import type { Child, Parent } from "./main.js";
      export const names = (it: Parent): (string | undefined)[] =>
        [it.any?.name, it.one?.name, it.titled?.name, it.typed?.name, it.valued?.name, it.list?.[0]?.name];
      export const empty: Parent = { any: null, one: null, typed: null, valued: null, both: null, list: [null], word: null, nothing: null };
      export const full: Parent = { any: { name: "a" }, both: { size: 1 }, open: { x: 1 }, word: "w" };
      // @ts-expect-error no such field
      export const wrong = (it: Parent) => it.any?.nonsense;
      // @ts-expect-error the name is required
      export const child: Child = {};`,
  },
  "nested records that may be null, and references with other keywords, in OpenAPI 3.1": {
    document: withSchemas(
      {
        Child: child,
        Parent: object({ child: { anyOf: [ref("Child"), { type: "null" }] }, word: { type: ["string", "null"] } }),
        Written: { ...ref("Parent"), required: ["word"], description: "With its word." },
        Sized: { ...ref("Written"), ...object({ size: integer }, { required: ["size"] }) },
      },
      { openapi: "3.1.0" },
    ),
    consumer: `
      import type { Parent, Sized, Written } from "./main.js";
      export const name = (it: Parent): string | undefined => it.child?.name;
      export const empty: Parent = { child: null, word: null };
      export const sized: Sized = { size: 1, word: null };
      // @ts-expect-error the word is required
      export const wordless: Written = { child: null };`,
  },
  "unions with a discriminator that are parts of other schemas": {
    document: withSchemas({
      ...{ Cat: cat, Dog: dog, Pet: { oneOf: pets, ...pet }, AnyPet: { anyOf: pets, ...pet }, Alias: ref("Pet") },
      Owned: { allOf: [ref("Pet"), object({ owner: text }, { required: ["owner"] })] },
      Inline: { allOf: [object({ owner: text }), { oneOf: pets, ...pet }] },
      Aliased: { allOf: [ref("Alias"), object({ owner: text })] },
      OfAny: { allOf: [ref("AnyPet")], description: "One of the pets." },
      Twice: { allOf: [ref("Owned"), object({ age: integer })] },
      Beside: { ...object({ owner: text }), anyOf: pets, ...pet },
    }),
    consumer: `
      import type { Aliased, Beside, Inline, OfAny, Owned, Twice } from "./main.js";
      type Any = Aliased | Beside | Inline | OfAny | Owned | Twice;
      export const meows = (it: Any): boolean | undefined => (it.kind === "cat" ? it.meows : it.barks);
      export const inline = (it: Inline): boolean | undefined => (it.kind === "cat" ? it.meows : it.barks);
      export const beside = (it: Beside): string | undefined => (it.kind === "dog" ? it.owner : undefined);
      export const owned: Owned = { kind: "cat", meows: true, owner: "me" };
      export const twice: Twice = { kind: "dog", barks: true, owner: "me", age: 3 };
      // @ts-expect-error no such kind
      export const bird: Owned = { kind: "bird", owner: "me" };
      // @ts-expect-error the owner is required
      export const stray: Owned = { kind: "cat" };`,
  },
  "alternatives beside fields": {
    document: withSchemas({
      A: object({ a: text }, { required: ["a"] }),
      B: object({ b: text }, { required: ["b"] }),
      Mixed: { ...object({ id: integer }, { required: ["id"] }), anyOf: [ref("A"), ref("B")] },
      Contact: object(
        { mail: text, phone: text, name: text },
        { required: ["name"], anyOf: [{ required: ["mail"] }, { required: ["phone"] }] },
      ),
    }),
    consumer: `
      import type { Contact, Mixed } from "./main.js";
      export const id = (it: Mixed): number => it.id;
      export const mixed: Mixed = { id: 1, b: "b" };
      // @ts-expect-error one of the alternatives is required
      export const neither: Mixed = { id: 1 };
      export const contact = (it: Contact): string => it.name + it.mail;
      export const reachable: Contact[] = [{ name: "n", mail: "m" }, { name: "n", phone: "p" }];
      // @ts-expect-error a mail or a phone is required
      export const unreachable: Contact = { name: "n" };
      // @ts-expect-error the name is required
      export const nameless: Contact = { mail: "m" };`,
  },
  "fields that only requests or only responses have": {
    document: JSON.stringify({
      ...JSON.parse(withSchemas({ Read: hidden, Written: hidden, Both: hidden })),
      paths: {
        "/all": {
          post: {
            requestBody: {
              content: { "application/json": { schema: object({ it: ref("Written"), both: ref("Both") }) } },
            },
            responses: ok(object({ it: ref("Read"), both: ref("Both") })),
          },
        },
      },
    }),
    consumer: `
      import type { Both, Read, Written } from "./main.js";
      export const written: Written = { password: "p", nested: { password: "p" } };
      export const read: Read = { id: 1, nested: { id: 1 } };
      export const both: Both = { id: 1, password: "p", nested: {} as Both["nested"] };`,
  },
  "schemas that are named like types of generated code": {
    document: withSchemas(
      Object.fromEntries(
        "ArgumentsOf CustomFields Link MethodTypes OneOf Readonly Record Reference Resources Signatures WriteArgumentsOf"
          .split(" ")
          .map(name => [name, child]),
      ),
    ),
    consumer: `
      import type { components } from "./main.js";
      export const names = (it: components["schemas"]): string => it.WriteArgumentsOf.name + it.MethodTypes.name;`,
  },
  "media types of JSON with parameters": {
    document: JSON.stringify(vendorDocument()).replaceAll("application/json", "application/json; charset=utf-8"),
    consumer: `
      import type { Order, OrderPage, Resources, paths } from "./main.js";
      type List = paths["/qbench/api/v2/orders"]["get"]["responses"][200]["content"]["application/json"];
      export const data = (page: List & OrderPage): Order[] => page.data;
      export const returns = (it: Resources): "page" => it.orders.list.returns;`,
  },
  "bodies of Swagger 2.0 that operations share": {
    document: swagger(
      {
        "/pets": {
          parameters: [{ $ref: "#/parameters/Body" }, { $ref: "#/parameters/Page" }],
          post: { operationId: "add", responses: noContent },
          put: {
            operationId: "put",
            parameters: [{ in: "body", name: "other", schema: { $ref: "#/definitions/Name" } }],
            responses: noContent,
          },
        },
        "/photos": {
          parameters: [{ in: "formData", name: "album", type: "integer", required: true }],
          post: {
            operationId: "upload",
            consumes: ["multipart/form-data"],
            parameters: [{ $ref: "#/parameters/File" }, { in: "formData", name: "title", type: "string" }],
            responses: noContent,
          },
        },
      },
      {
        consumes: ["application/json"],
        parameters: {
          Body: { in: "body", name: "body", required: true, schema: { $ref: "#/definitions/Pet" } },
          File: { in: "formData", name: "file", type: "file", required: true },
          Page: { in: "query", name: "page", type: "integer" },
        },
        definitions: { Pet: object({ kind: { ...text, "x-nullable": true } }), Name: text },
      },
    ),
    consumer: `
      import type { paths } from "./main.js";
      type Body<T extends { requestBody?: { content: unknown } }> = NonNullable<T["requestBody"]>["content"];
      export const post: Body<paths["/pets"]["post"]> = { "application/json": { kind: null } };
      export const put: Body<paths["/pets"]["put"]> = { "application/json": "name" };
      export const form: Body<paths["/photos"]["post"]> = {
        "multipart/form-data": { album: 1, file: "", title: "t" },
      };
      export const page: paths["/pets"]["parameters"]["query"] = { page: 1 };
      // @ts-expect-error the body is required
      export const none: paths["/pets"]["post"]["requestBody"] = undefined;
      // @ts-expect-error the file is required
      export const fileless: Body<paths["/photos"]["post"]> = { "multipart/form-data": { album: 1, title: "t" } };
      // @ts-expect-error the album, which the path declares, is required
      export const loose: Body<paths["/photos"]["post"]> = { "multipart/form-data": { file: "" } };`,
  },
  "examples, defaults and extensions that look like schemas": {
    document: withSchemas(
      {
        Target: object({ x: integer }),
        Thing: object(
          {
            example: ref("Target"),
            default: ref("Target"),
            "x-field": ref("Target"),
            enum: object({ $ref: text, properties: object({ examples: ref("Target") }) }),
            meta: { type: "object", default: { $ref: "defaults.json", $id: "same" }, "x-meta": { $ref: "meta.json" } },
          },
          {
            example: { $id: "same", $ref: "#/nowhere", discriminator: { propertyName: "a", mapping: { a: "b" } } },
            "x-more": { $ref: "#/components/schemas/Gone" },
          },
        ),
      },
      {
        paths: {
          "/all": {
            post: {
              responses: {
                200: {
                  description: "OK",
                  content: {
                    "application/json": {
                      schema: ref("Thing"),
                      examples: { one: { $ref: "./example.json" }, two: { value: { $ref: "#/nowhere" } } },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ),
    consumer: `
      import type { Thing } from "./main.js";
      export const numbers = (it: Thing): (number | undefined)[] =>
        [it.example?.x, it.default?.x, it["x-field"]?.x, it.enum?.properties?.examples?.x];`,
  },
  "headers and parameters that are named like extensions": {
    document: withSchemas(
      { "order-id": { type: "null" } },
      {
        paths: {
          "/all": {
            get: {
              parameters: [{ $ref: "#/components/parameters/x-order" }],
              responses: { 200: { description: "OK", headers: { "x-last": { schema: ref("order-id") } } } },
            },
          },
        },
      },
    ).replace(
      '"components":{',
      `"components":{"parameters":{"x-order":{"name":"x-order","in":"header","schema":${JSON.stringify(ref("order-id"))}}},`,
    ),
    consumer: `
      import type { OrderId, paths } from "./main.js";
      type Get = paths["/all"]["get"];
      export const sent: Get["parameters"]["header"] = { "x-order": null };
      export const last = (headers: Get["responses"][200]["headers"]): OrderId | undefined => headers["x-last"];`,
  },
  "names outside of ASCII": {
    document: withSchemas(
      {
        "Probe Größe": object({ größe: integer }),
        Заказ: object({ проба: { $ref: "#/components/schemas/Probe%20Gr%C3%B6%C3%9Fe" } }),
        訂單: object({ заказ: { $ref: "#/components/schemas/Заказ" } }),
        "🚀": object({ fuel: text }),
      },
      {
        paths: {
          "/größe/{größe}": {
            post: {
              parameters: [{ $ref: "#/components/parameters/gr%C3%B6%C3%9Fe" }],
              responses: ok({ oneOf: [ref("訂單"), ref("🚀")] }),
            },
          },
        },
      },
    ).replace(
      '"components":{',
      '"components":{"parameters":{"größe":{"name":"größe","in":"path","required":true,"schema":{"type":"string"}}},',
    ),
    consumer: `
      import type { ProbeGröße, Заказ, 訂單, Schema } from "./main.js";
      export const size = (it: 訂單): number | undefined => it.заказ?.проба?.größe;
      export const parts: [ProbeGröße, Заказ, Schema] = [{ größe: 1 }, {}, { fuel: "f" }];`,
  },
  "names outside of ASCII in OpenAPI 3.1": {
    document: withSchemas({ Größe: object({ a: text }), Maß: ref("Größe") }, { openapi: "3.1.1" }),
    consumer: `
      import type { Größe, Maß } from "./main.js";
      export const same = (it: Größe): Maß => it;`,
  },
  "merge keys and many aliases of YAML": {
    document: `
openapi: 3.0
info: { title: YAML, version: "1" }
x-texts: &texts { first: &text { type: string }, second: *text }
x-base: &base { type: object, required: [id] }
paths: { /all: { get: { responses: { "200": { description: OK, content: { application/json: { schema: { $ref: "#/components/schemas/Many" } } } } } } } }
components:
  schemas:
    Merged: { <<: *base, properties: { <<: *texts, id: { type: integer }, second: { type: integer } } }
    Many: { type: object, properties: { merged: { $ref: "#/components/schemas/Merged" }, ${Array.from({ length: 500 }, (_, index) => `p${index}: *text`).join(", ")} } }
`,
    consumer: `
      import type { Many, Merged } from "./main.js";
      export const last = (it: Many): string | undefined => it.p499;
      export const merged: Merged = { id: 1, first: "a", second: 2 };
      // @ts-expect-error the id is required
      export const without: Merged = { first: "a" };`,
  },
  "a schema of another vendor that is named like one of QBench": {
    document: withSchemas({ Attachment: object({ file: text }), Test: object({ worksheet_data: object({}) }) }),
    consumer: `
      import type { Attachment } from "./main.js";
      // @ts-expect-error this API has no such field
      export const attachment: Attachment = { upload_url: "x" };`,
  },
};

const given = join(repository, "../shared/cases/documents");
if (!existsSync(given)) console.log("Skipped: the documents in ../shared/cases/documents");
const consumerOf = (name: string): string => join(given, `${name}.consumer.ts`);
for (const file of globSync("*.{json,yaml}", { cwd: given })) {
  const name = basename(file, extname(file));
  const program = existsSync(consumerOf(name)) ? await readFile(consumerOf(name), "utf8") : "";
  // The program is older than closed records, which reject fields that neither the document nor the service declares.
  const consumer = program.replaceAll(/^.*\["my_custom_field"\].*$/gm, "// @ts-expect-error an undeclared field\n$&");
  cases[`the given document ${name}`] = { document: await readFile(join(given, file), "utf8"), consumer };
}
const titles = Object.keys(cases);

let root = "";
let errors: string[] = [];

/** Compiles all programs in one run of the compiler. */
beforeAll(async () => {
  root = await mkdtemp(join(import.meta.dirname, "chain-"));
  const options = await readQBenchOptions(repository);
  for (const [index, { document, consumer }] of Object.values(cases).entries()) {
    const folder = join(root, `case-${index}`);
    await mkdir(folder);
    await cp(join(repository, "packages/types/src/common"), join(folder, "common"), { recursive: true });
    const normalised = normaliseDocument(parseDocument(document, `case-${index}`), options).document;
    await validateDocument(normalised, `case-${index}`);
    await writeFile(join(folder, "main.ts"), await generateTypes("main", normalised));
    await writeFile(join(folder, "consumer.ts"), consumer);
  }
  const compilerOptions = { noEmit: true, isolatedDeclarations: false, skipLibCheck: false };
  errors = await compile(root, { extends: "../../../tsconfig.base.json", compilerOptions, include: ["."] });
  // An error outside of the cases, such as one in the settings of the compiler, would hide all others.
  expect(errors.filter(line => !/^\s|case-\d+\//.test(line))).toEqual([]);
}, 120_000);

afterAll(() => rm(root, { recursive: true }));

describe("A program that uses the generated types", () => {
  it.each(titles.map((title, index) => [title, index] as const))(
    "a program compiles with the types of %s",
    (_, index) => {
      expect(errors.filter(line => line.includes(`case-${index}/`))).toEqual([]);
    },
  );
});
