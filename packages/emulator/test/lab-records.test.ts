import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { createEmulator, type InitialRecords, type OpenApiDocument, type RecordReference } from "../src/index.js";
import { createTestEmulator } from "./support/client.js";

const refOf = (id: number) => expect.objectContaining({ id });
const ids = (list: readonly { id: unknown }[]): unknown[] => list.map(({ id }) => id);

describe("the option records", () => {
  it("gives a collection exactly the listed records, and keeps the seeds of the others", async () => {
    const { request } = createTestEmulator({
      records: { orders: [{ id: 7, customer_account_id: 3, state: "IN PROGRESS" }], batches: 3 },
    });
    const orders = (await request("GET", "/orders")).body;
    expect(orders).toMatchObject({
      data: [{ id: 7, customer_account: refOf(3), state: "IN PROGRESS", custom_formatted_id: "QB-00007" }],
      total_count: 1,
    });
    expect((await request("GET", "/batches")).body.total_count).toBe(3);
    expect((await request("GET", "/customers")).body.total_count).toBe(10);
  });

  it("lets no seeded record refer to a listed one", async () => {
    const { request } = createTestEmulator({
      records: { orders: [{ id: 7 }], samples: 20, comments: 5 },
    });
    expect((await request("GET", "/orders/7/samples")).body.data).toEqual([]);
    expect((await request("GET", "/orders/7/comments")).body.data).toEqual([]);
    expect((await request("GET", "/samples/20")).body.data).toMatchObject({ order_id: null, order: null });
  });

  it("lets listed records refer to each other in any order", async () => {
    const { request } = createTestEmulator({
      records: {
        "*": 0,
        batches: [{ id: 2, tests: [30, 31] }],
        tests: [{ id: 30, sample_id: 20 }, { sample_id: 20 }],
        samples: [{ id: 20, order_id: 7 }],
        orders: [{ id: 7 }],
      },
    });
    expect(ids((await request("GET", "/orders/7/tests")).body.data)).toEqual([30, 31]);
    expect(ids((await request("GET", "/tests/31/batches")).body.data)).toEqual([2]);
    expect((await request("GET", "/customers")).body).toMatchObject({ data: [], total_count: 0 });
  });

  it("has a number of records in all other collections with the name *", async () => {
    const { request, emulator } = createTestEmulator({ records: { "*": 60, teams: 1 } });
    for (const [list, count] of Object.entries({ teams: 1, tests: 60, users: 60, locations: 60, payments: 60 })) {
      expect([list, (await request("GET", `/${list}`)).body.total_count]).toEqual([list, count]);
    }
    expect(emulator.records.list("comments")).toHaveLength(60);
  });

  const wrong: [records: Record<string, unknown>, message: string][] = [
    [{ testz: 1 }, '"testz" is not a collection. Use one of accessioning-types, '],
    [{ tests: "3" }, "tests must be a number of records or a list of records."],
    [{ tests: -1 }, "tests must be a number"],
    [{ tests: 1.5 }, "tests must be a number"],
    [{ tests: { id: 1 } }, "tests must be a number"],
    [{ tests: null }, "tests must be a number"],
    [{ "*": "none" }, '"*" must be a number of records.'],
    [{ "api-clients": 3 }, "api-clients cannot be changed here. Use the option clients, or emulator.clients."],
    [{ tests: [7] }, "tests[0] must be an object with the fields of a record, not 7."],
    [{ tests: [{ state: 3 }] }, "tests[0].state does not match the document: "],
    [{ tests: [{ stat: "DONE" }] }, "tests[0].stat is not a field of the document, nor of the option customFields."],
    [{ orders: [{ id: 1 }, { id: 1 }] }, "orders[1].id must be new."],
    [{ orders: [{ id: 0 }] }, "orders[0].id must be a whole number from 1, not 0."],
    [{ orders: [{ id: "7" }] }, 'orders[0].id must be a whole number from 1, not "7".'],
    [{ orders: [{ customer_account_id: 99 }] }, "orders[0].customer_account_id refers to customers 99, which does not"],
    [{ orders: [{ customer_account: { id: 1 } }] }, "Set the id of the record in orders[0].customer_account_id."],
    [{ orders: [{ tests: [1] }] }, "orders[0].tests cannot be set, because it follows from other records."],
    [{ orders: [{ date_received: "soon" }] }, "orders[0].date_received must be a Date, an ISO 8601 text or MM/DD/YYYY"],
    [{ orders: [{ date_received: 1_700_000_000_000 }] }, "orders[0].date_received must be a Date"],
    [{ batches: [{ tests: "1,2" }] }, 'batches[0].tests must be a list of ids, not "1,2".'],
    [{ batches: [{ tests: [999] }] }, "batches[0].tests refers to tests 999, which does not exist."],
    [{ samples: [{ storage_temperature: "cold" }] }, 'samples[0].storage_temperature must be a number, not "cold".'],
    [{ attachments: [{ object_id: 9999, attachment_data_type: "ORDER" }] }, "object_id refers to orders 9999"],
  ];

  it.each(wrong)("rejects %j and names the wrong value", (value, message) => {
    const records = value as InitialRecords;
    expect(() => createEmulator({ records })).toThrow("The option records is invalid: ");
    expect(() => createEmulator({ records })).toThrow(message);
  });

  it.each([[[{ id: 1 }]], [null], [7]])("rejects %j, because it is not an object", value => {
    const records: unknown = value;
    expect(() => createEmulator({ records: records as InitialRecords })).toThrow("it must be an object");
  });
});

