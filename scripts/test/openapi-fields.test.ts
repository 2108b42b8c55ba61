import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../document/model/json.ts";
import { generateTypes } from "../types/generate-types.ts";
import { emptyRoot, readMain } from "./support/repository.ts";
import { createTenant, propertiesOf, type Tenant } from "./support/tenant.ts";

const overlay = "openapi/overlays/main/custom-fields.yaml";
const corrections = "openapi/overlays/main/field-corrections.yaml";
const ordersPath = "/qbench/api/v2/orders";

const readOverlay = ({ root }: Tenant): Promise<string> => readFile(join(root, overlay), "utf8");

async function save({ root }: Tenant, file: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), text);
}

const readSchemas = async ({ root }: Tenant): Promise<JsonObject> =>
  JSON.parse(await readMain(root)).components.schemas;

/** Returns the text of every file that the command writes. */
async function readWritten({ root }: Tenant): Promise<Record<string, string>> {
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
  return Object.fromEntries(await Promise.all(paths.map(async path => [path, await readFile(path, "utf8")])));
}

/** Returns the cells of the table row that begins with a field. */
const rowOf = (output: string, field: string): string[] =>
  (output.split("\n").find(line => line.startsWith(`│ ${field} `)) ?? "")
    .split("│")
    .map(cell => cell.trim())
    .slice(1, -1);

/** Returns the overlay that the output suggests. */
const suggestionIn = (output: string): string =>
  /field-corrections\.yaml, or [^\n]+\n\n(overlay: [\s\S]+?)(\n\n|$)/.exec(output)?.[1] ?? "";

const orders = (...names: string[]) => ({ orders: Object.fromEntries(names.map(name => [name, "STR" as const])) });

/** Returns an emulator's fault that replaces the first page of a list. The text of a record may be any JSON. */
const listOf = (path: string, records: string, total = 1) => ({
  on: "api" as const,
  method: "GET",
  path,
  status: 200,
  headers: { "Content-Type": "application/json" },
  body: `{"data":[${records}],"page_number":1,"total_count":${total},"total_pages":1}`,
});

