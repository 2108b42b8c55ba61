import { describe, expect, it } from "vitest";
import { get, isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { type CheckedField, createRecordCheck } from "../fields/check-records.ts";
import { describeType } from "../fields/describe-type.ts";
import { inferType } from "../fields/infer-type.ts";
import { suggestActions } from "../fields/suggest-actions.ts";
import { vendorDocument } from "./support/vendor-document.ts";

/** Returns the document of the vendor after the pipeline. `edit` changes the schema of orders in it. */
function documentWith(edit: (properties: JsonObject, schema: JsonObject, schemas: JsonObject) => void = () => {}) {
  const { document } = normaliseDocument(vendorDocument());
  const schemas = get(document.components, "schemas");
  const schema = get(schemas, "Order");
  const properties = get(schema, "properties");
  if (!isObject(schemas) || !isObject(schema) || !isObject(properties))
    throw new Error("The document has no schema Order.");
  edit(properties, schema, schemas);
  return document;
}

function checkOrders(document: JsonObject, ...orders: JsonObject[]): CheckedField[] {
  const check = createRecordCheck(document);
  for (const order of orders) check.check({ id: 1, ...order }, "Order");
  return check.fields();
}

const isWrong = ({ wrong, wrongNulls, missing }: CheckedField): boolean => wrong + wrongNulls + missing > 0;

const nullable = (schema: JsonObject): JsonObject => ({ ...schema, nullable: true });
const reference = (id: Json, data: Json = {}): JsonObject => ({
  _type: "CUSTOMER",
  _self: "https://lab.example/1",
  id,
  data,
});

interface Case {
  edit?: (properties: JsonObject, schema: JsonObject, schemas: JsonObject) => void;
  orders: JsonObject[];
  field: string;
  declared: string;
  seen?: string;
  counts: Partial<Pick<CheckedField, "wrong" | "wrongNulls" | "missing" | "records">>;
}

const field =
  (name: string, schema: JsonObject) =>
  (properties: JsonObject): void => {
    properties[name] = schema;
  };
const required =
  (name: string, property: JsonObject) =>
  (properties: JsonObject, schema: JsonObject): void => {
    properties[name] = property;
    schema.required = ["id", name];
  };
const settings = { type: "object", properties: { mode: { type: "integer" }, unit: { type: "string" } } };

const contradictions: Record<string, Case> = {
  "a number instead of a text": {
    orders: [{ remark: 1 }, { remark: "a" }],
    field: "remark",
    declared: "string",
    seen: "number | string",
    counts: { wrong: 1, records: 2 },
  },
  "a text instead of an id": {
    orders: [{ id: "1" }],
    field: "id",
    declared: "integer",
    seen: "string",
    counts: { wrong: 1 },
  },
  "a fraction instead of an integer": {
    edit: field("count", nullable({ type: "integer" })),
    orders: [{ count: 1.5 }],
    field: "count",
    declared: "integer",
    seen: "number",
    counts: { wrong: 1 },
  },
  "a text instead of a boolean": {
    edit: field("flag", nullable({ type: "boolean" })),
    orders: [{ flag: "true" }],
    field: "flag",
    declared: "boolean",
    seen: "string",
    counts: { wrong: 1 },
  },
  "a text outside of an enumeration": {
    edit: field("kind", nullable({ type: "string", enum: ["WATER", "SOIL"], description: "The kind." })),
    orders: [{ kind: "AIR" }, { kind: "SOIL" }],
    field: "kind",
    declared: `"WATER" | "SOIL"`,
    seen: "string",
    counts: { wrong: 1, records: 2 },
  },
  "an empty text instead of a time": {
    orders: [{ date_created: "" }, { date_created: "07/16/2025 02:30 PM" }],
    field: "date_created",
    declared: "DateTime",
    seen: "string",
    counts: { wrong: 1 },
  },
  "a number instead of a time": {
    orders: [{ date_created: 1752676200 }],
    field: "date_created",
    declared: "DateTime",
    seen: "number",
    counts: { wrong: 1 },
  },
  "a time instead of a day": {
    edit: (properties, _, schemas) => {
      schemas.DateOnly = { type: "string", format: "qbench-date" };
      properties.day = nullable({ allOf: [{ $ref: "#/components/schemas/DateOnly" }] });
    },
    orders: [{ day: "07/16/2025 02:30 PM" }, { day: "07/16/2025" }, { day: "2025-07-16" }],
    field: "day",
    declared: "DateOnly",
    seen: "DateTime",
    counts: { wrong: 1, records: 3 },
  },
  "a text instead of a reference": {
    orders: [{ customer: "Ana" }],
    field: "customer",
    declared: "CustomerReference",
    seen: "string",
    counts: { wrong: 1 },
  },
  "a reference whose id is a text": {
    orders: [{ customer: reference("1") }],
    field: "customer",
    declared: "CustomerReference",
    seen: "reference",
    counts: { wrong: 1 },
  },
  "a list of texts instead of references": {
    orders: [{ customers: ["Ana"] }, { customers: [] }],
    field: "customers",
    declared: "CustomerReference[]",
    seen: "string[]",
    counts: { wrong: 1, records: 2 },
  },
  "a list of references whose ids are texts": {
    orders: [{ customers: [reference(1), reference("2")] }],
    field: "customers",
    declared: "CustomerReference[]",
    seen: "reference[]",
    counts: { wrong: 1 },
  },
  "a single value instead of a list": {
    edit: field("tags", nullable({ type: "array", items: { type: "string" } })),
    orders: [{ tags: "a" }],
    field: "tags",
    declared: "string[]",
    seen: "string",
    counts: { wrong: 1 },
  },
  "a null in a list": {
    edit: field("tags", nullable({ type: "array", items: { type: "string" } })),
    orders: [{ tags: ["a", null] }],
    field: "tags",
    declared: "string[]",
    seen: "(string | null)[]",
    counts: { wrong: 1 },
  },
  "a text instead of an object": {
    edit: field("settings", nullable(settings)),
    orders: [{ settings: "{}" }],
    field: "settings",
    declared: "object",
    seen: "string",
    counts: { wrong: 1 },
  },
  "a wrong type in an object": {
    edit: field("settings", nullable(settings)),
    orders: [{ settings: { mode: "a", unit: "b" } }],
    field: "mode",
    declared: "integer",
    seen: "string",
    counts: { wrong: 1 },
  },
  "a wrong type in an object of a list": {
    edit: field("lines", nullable({ type: "array", items: settings })),
    orders: [{ lines: [{ mode: 1 }, { mode: "a" }] }],
    field: "mode",
    declared: "integer",
    seen: "number | string",
    counts: { wrong: 1, records: 2 },
  },
  "a wrong type in the data of a reference": {
    orders: [{ customer: reference(1, { id: 1, name: 5 }) }],
    field: "name",
    declared: "string",
    seen: "number",
    counts: { wrong: 1, records: 1 },
  },
  "a wrong type in a schema of several parts": {
    edit: (_, order, schemas) => {
      schemas.Base = { type: "object", properties: { state: nullable({ type: "integer" }) } };
      schemas.Order = { allOf: [{ $ref: "#/components/schemas/Base" }, { ...order }] };
    },
    orders: [{ state: "a" }],
    field: "state",
    declared: "integer",
    seen: "string",
    counts: { wrong: 1 },
  },
  "a field whose name is not an identifier": {
    edit: field(`it's "odd" \\ x`, nullable({ type: "integer" })),
    orders: [{ 'it\'s "odd" \\ x': "a" }],
    field: `it's "odd" \\ x`,
    declared: "integer",
    seen: "string",
    counts: { wrong: 1 },
  },
  "a null instead of a text": {
    edit: required("notes", { type: "string", description: "Notes." }),
    orders: [{ notes: null }, { notes: "a" }],
    field: "notes",
    declared: "string",
    counts: { wrongNulls: 1, wrong: 0, records: 2 },
  },
  "a null instead of an id": { orders: [{ id: null }], field: "id", declared: "integer", counts: { wrongNulls: 1 } },
  "a null instead of a reference": {
    edit: required("customer", { $ref: "#/components/schemas/CustomerReference" }),
    orders: [{ customer: null }],
    field: "customer",
    declared: "CustomerReference",
    counts: { wrongNulls: 1 },
  },
  "a null and a wrong type": {
    edit: required("notes", { type: "string" }),
    orders: [{ notes: null }, { notes: 1 }],
    field: "notes",
    declared: "string",
    seen: "number",
    counts: { wrong: 1, wrongNulls: 1 },
  },
  "no value instead of a text": {
    edit: required("notes", { type: "string" }),
    orders: [{}, { notes: "a" }],
    field: "notes",
    declared: "string",
    counts: { missing: 1, records: 2 },
  },
  "no value in an object": {
    edit: field("settings", nullable({ ...settings, required: ["unit"] })),
    orders: [{ settings: {} }],
    field: "unit",
    declared: "string",
    counts: { missing: 1 },
  },
};

describe("Checking records", () => {
  it.each(Object.entries(contradictions))("finds %s, and suggests actions that correct it", (_, given) => {
    // The command normalizes the committed document again, because overlays may have changed since.
    const { document } = normaliseDocument(documentWith(given.edit));
    const wrong = checkOrders(document, ...given.orders).filter(isWrong);
    expect(wrong).toHaveLength(1);
    const [found] = wrong;
    expect(found).toMatchObject({ name: given.field, ...given.counts });
    expect(describeType(found?.declared ?? {})).toBe(given.declared);
    if (found && given.seen !== undefined) expect(inferType(found.observation).text).toBe(given.seen);

    const overlays = [{ file: "corrections.yaml", actions: suggestActions(document, wrong) }];
    const corrected = normaliseDocument(document, { overlays }).document;
    expect(checkOrders(corrected, ...given.orders).filter(isWrong)).toEqual([]);
    expect(normaliseDocument(corrected, { overlays }).document).toEqual(corrected);
    if (given.edit) return;
    const pulled = normaliseDocument(vendorDocument(), { overlays }).document;
    expect(checkOrders(pulled, ...given.orders).filter(isWrong)).toEqual([]);
  });

  it("keeps the description of a field in the suggested action", () => {
    const document = documentWith(field("kind", { type: "string", enum: ["A"], description: "The kind." }));
    const actions = suggestActions(document, checkOrders(document, { kind: "B" }).filter(isWrong));
    expect(actions).toEqual([
      { target: "$.components.schemas['Order'].properties.kind", remove: true },
      {
        target: "$.components.schemas['Order'].properties",
        update: { kind: { description: "The kind.", type: "string" } },
      },
    ]);
  });

  it("suggests nothing for a record without an id, which no overlay can allow", () => {
    const document = documentWith();
    const check = createRecordCheck(document);
    check.check({ remark: "a" }, "Order");
    const wrong = check.fields().filter(isWrong);
    expect(wrong).toMatchObject([{ name: "id", missing: 1 }]);
    expect(suggestActions(document, wrong)).toEqual([]);
  });

  it.each([
    ["nulls in optional fields", { remark: null, customer: null, customers: null, date_created: null, settings: null }],
    ["a reference with some of the fields", { customer: reference(1, { name: "Ana" }) }],
    ["a reference without data", { customer: reference(1, null), customers: [{ id: 1 }] }],
    ["a reference to a record that no schema describes", { owner: reference(1, { anything: [1, "a"] }) }],
    ["any object in a field that declares no fields", { settings: { a: 1, b: [null] } }],
    ["a text that is longer than declared", { remark: "a".repeat(100) }],
    ["every format of a time", { date_created: "2025-07-16T14:30:00Z" }],
    ["unix seconds as a time", { date_created: "1752676200" }],
  ])("accepts %s", (_, order) => {
    const fields = checkOrders(documentWith(), order);
    expect(fields.filter(isWrong)).toEqual([]);
    expect(fields.filter(({ declared }) => declared === undefined)).toEqual([]);
  });

  it("finds undeclared fields of records, also in the data of references, but not in other objects", () => {
    const fields = checkOrders(
      documentWith(field("settings", nullable(settings))),
      { X_A: 1, settings: { other: 1 }, _type: "ORDER", _self: null, customer: reference(1, { X_B: "a" }) },
      { X_A: null },
    );
    const undeclared = fields.filter(({ declared }) => declared === undefined);
    expect(undeclared).toMatchObject([
      { owner: { component: "Customer" }, name: "X_B", records: 1, observation: { count: 1, nulls: 0 } },
      { owner: { component: "Order" }, name: "X_A", records: 2, observation: { count: 2, nulls: 1 } },
    ]);
  });
});

describe("Inferring the type of a custom field", () => {
  const values: Json[] = [
    null,
    "text",
    "",
    "07/16/2025",
    "2025-07-16",
    "07/16/2025 02:30 PM",
    "1752676200",
    1,
    1.5,
    true,
    { id: 1, text: "Ana" },
    { id: "a", text: null },
    reference(1),
    { a: 1 },
    [],
    ["a"],
    ["a", null],
    [1, "a"],
    ["07/16/2025"],
    [{ id: 1, text: "Ana" }],
    [reference(1)],
    [{ a: 1 }],
    [["a"]],
  ];
  const pairs = values.flatMap(one => values.map((other): [Json, Json] => [one, other]));

  it("accepts all values that it was inferred from, and does not change when it is applied again", () => {
    const document = documentWith();
    const name = (index: number): string => `date_${index}`;
    const check = createRecordCheck(document);
    for (const side of [0, 1] as const) {
      check.check(Object.fromEntries(pairs.map((pair, index) => [name(index), pair[side]])), "Order");
    }
    const update = Object.fromEntries(
      check
        .fields()
        .filter(({ declared }) => declared === undefined)
        .map(each => [each.name, inferType(each.observation).inResponse]),
    );
    expect(Object.keys(update)).toHaveLength(pairs.length);
    const overlays = [
      { file: "custom-fields.yaml", actions: [{ target: "$.components.schemas.Order.properties", update }] },
    ];
    const declared = normaliseDocument(document, { overlays }).document;
    const orders = ([0, 1] as const).map(side =>
      Object.fromEntries(pairs.map((pair, index): [string, Json] => [name(index), pair[side]])),
    );
    const wrong = checkOrders(declared, ...orders).filter(isWrong);
    expect(wrong.map(each => pairs[Number(each.name.slice(5))])).toEqual([]);
    expect(normaliseDocument(declared, { overlays }).document).toEqual(declared);
  });
});
