import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildDocument } from "@qbench-sdk/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { readOverlays, readQBenchOptions } from "../clients/read-overlays.ts";
import { byCodeUnit, get, isObject, type Json, type JsonObject, mapValues } from "../document/model/json.ts";
import { countOperations, listOperations } from "../document/model/operations.ts";
import { schemasOf, withSchemas } from "../document/model/references.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { formatDocument } from "../document/normalise/sort-document.ts";
import { validateDocument } from "../document/read/validate-document.ts";
import { generateTypes } from "../types/generate-types.ts";
import { repository } from "./support/repository.ts";
import { ok, ref, vendorDocument } from "./support/vendor-document.ts";

const published = join(repository, "../shared/qbench-v2/published-openapi.json");
const present = existsSync(published);
if (!present) console.log("Skipped: a published QBench document at ../shared/qbench-v2/published-openapi.json");

const options = await readQBenchOptions(repository);
const normalise = (document: JsonObject) => normaliseDocument(document, options).document;

const schema = (document: JsonObject, name: string): Json | undefined => get(schemasOf(document), name);
const property = (document: JsonObject, name: string, key: string): Json | undefined =>
  get(get(schema(document, name), "properties"), key);
const nullable = (name: string): JsonObject => ({ allOf: [ref(name)], nullable: true });