describe("Declaring custom fields", () => {
  it("declares each custom field with the type of its values, for records and for request bodies", async () => {
    const { orders: texts } = orders("day", "flag", "mixed", "people", "tags", "text", "time");
    const tenant = await createTenant({
      customFields: { orders: { ...texts, X_AMOUNT: "NUM", X_REVIEWER: "USER" }, sources: { origin: "STR" } },
    });
    await tenant.write("orders", [
      { id: 1, X_REVIEWER: 2, X_AMOUNT: 4.5, day: "07/16/2025", time: "07/16/2025 02:30 PM", people: [], tags: [] },
      { id: 2, X_AMOUNT: 4, flag: true, mixed: 1, people: [{ id: 3, text: "A" }], tags: ["a"], text: "07/16/2025" },
      { id: 3, mixed: "a", text: "", time: "2025-07-16" },
    ]);
    const { output } = await tenant.run();
    expect(await readOverlay(tenant)).toBe(`# Written by pnpm openapi:fields, which keeps your changes.

overlay: 1.0.0
info: { title: The laboratory's own fields, version: 1.0.0 }
actions:
  - target: $.components.schemas['Order','OrderCreate','OrderUpdate'].properties
    update:
      X_AMOUNT: { type: number }
      day: { anyOf: [ { type: string, format: date }, { type: string } ] }
      flag: { type: boolean }
      mixed: { anyOf: [ { type: number }, { type: string } ] } # Values of several types were seen.
      tags: { type: array, items: { type: string } }
      text: { type: string }
      time: { anyOf: [ { type: string, format: date-time }, { type: string } ] }
  - target: $.components.schemas['Order'].properties
    update:
      X_REVIEWER:
        type: object
        required: [ id ]
        properties: { id: { type: integer }, text: { type: string, nullable: true } }
      people:
        type: array
        items:
          type: object
          required: [ id ]
          properties: { id: { type: integer }, text: { type: string, nullable: true } }
  - target: $.components.schemas['OrderCreate','OrderUpdate'].properties
    update:
      X_REVIEWER: { type: integer }
      people: { type: array, items: { type: integer } }
  - target: $.components.schemas['Source'].properties
    update:
      origin: {} # Only null was seen.
`);
    expect(rowOf(output, "Order.X_REVIEWER").slice(1, 2)).toEqual(["{ id, text }"]);
    expect(rowOf(output, "Order.people").slice(1, 2)).toEqual(["{ id, text }[]"]);
    expect(rowOf(output, "Order.time").slice(1, 2)).toEqual(["DateTime"]);
    expect(rowOf(output, "Source.origin").slice(1)).toEqual(["unknown", "0 of 6", "Only null was seen."]);
  });

  it("applies the overlay to the committed document, and writes a changeset", async () => {
    const tenant = await createTenant({ customFields: { orders: { X_DAY: "STR", X_REVIEWER: "USER" } } });
    await tenant.write("orders", [{ id: 1, X_DAY: "07/16/2025", X_REVIEWER: 1 }]);
    const { output } = await tenant.run();
    const schemas = await readSchemas(tenant);
    const date = { $ref: "#/components/schemas/DateOnly" };
    expect(propertiesOf(schemas, "Order").X_DAY).toEqual({ allOf: [date], nullable: true });
    expect(propertiesOf(schemas, "Order").X_REVIEWER).toMatchObject({ type: "object", nullable: true });
    expect(propertiesOf(schemas, "OrderCreate")).toMatchObject({ X_DAY: date, X_REVIEWER: { type: "integer" } });
    const [changeset] = await readdir(join(tenant.root, ".changeset"));
    expect(output).toContain(`Wrote ${overlay} with 2 new fields.`);
    expect(output).toContain("Wrote openapi/main.json. The next pnpm build generates its types.");
    expect(output).toContain(`Wrote .changeset/${changeset}.`);
  });

  it("changes nothing when it runs again", async () => {
    const tenant = await createTenant({ customFields: orders("x y", "day", "never", "refs", "things", "users") });
    const reference = { _type: "ORDER", _self: "https://lab.example/orders/1", id: 1, data: {} };
    await tenant.write("orders", [
      { id: 1, "x y": 1, day: "07/16/2025", refs: [reference], things: [{ a: 1 }], users: [{ id: 1, text: "A" }] },
    ]);
    await tenant.run();
    const before = await readWritten(tenant);
    const { output, isCorrect } = await tenant.run();
    expect(isCorrect).toBe(true);
    expect(output).toContain("The types match these records.");
    expect(output).toContain("openapi/main.json is unchanged.");
    expect(await readWritten(tenant)).toEqual(before);
  });

  it("keeps the entries and the comments of the overlay", async () => {
    const tenant = await createTenant({ customFields: orders("mine", "new") });
    const mine = `# Ours
overlay: 1.0.0
info: { title: Ours, version: 1.0.0 }
actions:
  # Of the order form
  - target: $.components.schemas['Order','OrderCreate','OrderUpdate'].properties
    description: 'Reviewed by: us'
    update:
      mine: { type: string, maxLength: 40, description: The number of the customer. } # since 2024
`;
    await save(tenant, overlay, mine);
    await tenant.write("orders", [{ id: 1, mine: "text", new: 1 }]);
    const { output } = await tenant.run();
    expect(await readOverlay(tenant)).toBe(`${mine}      new: { type: number }\n`);
    expect(rowOf(output, "Order.mine")).toEqual([]);
  });

  it("gives a field a type as soon as values are seen, unless somebody has declared it", async () => {
    const tenant = await createTenant({ customFields: { orders: { free: "STR", later: "USER", own: "STR" } } });
    await tenant.run();
    const untyped = await readOverlay(tenant);
    expect(untyped).toContain("later: {} # Only null was seen.");
    await save(tenant, overlay, untyped.replace("own: {} # Only null was seen.", "own: { description: Anything. }"));
    await tenant.write("orders", [{ id: 1, later: 1, own: "text" }]);
    const { output } = await tenant.run();
    const text = await readOverlay(tenant);
    expect(text).not.toContain("later: {}");
    expect(text).toContain("later: { type: integer }");
    expect(text).toContain("free: {} # Only null was seen.");
    expect(text).toContain("own: { description: Anything. }");
    expect(output).toContain(`Wrote ${overlay} with 1 new field.`);
    expect(propertiesOf(await readSchemas(tenant), "OrderUpdate").later).toEqual({ type: "integer" });
  });

  it("finds a field that only the data of a reference contains", async () => {
    const order = `{"id":1,"customer_account":{"_type":"CUSTOMER","_self":null,"id":1,"data":{"tier":"A"}}}`;
    const tenant = await createTenant({ records: { customers: 0 }, faults: [listOf(ordersPath, order)] });
    const { output } = await tenant.run();
    expect(rowOf(output, "Customer.tier")).toEqual(["Customer.tier", "string", "1 of 1", ""]);
  });

  it("declares names that are not identifiers, and their types compile", async () => {
    const names = ["x y", `"quoted"`, "it's", "back\\slash", "123", "null", "- dash", "${x}", "*/", "größe"];
    const tenant = await createTenant({ customFields: orders(...names) });
    await tenant.write("orders", [{ id: 1, ...Object.fromEntries(names.map(name => [name, "text"])) }]);
    await tenant.run();
    const document = JSON.parse(await readMain(tenant.root));
    for (const schema of ["Order", "OrderCreate", "OrderUpdate"]) {
      expect(Object.keys(propertiesOf(document.components.schemas, schema))).toEqual(expect.arrayContaining(names));
    }
    const types = await generateTypes("main", document);
    expect(ts.transpileModule(types, { reportDiagnostics: true }).diagnostics).toEqual([]);
    expect(await tenant.run({ check: true })).toMatchObject({ isCorrect: true });
  });

  it("ignores names that no document can have, and prints them without control characters", async () => {
    const order = String.raw`{"id":1,"__proto__":{"id":1},"red\u001b[31m":1,"left\u202eright":1,"_type":"ORDER","_self":null}`;
    const tenant = await createTenant({ faults: [listOf(ordersPath, order)] });
    const { output, isCorrect } = await tenant.run({ check: true });
    expect(isCorrect).toBe(true);
    expect(output).toContain("Ignored: ");
    expect(output).toContain("Order.__proto__");
    expect(output).toContain(String.raw`Order["red\u001b[31m"]`);
    expect(output).toContain(String.raw`Order["left\u{202e}right"]`);
    expect(output).not.toMatch(/[\u001b\u202e]/);
    await tenant.run();
    await expect(readOverlay(tenant)).rejects.toThrow("ENOENT");
  });
});