/** A record of each collection, with a field to change. References are to seeded records. */
const examples: Record<string, [fields: Record<string, unknown>, change: Record<string, unknown>]> = {
  "accessioning-types": [{ value: "Drone" }, { active: false }],
  "assay-categories": [{ name: "Genetics" }, { name: "Genomics" }],
  assays: [{ title: "Lead", turnarounds: [1, 2] }, { base_price: 12.5 }],
  attachments: [{ object_id: 7, attachment_data_type: "ORDER" }, { notes: "Signed" }],
  batches: [{ display_name: "Night run", tests: [1, 2], assay_id: 1 }, { display_name: "Day run" }],
  comments: [{ order_id: 7, message: "Call back" }, { message: "Called back" }],
  contacts: [{ first_name: "Lise", customers: [3] }, { last_name: "Meitner" }],
  customers: [{ customer_name: "Mill" }, { status: "INACTIVE" }],
  divisions: [{ name: "South" }, { name: "North" }],
  epics: [{ name: "Autumn" }, { status: "CLOSED" }],
  "integration-mappings": [{ entity_id: 1, entity_type: "assays", integration_id: 9 }, { integraton_vendor_id: "X1" }],
  "invoice-items": [{ invoice_id: 1, name: "Lead", invoice_item_type: "INVOICE_ITEM" }, { quantity: 3 }],
  invoices: [{ order_ids: [7, 8] }, { notes: "Paid late" }],
  "location-types": [{ name: "Rack" }, { number_of_slots: 8 }],
  locations: [{ name: "Rack 3", location_type_id: 1 }, { active: false }],
  orders: [{ customer_account_id: 3, order_request_status: "RECEIVED" }, { state: "COMPLETED" }],
  panels: [{ title: "Metals", assays: [3] }, { base_price: 10 }],
  payments: [{ customer_id: 1, amount: 20, invoices: [1] }, { check_number: "4711" }],
  printdocs: [{ title: "Label", type: "ORDER", object_id: 7 }, { version: 2 }],
  projects: [{ title: "Well 9" }, { percent_completion: 50 }],
  quotations: [{ title: "Yearly", customer_id: 1 }, { total: 99 }],
  reports: [{ test_id: 5 }, { state: "PUBLISHED" }],
  samples: [{ order_id: 7, description: "Lot Z" }, { received: true }],
  sources: [{ display_name: "Well 9" }, { latitude: 45.5 }],
  teams: [{ name: "Night" }, { name: "Day" }],
  tests: [{ sample_id: 3, assay_id: 1 }, { results: "4.2" }],
  turnarounds: [{ name: "Slow" }, { default_duration: 20 }],
  users: [{ first_name: "Emmy", last_name: "Noether" }, { last_name: "N." }],
  worksheets: [{ name: "Lead" }, { active: false }],
};