describe("Names", () => {
  it("schemas get the names that a person would choose, and copies are merged", () => {
    expect(Object.keys(schemasOf(normalise(vendorDocument())))).toEqual([
      "Customer",
      "CustomerLink",
      "CustomerPage",
      "CustomerReference",
      "DateOnly",
      "DateTime",
      "Order",
      "OrderFilter",
      "OrderPage",
      "OrderResponse",
      "OrderUpdate",
      "Paging",
      "RecordLink",
      "RecordReference",
    ]);
  });

  it("the schema of a single record's response keeps a name that different schemas claim", () => {
    const document = normalise(
      vendorDocument(({ schemas }) => {
        const listed = schemas["ListOrderSchema.a9993e3.OrderSchema"];
        if (isObject(listed)) schemas["ListOrderSchema.a9993e3.OrderSchema"] = { ...listed, description: "In short" };
      }),
    );
    expect(get(schema(document, "OrderInOrderPage"), "description")).toBe("In short");
    expect(get(schema(document, "Order"), "description")).toBeUndefined();
  });

  it("equal schemas of different entities are not merged", () => {
    const document = normalise(
      vendorDocument(({ order, schemas }) => {
        for (const name of ["ListOrder", "SingleOrder"]) {
          schemas[`${name}Schema.a9993e3.OrderSchema`] = structuredClone(
            schemas["ListCustomerSchema.a9993e3.CustomerSchema"] ?? order,
          );
        }
      }),
    );
    expect(schema(document, "Order")).toBeDefined();
    expect(schema(document, "Customer")).toBeDefined();
  });

  it.each([
    ["get", "/qbench/api/v2/things", true, "listThings"],
    ["get", "/qbench/api/v2/things/{thing_id}", false, "getThing"],
    ["post", "/qbench/api/v2/things", false, "createThings"],
    ["patch", "/qbench/api/v2/things", false, "updateThings"],
    ["delete", "/qbench/api/v2/things/{thing_id}", false, "deleteThing"],
    ["get", "/qbench/api/v2/things/{thing_id}/sub-things", true, "listThingSubThings"],
    ["post", "/qbench/api/v2/things/publish", false, "publishThings"],
    ["post", "/qbench/api/v2/things/{thing_id}/send-email", false, "sendThingEmail"],
    ["post", "/qbench/api/v2/things/{thing_id}/sync", false, "syncThing"],
    ["get", "/qbench/api/v2/things/{thing_id}/worksheet/data", false, "getThingWorksheetData"],
    ["get", "/qbench/api/v2/batches/{batch_id}/children", true, "listBatchChildren"],
  ])("the id of an operation follows from its method and path: %s %s", (method, path, isList, id) => {
    const parameters = isList ? [{ name: "page_num", in: "query", schema: { type: "integer" } }] : [];
    const document = normalise(
      vendorDocument(({ paths }) => {
        paths[path] = { [method]: { parameters, responses: { 204: { description: "No Content" } } } };
      }),
    );
    expect(get(get(get(document.paths, path), method), "operationId")).toBe(id);
  });

  it("ids that the vendor chose stay, and equal ids are made different", () => {
    const responses = { 204: { description: "No Content" } };
    const document = normalise(
      vendorDocument(({ paths }) => {
        paths["/qbench/api/v2/a"] = { get: { operationId: "chosen", responses } };
        paths["/qbench/api/v2/things/{id}"] = { get: { responses } };
        paths["/qbench/api/v2/things/{id}/{other}"] = { get: { responses } };
      }),
    );
    const ids = listOperations(document).map(({ operation }) => operation.operationId);
    expect(ids).toContain("chosen");
    // The shortest path keeps the name, so that paths added below it rename no call.
    expect(ids).toEqual(expect.arrayContaining(["getThing", "getThingsByIdByOther"]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("names stay the same if the vendor adds an endpoint", () => {
    const before = normalise(vendorDocument());
    const after = normalise(
      vendorDocument(({ paths, schemas }) => {
        schemas["SingleCustomerSchema.a9993e3.CustomerSchema"] = structuredClone(
          schemas["ListCustomerSchema.a9993e3.CustomerSchema"] ?? {},
        );
        paths["/qbench/api/v2/customers/{customer_id}"] = {
          get: {
            responses: ok({ type: "object", properties: { data: ref("SingleCustomerSchema.a9993e3.CustomerSchema") } }),
          },
        };
      }),
    );
    expect(Object.keys(schemasOf(after))).toEqual(Object.keys(schemasOf(before)));
  });
});

describe("Additions of the vendor", () => {
  const list = (entity: string, ...filters: string[]): JsonObject => ({
    get: {
      parameters: ["page_num", "page_size", ...filters].map(name => ({
        name,
        in: "query",
        schema: { type: "string" },
      })),
      responses: ok(ref(`List${entity}Schema.a9993e3`)),
    },
  });

  it("a new list does not take the filter's name from the list that is named after the entity", () => {
    const before = normalise(vendorDocument());
    const after = normalise(
      vendorDocument(({ paths }) => {
        paths["/qbench/api/v2/archive"] = list("Order", "older_than");
      }),
    );
    expect(schema(after, "OrderFilter")).toEqual(schema(before, "OrderFilter"));
    expect(property(after, "ListArchiveFilter", "older_than")).toBeDefined();
  });

  it("a new operation does not take the id of the operation whose path has a parameter", () => {
    const document = normalise(
      vendorDocument(({ paths }) => {
        paths["/qbench/api/v2/order"] = { get: { responses: { 204: { description: "No Content" } } } };
      }),
    );
    const { operationId } = Object(get(get(document.paths, "/qbench/api/v2/orders/{order_id}"), "get"));
    expect(operationId).toBe("getOrder");
  });

  it("a new field does not change which schema keeps a name", () => {
    const tag = (name: string, ...fields: string[]): JsonObject => ({
      [`${name}.a9993e3.TagSchema`]: {
        type: "object",
        properties: Object.fromEntries(fields.map(field => [field, { type: "string" }])),
      },
    });
    const withTags = (...fields: string[]) =>
      normalise(
        vendorDocument(({ order, schemas }) => {
          Object.assign(schemas, tag("AThing", "p"), tag("BThing", "m", ...fields));
          const properties = get(order, "properties");
          if (isObject(properties))
            Object.assign(properties, { one: ref("AThing.a9993e3.TagSchema"), two: ref("BThing.a9993e3.TagSchema") });
          // The copy in the other response has the same fields.
          schemas["SingleOrderSchema.a9993e3.OrderSchema"] = structuredClone(order);
        }),
      );
    expect(property(withTags("a"), "Tag", "p")).toBeDefined();
    expect(property(withTags(), "Tag", "p")).toBeDefined();
  });

  it("our own schemas do not replace the vendor's schemas with the same names", () => {
    const own: JsonObject = { type: "object", properties: { mine: { type: "string" } } };
    const document = normalise(
      vendorDocument(({ schemas, paths }) => {
        Object.assign(schemas, { OrderFilter: own, CustomerReference: own });
        paths["/qbench/api/v2/filters"] = {
          get: {
            responses: ok({ type: "object", properties: { a: ref("OrderFilter"), b: ref("CustomerReference") } }),
          },
        };
      }),
    );
    expect(property(document, "OrderFilter", "mine")).toBeDefined();
    expect(property(document, "CustomerReference", "mine")).toBeDefined();
    expect(property(document, "ListOrdersFilter", "remark")).toBeDefined();
    expect(property(document, "Order", "customer")).toEqual(nullable("ReferenceToCustomer"));
  });
});

describe("Secrets", () => {
  const parts = (header: string): string =>
    [header, '{"sub":"a"}', "signature-signature"].map(text => Buffer.from(text).toString("base64url")).join(".");

  it.each([
    ["a signed token", parts('{"alg":"HS256","typ":"JWT"}')],
    ["a token with white space in its header", parts('{\t"typ": "JWT", "alg": "HS256" }')],
    ["an encrypted token without its own key", `${Buffer.from('{"alg":"dir"}').toString("base64url")}..aaaa.bbbb.cccc`],
    ["a secret that is encoded for an address", encodeURIComponent("a secret & more of it")],
  ])("the pipeline removes %s", (_, token) => {
    const document = vendorDocument();
    document.info = { title: "QBench", version: "1", description: `Use ${token} today` };
    const { document: result } = normaliseDocument(document, { ...options, secrets: ["a secret & more of it"] });
    expect(get(result.info, "description")).toBe("Use [removed] today");
  });

  const secret = "S3cret/Key+of_the-Test~";
  const encoded = (encoding: BufferEncoding, text = secret): string => Buffer.from(text).toString(encoding);

  it.each([
    ["in upper case", secret.toUpperCase()],
    ["encoded for an address, in lower case", encodeURIComponent(secret).toLowerCase()],
    ["encoded as a form", new URLSearchParams({ a: secret }).toString().slice(2)],
    ["escaped as in JSON", secret.replaceAll("/", "\\/")],
    ["in base64", encoded("base64")],
    ["in base64url", encoded("base64url")],
    ["in base64 that is encoded for an address", encodeURIComponent(encoded("base64", `xy${secret}`))],
    ["in hex", encoded("hex")],
    ["in upper-case hex", encoded("hex").toUpperCase()],
    ["in hex after another digit", `xa${encoded("hex")}`],
    ["in base64 of its lower case", encoded("base64", secret.toLowerCase())],
    ["in the credentials of a Basic header", encoded("base64", `client-id:${secret}`)],
    ["in the credentials of OAuth, which are encoded first", encoded("base64", `id:${encodeURIComponent(secret)}`)],
    ["in base64 after another text", encoded("base64", `client_secret=${secret}&grant=x`)],
  ])("the pipeline removes the client secret %s", (_, text) => {
    const document = vendorDocument(({ schemas }) => {
      schemas.Form = { type: "object", properties: { basic: { type: "string", example: `Basic ${text}` } } };
      schemas[`Key ${text}`] = { type: "string" };
    });
    document.info = { title: "QBench", version: "1", description: `See https://lab.example/${text}?a=b` };
    const result = normaliseDocument(document, { secrets: [secret] }).document;
    expect(JSON.stringify(result)).not.toContain(text);
    expect(get(result.info, "description")).toMatch(/^See https?:.*\[removed\]\?a=b$/);
  });

  it("the pipeline removes a short secret only where it is the whole text", () => {
    const document = vendorDocument();
    document.info = { title: "TEST", version: "1", description: "A test of dGVzdA==" };
    const { info } = normaliseDocument(document, { secrets: ["test"] }).document;
    expect(info).toMatchObject({ title: "[removed]", description: "A test of dGVzdA==" });
  });

  it("the pipeline keeps text that only looks like a token", () => {
    const document = vendorDocument();
    document.info = { title: "QBench", version: "1", description: "See configuration.settings.tokens.example" };
    expect(get(normalise(document).info, "description")).toContain("configuration.settings.tokens.example");
  });
});

describe("Corrections of the vendor's document", () => {
  const document = normalise(vendorDocument());

  it("fields of responses and of updates may be null except the id, and other requests stay as declared", () => {
    expect(property(document, "Order", "remark")).toEqual({ type: "string", maxLength: 40, nullable: true });
    expect(property(document, "Order", "id")).toEqual({ type: "integer" });
    expect(get(schema(document, "Order"), "required")).toEqual(["id"]);
    expect(property(document, "OrderUpdate", "remark")).toEqual({ type: "string", maxLength: 40, nullable: true });
    expect(property(document, "OrderUpdate", "id")).toEqual({ type: "integer" });
    expect(property(document, "OrderPage", "total_pages")).not.toHaveProperty("nullable");
  });

  it("relations and lists of relations are typed by their names, and other objects stay", () => {
    expect(property(document, "Order", "customer")).toEqual(nullable("CustomerReference"));
    expect(property(document, "Order", "owner")).toEqual(nullable("RecordReference"));
    expect(property(document, "Order", "customers")).toEqual({
      type: "array",
      items: ref("CustomerReference"),
      nullable: true,
    });
    expect(property(document, "Order", "settings")).toEqual({ type: "object", nullable: true });
    expect(property(document, "OrderUpdate", "customer")).toEqual(nullable("CustomerLink"));
    expect(schema(document, "CustomerLink")).toMatchObject({ "x-link": "Customer", required: ["id"] });
    expect(schema(document, "CustomerReference")).toMatchObject({ "x-reference": "Customer" });
  });

  it("the items of a list of relations may be null, if the document says so", () => {
    const items = { type: "object", nullable: true, description: "A customer." };
    const document = normalise(
      vendorDocument(({ order, schemas }) => {
        Object.assign(order.properties ?? {}, { customers: { type: "array", items } });
        schemas["SingleOrderSchema.a9993e3.OrderSchema"] = structuredClone(order);
      }),
    );
    const customers = { ...nullable("CustomerReference"), description: "A customer." };
    expect(get(property(document, "Order", "customers"), "items")).toEqual(customers);
  });

  it("an overlay can set the entity of a relation", () => {
    const actions = [
      { line: 1, target: "$.components.schemas.*.properties['owner']", update: { "x-entity": "Customer" } },
    ];
    const corrected = normaliseDocument(vendorDocument(), {
      overlays: [{ file: "here", isForQBench: true, actions }],
    }).document;
    expect(property(corrected, "Order", "owner")).toMatchObject(nullable("CustomerReference"));
  });

  it("records have only declared fields, and an overlay declares a custom field for responses and requests", () => {
    for (const name of ["Order", "OrderUpdate", "CustomerLink"]) {
      expect(schema(document, name)).not.toHaveProperty("additionalProperties");
    }
    const target = "$.components.schemas['Order','OrderUpdate'].properties";
    const actions = [{ line: 1, target, update: { purchase_order: { type: "string" } } }];
    const own = normaliseDocument(vendorDocument(), {
      overlays: [{ file: "here", isForQBench: true, actions }],
    }).document;
    expect(property(own, "Order", "purchase_order")).toEqual({ type: "string", nullable: true });
    expect(property(own, "OrderUpdate", "purchase_order")).toEqual({ type: "string", nullable: true });
  });

  it.each([true, {}, { type: "string" }])(
    "records are closed although they declare additional fields as %j",
    async open => {
      const document = normalise(
        vendorDocument(({ order, schemas }) => {
          order.additionalProperties = open;
          Object.assign(schemas["SingleOrderSchema.a9993e3.OrderSchema"] ?? {}, { additionalProperties: open });
          Object.assign(schemas["UpdateOrderSchemaList.a9993e3.UpdateOrderSchema"] ?? {}, {
            additionalProperties: open,
          });
        }),
      );
      const types = await generateTypes("main", document);
      expect(types).toContain("export interface Order extends OrderFields {");
      expect(types).toContain("export interface OrderUpdate extends CustomFields<Order, OrderFields> {");
      expect(types).not.toContain("[key: string]: unknown");
    },
  );

  it("a composed record has neither the texts of its shared parts nor their ban on other fields", () => {
    const compose = (order: JsonObject): JsonObject => ({ allOf: [ref("AuditSchema"), structuredClone(order)] });
    const document = normalise(
      vendorDocument(({ order, schemas }) => {
        const field = { type: "string" };
        schemas.AuditSchema = { description: "Audit.", additionalProperties: false, properties: { by: field } };
        schemas["ListOrderSchema.a9993e3.OrderSchema"] = compose(order);
        schemas["SingleOrderSchema.a9993e3.OrderSchema"] = compose(order);
        schemas.MapSchema = { allOf: [ref("AuditSchema"), { additionalProperties: field, properties: { a: field } }] };
        Object.assign(get(schemas["SingleOrderSchema.a9993e3"], "properties") ?? {}, { map: ref("MapSchema") });
      }),
    );
    const order = schema(document, "Order");
    expect([get(order, "description"), get(order, "additionalProperties")]).toEqual([undefined, undefined]);
    expect(property(document, "Order", "by")).toBeDefined();
    expect(get(schema(document, "Map"), "additionalProperties")).toEqual({ type: "string" });
  });

  it("a record that is composed of itself only is rejected", async () => {
    const document = normalise(
      vendorDocument(({ schemas }) => {
        const name = "ListOrderSchema.a9993e3.OrderSchema";
        schemas[name] = { allOf: [ref(name), { properties: { id: { type: "integer" } } }] };
      }),
    );
    await expect(validateDocument(document, "the document")).rejects.toThrow("consists only of itself");
  });

  it("dates are typed by their family, in records and in filters", () => {
    expect(property(document, "Order", "date_created")).toEqual(nullable("DateTime"));
    expect(property(document, "OrderFilter", "date_created_start")).toEqual({
      allOf: [ref("DateOnly")],
      description: "From this day on.",
    });
  });

  it("operations declare 401 and require their body", () => {
    const operations = get(document.paths, "/qbench/api/v2/orders");
    expect(get(get(get(operations, "get"), "responses"), "401")).toEqual({
      $ref: "#/components/responses/Unauthorized",
    });
    expect(get(get(get(operations, "patch"), "requestBody"), "required")).toBe(true);
  });
});

describe("Overlays", () => {
  const overlay = (text: string, folder = "overlays") => ({ file: `openapi/${folder}/lab.yaml`, text });
  /** Reads overlays as a pull does, and applies them to a document. */
  async function apply(document: JsonObject, ...files: { file: string; text: string }[]) {
    const root = await mkdtemp(join(tmpdir(), "qbench-"));
    onTestFinished(() => rm(root, { recursive: true }));
    for (const { file, text } of files) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), `overlay: 1.0.0\ninfo: { title: Lab, version: 1.0.0 }\nactions:\n${text}`);
    }
    const result = normaliseDocument(document, { names: options.names, overlays: await readOverlays(root, "main") });
    await validateDocument(result.document, "the document");
    return { ...result, findings: result.findings.map(({ what }) => what).filter(what => what.includes("action")) };
  }
  const field = (name: string, schema: string): string =>
    `  - target: $.components.schemas.Order.properties\n    update: { ${name}: ${schema} }\n`;

  it("an action whose target is missing is reported with its file and line", async () => {
    const missing = "  - target: $.components.schemas.Gone\n    update: { title: Gone }\n";
    const { document, findings } = await apply(
      vendorDocument(),
      overlay(`${missing}${field("x_a", "{ type: string }")}${missing}`),
    );
    expect(property(document, "Order", "x_a")).toEqual({ type: "string", nullable: true });
    expect(findings).toEqual([
      "actions applied from openapi/overlays/lab.yaml, of 3",
      "actions without a target, at openapi/overlays/lab.yaml:4, :8",
    ]);
  });

  it("an action whose reference is missing is skipped, and so is one that refers to what it would have added", async () => {
    const added =
      "  - target: $.components.schemas\n    update: { Added: { type: object, properties: { a: { $ref: '#/components/schemas/Renamed' } } } }\n";
    const uses = field("x_added", "{ $ref: '#/components/schemas/Added' }");
    const { document, findings } = await apply(
      vendorDocument(),
      overlay(`${added}${uses}${field("x_b", "{ type: string }")}`),
    );
    expect(property(document, "Order", "x_added")).toBeUndefined();
    expect(property(document, "Order", "x_b")).toBeDefined();
    expect(findings).toEqual([
      "actions applied from openapi/overlays/lab.yaml, of 1",
      "action skipped at openapi/overlays/lab.yaml:6, because the document does not have #/components/schemas/Added",
      "action skipped at openapi/overlays/lab.yaml:4, because the document does not have #/components/schemas/Renamed",
    ]);
  });

  it("an action may refer to schemas that only a later action or a later step adds", async () => {
    const text = `${field("x_date", "{ $ref: '#/components/schemas/DateTime' }")}${field("x_late", "{ $ref: '#/components/schemas/Late' }")}  - target: $.components.schemas\n    update: { Late: { type: string } }\n`;
    const { document, findings } = await apply(vendorDocument(), overlay(text));
    expect(property(document, "Order", "x_date")).toEqual(nullable("DateTime"));
    expect(property(document, "Order", "x_late")).toEqual(nullable("Late"));
    expect(findings).toEqual(["actions applied from openapi/overlays/lab.yaml, of 3"]);
  });

  const day = { name: "day", in: "query", schema: { type: "string" } };
  const addsDay =
    "  - target: $.paths.*.get.parameters\n    update: [{ name: day, in: query, schema: { type: string } }]\n";
  const changesFirst = "  - target: $.paths['/a'].get.parameters[0].schema\n    update: { format: date }\n";
  const operation = (parameters: Json[]) => ({ parameters, responses: { 200: { description: "OK" } } });
  const twoOperations = (first: Json[], second: Json[]): JsonObject => ({
    openapi: "3.0.3",
    info: { title: "Other", version: "1" },
    paths: { "/a": { get: operation(first) }, "/b": { get: operation(second) } },
  });
  const parametersOf = (document: JsonObject) =>
    ["/a", "/b"].map(path => get(get(get(document.paths, path), "get"), "parameters"));

  it("an entry that an action adds to several lists can be changed in one of them", async () => {
    const { document } = await apply(twoOperations([], []), overlay(`${addsDay}${changesFirst}`, "overlays/main"));
    expect(parametersOf(document)).toEqual([[{ ...day, schema: { type: "string", format: "date" } }], [day]]);
  });

  it("an action changes only its target, although the document has an alias of it elsewhere", async () => {
    const shared = [day];
    const { document } = await apply(twoOperations(shared, shared), overlay(changesFirst, "overlays/main"));
    expect(parametersOf(document)).toEqual([[{ ...day, schema: { type: "string", format: "date" } }], [day]]);
  });

  it("a schema that the vendor renamed does not fail the overlay for QBench", async () => {
    const text = JSON.stringify(buildDocument()).replaceAll("AuthenticationSchema", "TokenExchangeSchema");
    const { document, findings } = normaliseDocument(JSON.parse(text), options);
    await validateDocument(document, "the document");
    expect(findings.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^action skipped at openapi\/overlays\/qbench\.yaml:\d+, .*schemas\/TokenRequest$/),
    );
    expect(schema(document, "TokenResponse")).toBeDefined();
  });

  it("overlays for all clients correct QBench's documents only, and those of a client any document", async () => {
    const foreign: JsonObject = {
      openapi: "3.0.3",
      info: { title: "Other", version: "1" },
      paths: { "/orders": { get: { responses: ok(ref("Order")) } } },
      components: { schemas: { Order: { type: "object", properties: {} } } },
    };
    const files = [
      overlay(field("ours", "{ type: string }")),
      overlay(field("own", "{ type: string }"), "overlays/main"),
    ];
    const { document } = await apply(foreign, ...files);
    expect(property(document, "Order", "ours")).toBeUndefined();
    expect(property(document, "Order", "own")).toBeDefined();
    const { document: qbench } = await apply(vendorDocument(), ...files);
    expect(property(qbench, "Order", "ours")).toBeDefined();
    expect(property(qbench, "Order", "own")).toBeDefined();
  });

  it("an action is skipped if a field that is named like a keyword has a reference that is missing", async () => {
    const text = `${field("default", "{ $ref: '#/components/schemas/Gone' }")}${field("x_b", "{ type: string }")}`;
    const { document, findings } = await apply(vendorDocument(), overlay(text));
    expect(property(document, "Order", "x_b")).toBeDefined();
    expect(findings).toContain(
      "action skipped at openapi/overlays/lab.yaml:4, because the document does not have #/components/schemas/Gone",
    );
  });

  it.each([
    ["  - target: $.info\n", 'does nothing. Add "update" or "remove".'],
    ["  - target: $.info\n    update:\n", 'has an empty "update". Add the content, or remove the action.'],
    [
      "  - target: $.components.schemas.Order.properties\n    update: { customer: { $ref: Customer } }\n",
      'refers to "Customer". Write it as "#/components/schemas/Name".',
    ],
  ])("the action %j is rejected with its file and line", async (text, message) => {
    await expect(apply(vendorDocument(), overlay(text))).rejects.toThrow(
      `openapi/overlays/lab.yaml:4: the action ${message}`,
    );
  });
});