describe("Comparing types with a tenant", () => {
  const cases: [
    what: string,
    edit: (order: JsonObject, schema: JsonObject, all: JsonObject) => void,
    field: string,
    declared: string,
    seen: string,
  ][] = [
    [
      "a number in a text",
      o => void (o.customer_account_id = { type: "string", nullable: true }),
      "customer_account_id",
      "string",
      "number",
    ],
    ["a text in a number", o => void (o.state = { type: "number", nullable: true }), "state", "number", "string"],
    ["a text in a boolean", o => void (o.state = { type: "boolean", nullable: true }), "state", "boolean", "string"],
    [
      "a value outside of an enumeration",
      o => void (o.state = { type: "string", enum: ["A", "B"], nullable: true }),
      "state",
      `"A" | "B"`,
      "string",
    ],
    [
      "a text in a date",
      o => void (o.state = { ...date("DateTime"), description: "The state." }),
      "state",
      "DateTime",
      "string",
    ],
    ["a time in a day", o => void (o.date_created = date("DateOnly")), "date_created", "DateOnly", "DateTime"],
    [
      "a day in unix seconds",
      o => void (o.date_created = date("UnixSeconds")),
      "date_created",
      "UnixSeconds",
      "DateTime",
    ],
    [
      "a reference in a text",
      o => void (o.customer_account = { type: "string", nullable: true }),
      "customer_account",
      "string",
      "reference",
    ],
    [
      "a reference in a list",
      o => void (o.customer_account = { type: "array", items: { type: "string" }, nullable: true }),
      "customer_account",
      "string[]",
      "reference",
    ],
    [
      "a text in a reference",
      o => void (o.state = { allOf: [{ $ref: "#/components/schemas/CustomerReference" }], nullable: true }),
      "state",
      "CustomerReference",
      "string",
    ],
    [
      "texts in a list of numbers",
      (_, __, all) =>
        void (propertiesOf(all, "Sample").tags = { type: "array", items: { type: "integer" }, nullable: true }),
      "Sample.tags",
      "integer[]",
      "string[]",
    ],
    [
      "a null",
      (o, s) => {
        s.required = ["id", "invoicing_notes"];
        o.invoicing_notes = { type: "string" };
      },
      "invoicing_notes",
      "string",
      "null",
    ],
    [
      "a null in a required reference",
      (o, s) => {
        s.required = ["id", "project"];
        o.project = { $ref: "#/components/schemas/RecordReference" };
      },
      "project",
      "RecordReference",
      "null",
    ],
    [
      "a missing field",
      (o, s) => {
        s.required = ["absent", "id"];
        o.absent = { type: "string" };
      },
      "absent",
      "string",
      "(missing)",
    ],
    [
      "a wrong type in a schema of several parts",
      (o, s, all) => {
        all.OrderBase = { type: "object", properties: { state: { type: "integer", nullable: true } } };
        delete o.state;
        all.Order = { allOf: [{ $ref: "#/components/schemas/OrderBase" }, { ...s }] };
      },
      "OrderBase.state",
      "integer",
      "string",
    ],
  ];

  function date(name: string): JsonObject {
    return { allOf: [{ $ref: `#/components/schemas/${name}` }], nullable: true };
  }

  it.each(cases)("lists %s, and suggests the actions that correct the type", async (_, edit, name, declared, seen) => {
    const tenant = await createTenant({ customFields: {} }, schemas => {
      const order = schemas.Order;
      if (typeof order !== "object" || order === null || Array.isArray(order)) throw new Error("There are no orders.");
      edit(propertiesOf(schemas, "Order"), order, schemas);
    });
    const { output, isCorrect } = await tenant.run({ check: true });
    expect(isCorrect).toBe(false);
    const field = name.includes(".") ? name : `Order.${name}`;
    expect(rowOf(output, field).slice(0, 3)).toEqual([field, declared, seen]);
    expect(rowOf(output, field)[3]).toMatch(/^[1-9]\d* of [1-9]\d*$/);
    await save(tenant, corrections, suggestionIn(output));
    expect(await tenant.run({ check: true })).toEqual(expect.objectContaining({ isCorrect: true }));
    await tenant.run();
    expect((await tenant.run()).output).toContain("openapi/main.json is unchanged.");
  });
});