describe("emulator.records", () => {
  it("has examples below for every collection but that of API clients", () => {
    const message = (() => {
      try {
        createEmulator().records.list("nowhere");
      } catch (error) {
        return String(error);
      }
      return "";
    })();
    const known = message.replace(/^.*Use one of (.*)\.$/, "$1").split(", ");
    expect(Object.keys(examples)).toEqual(known.filter(name => name !== "api-clients"));
  });

  it.each(Object.entries(examples))(
    "creates, updates, returns and deletes a record of %s",
    (name, [fields, change]) => {
      // URLs expire by the clock, so each response would differ.
      const { records } = createEmulator({ clock: { now: () => Date.UTC(2026, 5, 1) } });
      const before = records.list(name).length;
      const created = records.create(name, fields);
      const scalars = (values: Record<string, unknown>) =>
        Object.fromEntries(
          Object.entries(values).filter(([field, value]) => field in created && !Array.isArray(value)),
        );
      expect(created).toMatchObject(scalars(fields));
      expect(records.get(name, created.id)).toEqual(created);
      expect(records.update(name, created.id, change)).toMatchObject({ ...scalars(fields), ...change });
      expect(records.list(name)).toHaveLength(before + 1);
      expect(records.list(name).at(-1)).toEqual(records.get(name, created.id));
      expect(records.delete(name, created.id)).toBe(true);
      expect(records.delete(name, created.id)).toBe(false);
      expect(records.get(name, created.id)).toBeUndefined();
      expect(records.list(name)).toHaveLength(before);
    },
  );

  it("shows records as the API does", async () => {
    const { emulator, request } = createTestEmulator();
    for (const list of ["orders", "tests", "batches", "invoices", "users"] as const) {
      expect(emulator.records.list(list).slice(0, 20)).toEqual((await request("GET", `/${list}`)).body.data);
    }
  });

  it("takes dates as a Date, as ISO text and in QBench's form, and returns them in QBench's form", () => {
    const { records } = createEmulator();
    const dates = [new Date(Date.UTC(2026, 2, 4, 14, 5)), "2026-03-04T16:05+02:00", "03/04/2026 02:05 PM"];
    for (const date of dates) {
      expect(records.create("samples", { date_received: date }).date_received).toBe("03/04/2026 02:05 PM");
    }
    expect(() => records.create("samples", { date_received: new Date("x") })).toThrow(
      "must be a Date, an ISO 8601 text or MM/DD/YYYY hh:mm AM, not Invalid Date.",
    );
  });

  it("completes a record by the rules of the API, and lets the given values win", () => {
    const { records } = createTestEmulator().emulator;
    expect(records.create("tests", { state: "COMPLETED" }).complete_date).toBe("06/01/2026 12:00 PM");
    expect(records.create("tests", { state: "COMPLETED", complete_date: null })).toMatchObject({ complete_date: null });
    expect(records.create("orders", { total_samples_created: 9 }).total_samples_created).toBe(9);
    expect(records.create("reports", { test_id: 5 })).toMatchObject({ render_status: "SUCCESSFUL" });
  });

  it("links records in both directions, whichever of them names the other", () => {
    const { records } = createEmulator({ records: { "*": 0 } });
    const order = records.create("orders");
    const sample = records.create("samples", { order_id: order.id });
    const [first, second] = [records.create("tests", { sample_id: sample.id }), records.create("tests")];
    expect(records.get("samples", sample.id)?.tests).toEqual([refOf(first.id)]);
    records.update("samples", sample.id, { tests: [second.id] });
    expect(records.get("tests", first.id)?.sample_id).toBe(null);
    expect(records.get("tests", second.id)?.sample_id).toBe(sample.id);
    expect(records.get("orders", order.id)?.total_samples_created).toBe(1);

    const batch = records.create("batches", { tests: [first.id, second.id], samples: [sample.id] });
    expect(records.get("samples", sample.id)?.batches).toEqual([refOf(batch.id)]);
    records.update("tests", first.id, { batches: [] });
    expect(records.get("batches", batch.id)?.tests).toEqual([refOf(second.id)]);

    const customer = records.create("customers");
    const contact = records.create("contacts", { customers: [customer.id] });
    expect(records.get("customers", customer.id)?.contacts).toEqual([refOf(contact.id)]);

    const report = records.create("reports", { test_ids: [first.id, second.id] });
    expect(records.get("samples", sample.id)?.reports).toEqual([refOf(report.id)]);
    expect(records.get("tests", second.id)?.most_recent_report_id).toBe(report.id);
  });

  it("applies a payment to its invoices up to what is outstanding", () => {
    const { records } = createEmulator({ records: { "*": 0 } });
    const [first, second] = [records.create("orders"), records.create("orders")];
    const invoice = records.create("invoices", { orders: [first.id, second.id] });
    expect(invoice).toMatchObject({ order_id: first.id, order_ids: [first.id, second.id], total: 0 });
    const other = records.create("orders", { invoices: [invoice.id] });
    expect(records.get("invoices", invoice.id)?.order_ids).toEqual([first.id, second.id, other.id]);
    const item = { invoice_item_type: "INVOICE_ITEM", base_price: 30, quantity: 2 };
    records.create("invoice-items", { ...item, invoice_id: invoice.id });
    const payment = records.create("payments", { amount: 100, invoices: [invoice.id] });
    expect(payment.unapplied_amount).toBe(40);
    expect(records.get("invoices", invoice.id)).toMatchObject({
      outstanding_amount: 0,
      paid: true,
      invoice_payments: [refOf(payment.id)],
    });
    records.update("payments", payment.id, { invoices: [] });
    expect(records.get("invoices", invoice.id)).toMatchObject({ outstanding_amount: 60, paid: false });
  });

  it("keeps the order of ids, also for the API's lists, whatever the order of creation", async () => {
    const { emulator, request } = createTestEmulator({ records: { "*": 0, orders: [{ id: 9 }, { id: 3 }] } });
    emulator.records.create("orders", { id: 5 });
    emulator.records.create("orders");
    emulator.records.delete("orders", 3);
    expect(ids(emulator.records.list("orders"))).toEqual([5, 9, 10]);
    const { body } = await request("GET", "/orders?page_size=2&sort_by=id&sort_order=DESC");
    expect([ids(body.data), body.total_count]).toEqual([[10, 9], 3]);
  });

  it("finds the order of records by their ids when some are created and deleted within a large seed", async () => {
    const { emulator, request } = createTestEmulator({ records: { orders: 1000 } });
    emulator.records.delete("orders", 500);
    expect(() => emulator.records.create("orders", { id: 500 })).toThrow("orders.id must be new. 500 is the id of");
    emulator.records.create("orders", { id: 2000 });
    emulator.records.create("orders", { id: 1500 });
    const last = await request("GET", "/orders?page_size=4&page_num=251");
    expect([ids(last.body.data), last.body.total_count]).toEqual([[2000], 1001]);
    expect(ids((await request("GET", "/orders?page_size=4&page_num=250")).body.data)).toEqual([998, 999, 1000, 1500]);
    expect(ids((await request("GET", "/orders?page_size=4&page_num=125")).body.data)).toEqual([497, 498, 499, 501]);
  });

  it("rejects wrong values and changes nothing", () => {
    const { records } = createEmulator();
    const orders = records.list("orders");
    expect(() => records.create("orders", { id: 7 })).toThrow("records.create failed: orders.id must be new.");
    expect(() => records.create("orderz")).toThrow('records.create failed: "orderz" is not a collection.');
    expect(() => records.update("orders", 7, { project_id: 99 })).toThrow("orders.project_id refers to projects 99");
    expect(() => records.update("orders", 999, {})).toThrow("records.update failed: orders has no record 999.");
    expect(() => records.update("orders", 7, { id: 8 })).toThrow("orders.id cannot change.");
    expect(() => records.create("orders", { state: "NEW", samples: [999] })).toThrow("refers to samples 999");
    expect(() => records.delete("api-clients", "x")).toThrow("emulator.clients");
    expect(records.list("orders")).toEqual(orders);
  });

  it("shares no list or object with its caller, nor with another emulator", () => {
    const { records } = createEmulator();
    const order_ids = [7, 8];
    const worksheet_data = { ph: { value: "7.1" } };
    const invoice = records.create("invoices", { order_ids });
    const test = records.create("tests", { sample_id: 1, assay_id: 1, worksheet_data });
    order_ids.push(9);
    invoice.order_ids.push(10);
    worksheet_data.ph.value = "0";
    Object.assign(test.worksheet_data ?? {}, { ph: { value: "1" } });
    records.get("customers", 1)?.tags.push("lost");
    expect(records.get("invoices", invoice.id)?.order_ids).toEqual([7, 8]);
    expect(records.get("tests", test.id)?.worksheet_data).toMatchObject({ ph: { value: "7.1" } });
    for (const emulator of [{ records }, createEmulator()]) {
      expect(emulator.records.get("customers", 1)?.tags).toEqual(["wholesale"]);
    }
  });

  it.each([
    [{ date_received: "02/30/2026 09:30 AM" }, "must be a Date"],
    [{ date_received: "13/05/2026" }, "must be a Date"],
    [{ date_received: "01/05/2026 13:30 PM" }, "must be a Date"],
    [{ date_received: "2026-02-31" }, "must be a Date"],
    [{ date_received: new Date(Number.NaN) }, "not Invalid Date."],
    [{ id: Number.POSITIVE_INFINITY }, "not Infinity."],
    [{ constructor: "x" }, "orders.constructor is not a field"],
    [JSON.parse('{ "__proto__": 1 }'), "orders.__proto__ is not a field"],
    [null, "must be an object"],
  ])("rejects the order %j and names what is wrong", (order, message) => {
    expect(() => createEmulator().records.create("orders", order)).toThrow(message);
  });

  it("rejects values that JSON cannot contain", () => {
    const { records } = createEmulator();
    expect(() => records.create("payments", { amount: Number.NaN })).toThrow("payments.amount must be a finite number");
    const worksheet_data = { ph: () => 7 };
    expect(() => records.create("tests", { worksheet_data })).toThrow("must be a value that JSON can contain");
  });

  it("accepts the custom fields of the option customFields, and the id of an existing user in them", () => {
    const { records } = createEmulator({ customFields: { samples: { lot: "STR", picked_by: "USER" } } });
    expect(records.create("samples", { lot: "L-7", picked_by: 2 })).toMatchObject({ lot: "L-7", picked_by: { id: 2 } });
    expect(() => records.create("samples", { picked_by: 99 })).toThrow("samples.picked_by refers to users 99");
    expect(() => records.create("samples", { lot_number: "L-7" })).toThrow("samples.lot_number is not a field");
  });

  it("finishes a report that is created while it is pending", async () => {
    const { emulator, request } = createTestEmulator();
    const { id } = emulator.records.create("reports", { order_id: 7, render_status: "PENDING" });
    expect((await request("GET", `/reports/${id}`)).body.data.render_status).toBe("PENDING");
    expect((await request("GET", `/reports/${id}`)).body.data.render_status).toBe("SUCCESSFUL");
  });

  it("has types for the collections of the built-in document", () => {
    const { records } = createEmulator();
    expectTypeOf(records.create("orders").customer_account).toEqualTypeOf<RecordReference | null>();
    expectTypeOf(records.get("batches", 1)?.tests).toEqualTypeOf<RecordReference[] | undefined>();
    expectTypeOf(records.create("users").id).toEqualTypeOf<number>();
    expectTypeOf(records.create("orders").courier).toEqualTypeOf<unknown>();
    // @ts-expect-error A state is a text.
    expect(() => records.create("orders", { state: 3 })).toThrow("orders.state does not match");
    // @ts-expect-error A list of references is set by ids.
    expect(() => createEmulator({ records: { batches: [{ tests: [{ id: 1 }] }] } })).toThrow("must be a list of ids");
  });
});

