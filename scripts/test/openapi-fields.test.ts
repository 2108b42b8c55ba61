import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { addClient } from "../clients/add-client.ts";
import { pullClient } from "../clients/pull-client.ts";
import type { JsonObject } from "../document/model/json.ts";
import { generateTypes } from "../types/generate-types.ts";
import { readMain } from "./support/repository.ts";
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
        required: [ id, text ]
        properties: { id: { type: integer }, text: { type: string, nullable: true } }
      people:
        type: array
        items:
          type: object
          required: [ id, text ]
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
    expect(rowOf(output, "Source.origin").slice(1)).toEqual(["unknown", "0 of 28", "Only null was seen."]);
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
    expect(output).toContain(`Declared 2 fields in ${overlay}.`);
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

  it("declares the fields of another client in its own overlay and document", async () => {
    const tenant = await createTenant({ customFields: orders("X_A") });
    const { QBENCH_CLIENT_ID: BILLING_CLIENT_ID, QBENCH_CLIENT_SECRET: BILLING_CLIENT_SECRET } = tenant.env;
    const env = { QBENCH_URL: tenant.emulator.url, BILLING_CLIENT_ID, BILLING_CLIENT_SECRET };
    await addClient(tenant.root, "billing");
    await pullClient({ root: tenant.root, env, client: "billing" });
    const before = await readMain(tenant.root);
    const { output } = await tenant.run({ env, client: "billing" });
    expect(output).toContain("Declared 1 field in openapi/overlays/billing/custom-fields.yaml.");
    expect(output).toContain("Wrote openapi/billing.json.");
    expect(await readMain(tenant.root)).toBe(before);
  });

  it("keeps the type of a field that only a request declares", async () => {
    const tenant = await createTenant({ customFields: orders("X_A") }, schemas => {
      propertiesOf(schemas, "OrderCreate").X_A = { type: "string", enum: ["A", "B"] };
    });
    await tenant.write("orders", [{ id: 1, X_A: 1 }]);
    await tenant.run();
    expect(await readOverlay(tenant)).toContain("target: $.components.schemas['Order','OrderUpdate'].properties");
    expect(propertiesOf(await readSchemas(tenant), "OrderCreate").X_A).toEqual({ type: "string", enum: ["A", "B"] });
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

  it("replaces its own entry without a type as soon as values are seen, but no entry of the user", async () => {
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
    expect(output).toContain(`Declared 1 field in ${overlay}.`);
    expect(propertiesOf(await readSchemas(tenant), "OrderUpdate").later).toMatchObject({ type: "integer" });
  });

  it("finds a field that only the data of a reference contains", async () => {
    const order = `{"id":1,"customer_account":{"_type":"CUSTOMER","_self":null,"id":1,"data":{"tier":"A"}}}`;
    const tenant = await createTenant({ records: { customers: 0 }, faults: [listOf(ordersPath, order)] });
    const { output } = await tenant.run();
    expect(rowOf(output, "Customer.tier")).toEqual(["Customer.tier", "string", "1 of 1", ""]);
  });

  it("declares names that are not identifiers, and their types compile", async () => {
    const names = [
      "x y",
      `"quoted"`,
      "it's",
      "back\\slash",
      "123",
      "null",
      "- dash",
      "$" + "{x}",
      "*/",
      "größe",
      "constructor",
    ];
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
    expect(output).toContain(String.raw`Order["left\u202eright"]`);
    expect(output).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    await tenant.run();
    await expect(readOverlay(tenant)).rejects.toThrow("ENOENT");
  });
});

/** A value that must not reach the output or a file. */
const marker = "marker-7f3a";