describe("The normalized document", () => {
  const documents: [string, () => Promise<JsonObject>][] = [
    ["a small document", async () => vendorDocument()],
    ["the built-in document", async () => JSON.parse(JSON.stringify(buildDocument()))],
    ["a published document", async () => JSON.parse(await readFile(published, "utf8"))],
  ];
  const here = present ? documents : documents.slice(0, 2);
  const texts = new Map<string, string>();

  /** Returns the text of a normalized document, which is made once. */
  async function textOf(name: string, read: () => Promise<JsonObject>): Promise<string> {
    const text = texts.get(name) ?? formatDocument(normalise(await read()));
    texts.set(name, text);
    return text;
  }

  it.each(here)("normalizing %s a second time changes nothing", async (name, read) => {
    const once = await textOf(name, read);
    expect(formatDocument(normalise(JSON.parse(once)))).toBe(once);
  });

  it.each(here)("the result for %s does not depend on the order of keys", async (name, read) => {
    const document = await read();
    expect(formatDocument(normalise(shuffled(document)))).toBe(await textOf(name, read));
  });

  it.each(here)("the result for %s does not depend on the vendor's hashes", async (name, read) => {
    const document = await read();
    const text = JSON.stringify(document).replaceAll(/\.(a9993e3|7a3ad72|69d0de0|0d0ead6)/g, (_match, hash) =>
      hash.startsWith("a") ? ".0000001" : `.fffff${hash.slice(0, 2)}`,
    );
    expect(formatDocument(normalise(JSON.parse(text)))).toBe(await textOf(name, read));
  });

  it.each(here)(
    "the result for %s does not depend on whether its records are composed with allOf",
    async (name, read) => {
      const document = await read();
      expect(formatDocument(normalise(composed(document)))).toBe(await textOf(name, read));
    },
  );

  it.each(here)("the result for %s does not depend on parameters of its media types", async (name, read) => {
    const document = await read();
    const text = JSON.stringify(document).replaceAll('"application/json":', '"Application/JSON; charset=utf-8":');
    expect(formatDocument(normalise(JSON.parse(text)))).toBe(await textOf(name, read));
  });

  it("a media type of JSON keeps its parameters if the same type is there without them", () => {
    const types = ["application/json;v=1", "application/json", "application/hal+json;v=1", "application/hal+json;v=2"];
    const document = vendorDocument(({ paths }) => {
      const content = Object.fromEntries([...types, "text/csv; header=present"].map(type => [type, {}]));
      paths["/qbench/api/v2/exports"] = { get: { responses: { 200: { description: "OK", content } } } };
    });
    const [operation] = listOperations(normalise(document)).filter(({ path }) => path.endsWith("/exports"));
    const response = get(operation?.operation.responses, "200");
    expect(Object.keys(get(response, "content") ?? {})).toEqual([
      "application/hal+json",
      "application/hal+json;v=2",
      "application/json",
      "application/json;v=1",
      "text/csv; header=present",
    ]);
  });

  it.each(here)(
    "the result for %s is valid, and its types contain neither `Record<string, never>` nor hashes",
    async (name, read) => {
      const document = normalise(await read());
      await validateDocument(document, name);
      const types = await generateTypes("main", document);
      expect(types).not.toContain("Record<string, never>");
      expect(types).not.toMatch(/[a-z]\.[0-9a-f]{7}/);
      expect(types).not.toMatch(/"[^"]*[{<][^"]*": \{\s+parameters/);
    },
  );

  it.skipIf(!present)("every action of the overlay matches in a published document", async () => {
    const [overlay] = options.overlays;
    const actions = overlay?.actions ?? [];
    // Each action becomes a separate overlay, so that its finding shows whether it matched.
    const overlays = actions.map((action, index) => ({
      file: `${index}: ${action.target}`,
      isForQBench: true,
      actions: [action],
    }));
    const { findings } = normaliseDocument(JSON.parse(await readFile(published, "utf8")), { ...options, overlays });
    const used = new Set(findings.map(({ what }) => what));
    const unused = overlays.map(({ file }) => file).filter(file => !used.has(`actions applied from ${file}, of 1`));
    expect(unused).toEqual([]);
  });

  it.skipIf(!present)(
    "the result for a published document has every operation with its own response, and no copies",
    async () => {
      const document = normalise(JSON.parse(await readFile(published, "utf8")));
      expect(countOperations(document)).toBe(169);
      const withoutResponse = listOperations(document).filter(({ operation }) =>
        Object.keys(isObject(operation.responses) ? operation.responses : {}).includes("default"),
      );
      expect(withoutResponse).toEqual([]);
      const names = Object.keys(schemasOf(document));
      expect(names.filter(name => /\d|Schema|In[A-Z]/.test(name))).toEqual([]);
      expect(names).toEqual(expect.arrayContaining(["ApiClient", "ErrorResponse", "OrderCreate", "TokenResponse"]));
    },
  );
});

/** Returns the document with each record composed of two parts, one of which is a schema of its own. */
function composed(document: JsonObject): JsonObject {
  const parts = Object.entries(schemasOf(document)).flatMap(([key, schema]): [string, Json][] => {
    const declared = get(schema, "properties");
    const properties = Object.entries(isObject(declared) ? declared : {});
    if (!isObject(schema) || properties.length < 2) return [[key, schema]];
    const [shared, own] = [properties.slice(0, 1), properties.slice(1)].map(
      (part): JsonObject => ({ type: "object", properties: Object.fromEntries(part) }),
    );
    const { properties: _, ...rest } = schema;
    return [
      [`${key}.PartSchema`, shared ?? {}],
      [key, { ...rest, allOf: [ref(`${key}.PartSchema`), own ?? {}] }],
    ];
  });
  return withSchemas(document, Object.fromEntries(parts));
}

/** Returns the same data with the keys of each object in another order. */
function shuffled(value: JsonObject): JsonObject {
  const shuffle = (each: Json, path: string): Json => {
    if (Array.isArray(each)) return each.map((item, index) => shuffle(item, `${path}/${index}`));
    if (!isObject(each)) return each;
    const rank = (key: string) => createHash("sha1").update(`${path}/${key}`).digest("hex");
    const keys = Object.keys(each).toSorted((a, b) => byCodeUnit(rank(a), rank(b)));
    return Object.fromEntries(keys.map(key => [key, shuffle(each[key] ?? null, `${path}/${key}`)]));
  };
  return mapValues(value, (child, key) => shuffle(child, key));
}