describe("the records of another document", () => {
  const document: OpenApiDocument = {
    openapi: "3.0.3",
    info: { title: "Widgets", version: "1" },
    paths: {
      "/widgets": {
        get: {
          responses: {
            200: {
              description: "",
              content: {
                "application/json": { schema: { type: "array", items: { $ref: "#/components/schemas/Widget" } } },
              },
            },
          },
        },
      },
    },
    components: {
      schemas: {
        Widget: {
          type: "object",
          properties: {
            id: { type: "integer" },
            name: { type: "string", maxLength: 5 },
            color: { type: "string", enum: ["red", "blue"] },
            made: { type: "string", format: "date-time" },
          },
        },
      },
    },
  };

  it("have the names and the fields of that document", () => {
    const { records } = createEmulator({ document, records: { widgets: [{ id: 4, name: "Bolt" }] } });
    records.create("widgets", { color: "red", made: new Date(0) });
    expect(records.list("widgets")).toEqual([
      { id: 4, name: "Bolt", color: null, made: null },
      { id: 5, name: null, color: "red", made: "01/01/1970 12:00 AM" },
    ]);
    expect(() => records.create("widgets", { name: "Bolts!" })).toThrow("widgets.name does not match the document");
    expect(() => records.create("widgets", { color: "green" })).toThrow("widgets.color does not match the document");
    expect(() => records.create("orders")).toThrow('"orders" is not a collection. Use one of widgets.');
  });
});