describe("Comparing types with a tenant", () => {
  it("lists fields that contradict their types, and suggests an overlay that corrects them", async () => {
    const tenant = await createTenant({}, schemas => {
      const order = propertiesOf(schemas, "Order");
      order.state = { type: "string", enum: ["A", "B"], nullable: true };
      order.customer_account_id = { type: "string", nullable: true };
      order.invoicing_notes = { type: "string" };
      Object.assign(schemas.Order ?? {}, { required: ["absent", "id", "invoicing_notes"] });
      order.absent = { type: "string" };
    });
    const { output, isCorrect } = await tenant.run({ check: true });
    expect(isCorrect).toBe(false);
    expect(rowOf(output, "Order.state")).toEqual(["Order.state", `"A" | "B"`, "string", "48 of 48"]);
    expect(rowOf(output, "Order.customer_account_id").slice(1, 3)).toEqual(["string", "number"]);
    expect(rowOf(output, "Order.invoicing_notes").slice(1)).toEqual(["string", "null", "48 of 48"]);
    expect(rowOf(output, "Order.absent").slice(1)).toEqual(["string", "(missing)", "48 of 48"]);
    await save(tenant, corrections, suggestionIn(output));
    const corrected = await tenant.run();
    expect(corrected.isCorrect).toBe(true);
    expect(corrected.output).toContain("Wrote openapi/main.json.");
    expect(propertiesOf(await readSchemas(tenant), "Order").state).toMatchObject({ type: "string", nullable: true });
    expect((await tenant.run()).output).toContain("openapi/main.json is unchanged.");
  });

  it("suggests a relation for a field whose values are references, and an object for a relation that has none", async () => {
    const reference = `{"_type":"STATE","_self":null,"id":1,"data":{}}`;
    const order = `{"id":1,"state":${reference},"customer_account":{"name":"A"}},{"id":2,"customer_account":"B"}`;
    const tenant = await createTenant({ faults: [listOf(ordersPath, order)] });
    const suggestion = suggestionIn((await tenant.run({ check: true })).output);
    expect(suggestion).toContain("x-entity: null");
    await save(tenant, corrections, suggestion);
    expect((await tenant.run()).isCorrect).toBe(true);
    const corrected = propertiesOf(await readSchemas(tenant), "Order");
    expect(JSON.stringify(corrected.state)).toContain("RecordReference");
    expect(JSON.stringify(corrected.customer_account)).not.toContain("Reference");
  });

  it("corrects a wrong type of the overlay for custom fields", async () => {
    const tenant = await createTenant({ customFields: orders("X_SIZE") });
    await tenant.write("orders", [{ id: 1, X_SIZE: 1 }]);
    await tenant.run();
    await tenant.write("orders", [{ id: 1, X_SIZE: "large" }]);
    const { output } = await tenant.run();
    expect(rowOf(output, "Order.X_SIZE").slice(0, 3)).toEqual(["Order.X_SIZE", "number", "string"]);
    await save(tenant, corrections, suggestionIn(output));
    expect(await tenant.run()).toMatchObject({ isCorrect: true });
  });

  it("writes nothing in a check", async () => {
    const tenant = await createTenant({ customFields: orders("X_A") });
    const before = await readWritten(tenant);
    const { output, isCorrect } = await tenant.run({ check: true });
    expect(isCorrect).toBe(false);
    expect(output).toContain("Run pnpm openapi:fields --client main to declare the fields.");
    expect(await readWritten(tenant)).toEqual(before);
  });

  it("reads no values into its output or its files", async () => {
    const names = ["list", "number", "object", "text", "user"];
    const tenant = await createTenant(
      {
        customFields: orders(...names),
        states: [marker],
        faults: [
          {
            on: "api",
            path: "/qbench/api/v2/sources",
            status: 403,
            body: JSON.stringify({ error_description: marker }),
          },
        ],
      },
      schemas => {
        propertiesOf(schemas, "Order").invoicing_notes = { type: "string", enum: ["A"], nullable: true };
        propertiesOf(schemas, "Order").state = { type: "integer", nullable: true };
      },
    );
    await tenant.write("orders", [
      {
        id: 1,
        invoicing_notes: marker,
        state: marker,
        list: [marker],
        number: 73537353,
        object: { a: marker },
        text: marker,
        user: { id: marker, text: marker },
      },
    ]);
    const { output } = await tenant.run();
    for (const text of [output, ...Object.values(await readWritten(tenant))]) {
      expect(text).not.toContain(marker);
      expect(text).not.toContain("73537353");
    }
    expect(rowOf(output, "Order.text").slice(1, 2)).toEqual(["string"]);
    expect(output).toContain("Not read: Source. GET /qbench/api/v2/sources failed with status 403.");
  });

  it("names declared fields that no record has", async () => {
    const tenant = await createTenant({}, schemas => {
      propertiesOf(schemas, "Order").X_OLD = { type: "string", nullable: true };
    });
    const { output, isCorrect } = await tenant.run({ check: true });
    expect(isCorrect).toBe(true);
    expect(output).toContain("Declared, but in none of the records: Order.X_OLD.");
  });

  it("accepts an empty tenant", async () => {
    const tenant = await createTenant({ records: { orders: 0, customers: 0, sources: 0 } });
    const { output, isCorrect } = await tenant.run({ check: true });
    expect(isCorrect).toBe(true);
    expect(output).toContain("0 records, at most 200 of each entity");
    expect(output).toContain("No records were read, so nothing was compared.");
    expect(output).toContain("Without records: Customer, Order, Source.");
    expect(output).not.toContain("in none of the records");
  });
});