describe("any sequence of changes", () => {
  /** Either side of each kind of relation. */
  const sides = [
    ["orders", "samples"],
    ["samples", "tests"],
    ["batches", "tests"],
    ["tests", "batches"],
    ["batches", "samples"],
    ["contacts", "customers"],
    ["customers", "contacts"],
    ["invoices", "orders"],
    ["orders", "invoices"],
    ["invoices", "invoice_items"],
    ["samples", "sub_samples"],
  ] as const;
  const paths = { sub_samples: "sub-samples", invoice_items: "invoice-items" } as const;

  it("leaves each list equal to the ids that were set last, for the API too", async () => {
    const sequence = fc.array(
      fc.record({
        side: fc.nat(sides.length - 1),
        id: fc.integer({ min: 1, max: 4 }),
        ids: fc.uniqueArray(fc.integer({ min: 5, max: 8 })),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(sequence, async changes => {
        const eight = Array.from({ length: 8 }, (_, index) => ({ id: index + 1 }));
        const lists = ["orders", "samples", "tests", "batches", "contacts", "customers", "invoices", "invoice-items"];
        const records = Object.fromEntries(lists.map(list => [list, eight]));
        const { emulator, request } = createTestEmulator({
          records: { "*": 0, ...records },
          limits: { requests: 1e6 },
        });
        for (const { side, id, ids: wanted } of changes) {
          const [collection, list] = sides[side] ?? sides[0];
          emulator.records.update(collection, id, { [list]: wanted });
          const path = list in paths ? paths[list as keyof typeof paths] : list;
          const { body } = await request("GET", `/${collection}/${id}/${path}?page_size=50`);
          expect([collection, list, ids(body.data).sort()]).toEqual([collection, list, wanted.toSorted()]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("never stores a record that another one does not find", () => {
    const value = fc.oneof(
      fc.integer(),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.integer()),
      fc.double(),
    );
    const fields = fc.dictionary(
      fc.constantFrom("id", "order_id", "state", "tests", "batches", "received", "tags", "date_received", "nothing"),
      value,
    );
    fc.assert(
      fc.property(fields, given => {
        const { records } = createEmulator({ records: { "*": 3 } });
        const count = records.list("samples").length;
        try {
          records.create("samples", given);
        } catch (error) {
          expect(String(error)).toMatch(/^Error: records\.create failed: samples\.\w+ /);
          expect(records.list("samples")).toHaveLength(count);
          return;
        }
        const created = records.list("samples");
        expect(created).toHaveLength(count + 1);
        for (const sample of created) if (sample.order_id !== null) expect(sample.order).not.toBe(null);
      }),
      { numRuns: 200 },
    );
  });
});