describe("Reading records", () => {
  it("reads up to the given number of the newest records of each list, and sends only GET requests", async () => {
    const tenant = await createTenant({ customFields: orders("X_NEW"), records: { orders: 10_000 } });
    await tenant.write("orders", [{ id: 10_000, X_NEW: 1 }]);
    const { byOperation } = tenant.emulator.stats;
    delete byOperation["PATCH /qbench/api/v2/orders"];
    const { output } = await tenant.run({ records: 120, check: true });
    expect(rowOf(output, "Order.X_NEW").slice(1, 3)).toEqual(["number", "1 of 120"]);
    expect(byOperation).toEqual({
      "GET /qbench/api/v2/orders": 3,
      "GET /qbench/api/v2/customers": 1,
      "GET /qbench/api/v2/sources": 1,
    });
    expect(output).toContain("at most 120 of each entity");
  });

  it("stays within the limits of a tenant with all lists", async () => {
    const tenant = await createTenant({ clients: [{}], limits: { concurrent: 10 }, customFields: {} });
    await tenant.run({ check: true });
    expect(tenant.emulator.stats).toMatchObject({ throttledByRate: 0, throttledByConcurrency: 0 });
    expect(tenant.emulator.stats.maxConcurrent).toBeLessThanOrEqual(10);
  });

  it("reads a list unsorted if QBench rejects the order", async () => {
    const tenant = await createTenant({
      customFields: orders("X_A"),
      faults: [{ on: "api", method: "GET", path: ordersPath, status: 400, times: 1 }],
    });
    const { output } = await tenant.run({ check: true });
    expect(rowOf(output, "Order.X_A")).toHaveLength(4);
    expect(output).not.toContain("Not read: Order");
  });

  it.each([403, 404])("names a list that fails with status %i, and reads the others", async status => {
    const tenant = await createTenant({ faults: [{ on: "api", path: "/qbench/api/v2/customers", status }] });
    const { output, isCorrect } = await tenant.run({ check: true });
    expect(isCorrect).toBe(true);
    expect(output).toContain(`Not read: Customer. GET /qbench/api/v2/customers failed with status ${status}.`);
  });

  it("names the entities without a list that can be read", async () => {
    const { output } = await (await createTenant()).run({ check: true });
    expect(output).toContain("Not read, because their lists need the id of another record: Comment.");
  });

  it("fails without the server's description, which may contain values, if a list fails with status 500", async () => {
    const body = JSON.stringify({ error_type: "Failure", error_description: marker, errors: [marker] });
    const tenant = await createTenant({ faults: [{ on: "api", method: "GET", path: ordersPath, status: 500, body }] });
    await expect(tenant.run({ check: true })).rejects.toMatchObject({
      name: "CommandError",
      message: `GET ${ordersPath} failed with status 500. Run the command again later.`,
    });
  });

  it("fails if no list can be read", async () => {
    const tenant = await createTenant({ faults: [{ on: "api", status: 403 }] });
    await expect(tenant.run({ check: true })).rejects.toThrow(
      "No list could be read: status 403. Check the client's scopes.",
    );
  });

  it.each([
    [
      "the secret is missing",
      { QBENCH_CLIENT_SECRET: "" },
      /^QBENCH_CLIENT_SECRET is not set\. Set it to the Client Secret/,
    ],
    ["the id is missing", { QBENCH_CLIENT_ID: undefined }, /^QBENCH_CLIENT_ID is not set/],
    ["the address is missing", { QBENCH_URL: "" }, /^QBENCH_URL is not set/],
    [
      "the secret is wrong",
      { QBENCH_CLIENT_SECRET: "another-secret-value" },
      /QBENCH_CLIENT_ID and QBENCH_CLIENT_SECRET\.$/,
    ],
    ["the host cannot be reached", { QBENCH_URL: "http://127.0.0.1:1" }, /QBENCH_URL, QBENCH_CLIENT_ID/],
  ])("fails with the setting to change if %s", async (_, settings, message) => {
    const tenant = await createTenant();
    const failure = tenant.run({ env: { ...tenant.env, ...settings } });
    await expect(failure).rejects.toMatchObject({ name: "CommandError", message: expect.stringMatching(message) });
    await expect(failure).rejects.not.toThrow("another-secret-value");
  });

  it.each([
    ["the document is missing", "openapi/main.json", undefined, "openapi/main.json is missing. Run pnpm openapi:pull"],
    ["the overlay is not YAML", overlay, "a: [", `${overlay} is not valid YAML`],
    ["the overlay has no actions", overlay, "overlay: 1.0.0", `${overlay} is not an OpenAPI Overlay.`],
  ])("fails and writes nothing if %s", async (_, file, text, message) => {
    const tenant = await createTenant({ customFields: orders("X_A") });
    if (text === undefined) await rm(join(tenant.root, file));
    else await save(tenant, file, text);
    const before = await readWritten(tenant);
    await expect(tenant.run()).rejects.toThrow(message);
    expect(await readWritten(tenant)).toEqual(before);
  });

  it("restores the overlay if the document with it is not valid", async () => {
    const tenant = await createTenant({ customFields: orders("X_A") });
    const { info: _, ...document } = JSON.parse(await readMain(tenant.root));
    await save(tenant, "openapi/main.json", JSON.stringify(document));
    const before = await readWritten(tenant);
    await expect(tenant.run()).rejects.toThrow("is not valid OpenAPI");
    expect(await readWritten(tenant)).toEqual(before);
  });
});
