import { describe, expect, it } from "vitest";
import { resources } from "../src/builtin/resources.js";
import { createTestEmulator } from "./support/client.js";

/** The bodies that create a valid record of each entity, by the path of the collection. */
const valid: Record<string, object> = {
  assays: { title: "New" },
  attachments: { attachment_type: "ORDER", object_id: 1, file_name: "a.pdf" },
  contacts: { first_name: "New" },
  customers: { customer_name: "New" },
  "invoice-items": { invoice_id: 1, name: "New", invoice_item_type: "INVOICE_ITEM" },
  invoices: { order_id: 1, template_id: 1 },
  orders: { customer_account_id: 1 },
  panels: { title: "New" },
  payments: { customer_id: 1, amount: 10, template_id: 1 },
  printdocs: { printdoc_config_id: 1, order_id: 1 },
  reports: { report_config_id: 1, test_ids: [1] },
  samples: { order_id: 1 },
  tests: { sample_id: 1, assay_id: 1 },
};

/** The fields of each body that hold ids of records. */
const references: Record<string, readonly string[]> = {
  assays: ["batch_worksheet_id", "category_id", "default_technician_id", "team_id", "worksheet_id"],
  attachments: ["object_id"],
  customers: ["parent_customer_id"],
  "invoice-items": ["assay_id", "invoice_id", "panel_id", "turnaround_id"],
  invoices: ["emailed_by_id", "order_id", "order_ids"],
  orders: [
    "approved_by_id",
    "created_from_quotation_id",
    "customer_account_id",
    "division_id",
    "emailed_by_id",
    "entered_by_api_client_id",
    "entered_by_id",
    "project_id",
    "received_by_id",
    "requested_by_id",
    "requested_for_id",
    "turnaround_id",
  ],
  payments: ["created_by_api_client_id", "created_by_user_id", "customer_id"],
  printdocs: ["batch_id", "order_id", "sample_id", "test_id", "test_ids"],
  reports: ["test_id", "test_ids"],
  samples: ["accessioning_type_id", "location_id", "order_id", "parent_sample_id", "project_id", "source_id"],
  tests: ["assay_id", "panel_id", "sample_id", "tech_id", "turnaround_id"],
};

const readOnly = new Set(["attachments", "printdocs", "reports"]);

const cases = Object.entries(references).flatMap(([list, fields]) => fields.map(field => [list, field] as const));

describe("missing records", () => {
  // One emulator for all cases, because none of them changes the records that another one reads.
  const { request } = createTestEmulator({ limits: { requests: 10_000 } });

  it.each(cases)("reject a new record of %s whose %s names one", async (list, field) => {
    expect((await request("POST", `/${list}`, [valid[list]])).status).toBe(201);
    const missing = field.endsWith("api_client_id") ? "no client" : 9999;
    const value = field.endsWith("s") ? [missing] : missing;
    expect(await request("POST", `/${list}`, [valid[list], { ...valid[list], [field]: value }])).toMatchObject({
      status: 400,
      body: {
        error_type: "ValidationError",
        error_token: expect.any(String),
        error_description: expect.stringContaining(`${field} names a`),
        errors: [{ loc: [1, field], msg: "not found" }],
      },
    });
    expect((await request("GET", `/${list}/9999`)).status).toBe(404);
  });

  it.each(cases.filter(([list]) => !readOnly.has(list)))(
    "reject an update of %s whose %s names one",
    async (list, field) => {
      const missing = field.endsWith("api_client_id") ? "no client" : 9999;
      const item = { id: 1, [field]: field.endsWith("s") ? [missing] : missing };
      expect(await request("PATCH", `/${list}`, [item])).toMatchObject({
        status: 400,
        body: { errors: [{ loc: [0, field] }] },
      });
    },
  );

  it("are references in every relation that a body can write, so that none is forgotten here", () => {
    for (const [entity, { collection = "", verbs = "", fields }] of Object.entries(resources)) {
      if (!/create/.test(verbs) || readOnly.has(collection)) continue;
      const relations = [...fields.matchAll(/\b(\w+):([A-Z]\w+)/g)]
        .map(([, name = ""]) => `${name.replace(/_ent$/, "")}_id`)
        .filter(field => field !== "most_recent_report_id");
      expect([entity, references[collection] ?? []]).toEqual([entity, expect.arrayContaining(relations)]);
    }
  });

  it("include records that were deleted", async () => {
    const { request } = createTestEmulator();
    await request("DELETE", "/samples/5");
    expect((await request("POST", "/tests", [{ sample_id: 5, assay_id: 1 }])).status).toBe(400);
  });

  it("reject a custom field of a user", async () => {
    const { request } = createTestEmulator({ customFields: { orders: { X_REVIEWER: "USER" } } });
    expect((await request("PATCH", "/orders", [{ id: 1, X_REVIEWER: 99 }])).body).toMatchObject({
      errors: [{ loc: [0, "X_REVIEWER"] }],
    });
  });

  it.each([
    ["/customers/1/contacts", { contact_id: 99 }],
    ["/customers/1/contacts", {}],
    ["/contacts/1/customers", { customer_id: 99 }],
    ["/payments/1/invoices", { invoice_id: 99, applied_amount: 1 }],
    ["/integrations/7/assays", { entity_id: 99, integration_vendor_id: "a" }],
    ["/integrations/7/payments", { entity_id: 99, integration_vendor_id: "a" }],
  ])("reject POST %s with %j", async (path, item) => {
    const { request } = createTestEmulator();
    expect(await request("POST", path, [item])).toMatchObject({
      status: 400,
      body: { errors: [{ msg: "not found" }] },
    });
  });

  it("are not looked up for fields that the operation does not declare", async () => {
    const { request } = createTestEmulator();
    expect((await request("POST", "/orders", [{ customer_account_id: 1, invoice_id: 99 }])).status).toBe(201);
  });
});

describe("unknown words", () => {
  it.each([
    ["orders", "state", "LOST"],
    ["orders", "state", "Completed"],
    ["orders", "order_request_status", "SENT"],
    ["tests", "state", "PASSED"],
    ["invoices", "status", "PAID"],
    ["invoice-items", "invoice_item_type", "GIFT"],
    ["attachments", "attachment_type", "INVOICE_ITEM"],
    ["attachments", "attachment_type", "order"],
  ])("reject a write of %s whose %s is %s", async (list, field, word) => {
    const { request } = createTestEmulator();
    const rejected = {
      status: 400,
      body: { error_type: "ValidationError", errors: [{ loc: [0, field], type: "type_error.enum" }] },
    };
    expect(await request("POST", `/${list}`, [{ ...valid[list], [field]: word }])).toMatchObject(rejected);
    const before = (await request("GET", `/${list}/1`)).body.data;
    const update = { id: 1, attachment_type: "ORDER", [field]: word };
    expect(await request("PATCH", `/${list}`, [update])).toMatchObject(rejected);
    const { url: _, asset: __, ...after } = (await request("GET", `/${list}/1`)).body.data;
    expect(before).toMatchObject(after);
  });

  it("do not include the states that the options add, and states of tests that are repeated", async () => {
    const { request } = createTestEmulator({ states: ["NEEDS REVIEW (DATA TEAM)"] });
    for (const state of ["NEEDS REVIEW (DATA TEAM)", "RETEST - MOLD", "NEEDS GC DATA"]) {
      for (const list of ["orders", "tests"]) {
        expect((await request("PATCH", `/${list}`, [{ id: 1, state }])).body.data).toMatchObject([{ state }]);
      }
    }
    const requested = { id: 1, order_request_status: "NEEDS REVIEW (DATA TEAM)" };
    expect((await request("PATCH", "/orders", [requested])).status).toBe(200);
  });

  it.each(["DOCUMENT", "EQUIPMENT", "RECORD", "GENERIC"])(
    "do not include attachments of the type %s, whose records the API does not have",
    async attachment_type => {
      const { request } = createTestEmulator();
      const item = { attachment_type, object_id: 9999, file_name: "a.pdf" };
      expect((await request("POST", "/attachments", [item])).status).toBe(201);
    },
  );
});

describe("labels", () => {
  it.each(["orders", "samples", "tests", "batches", "projects", "locations"])(
    "are printed for %s that exist",
    async type => {
      const { request } = createTestEmulator();
      expect((await request("POST", `/labels/1/${type}`, [{ id: 1, count: 2 }])).status).toBe(200);
      expect((await request("POST", `/labels/1/${type}`, [{ id: 999, count: 2 }])).status).toBe(404);
    },
  );

  it.each(["customers", "order", "toString"])("are rejected for the data_type %s", async type => {
    const { request } = createTestEmulator();
    expect(await request("POST", `/labels/1/${type}`, [{ id: 1 }])).toMatchObject({
      status: 400,
      body: { error_type: "ValidationError", errors: [{ loc: ["path", "data_type"] }] },
    });
  });

  it("are rejected if the tenant has no label of the id", async () => {
    const { request } = createTestEmulator();
    expect((await request("POST", "/labels/11/orders", [{ id: 1 }])).status).toBe(404);
    const other = createTestEmulator({ labels: [42] });
    expect((await other.request("POST", "/labels/42/orders", [{ id: 1 }])).status).toBe(200);
    expect((await other.request("POST", "/labels/1/orders", [{ id: 1 }])).status).toBe(404);
  });
});

describe("booleans as Python writes them", () => {
  it.each([
    "samples?received",
    "samples?is_sub_sample",
    "samples?no_associated_order",
    "samples?no_sub_samples",
    "samples?report_generated",
    "tests?parent_sample_only",
    "tests?emailed",
    "reports?emailed",
    "assays?active",
    "contacts?is_doctor",
  ])("have the effect of JSON's in /%s", async query => {
    const { request } = createTestEmulator();
    const count = async (value: string): Promise<number> =>
      (await request("GET", `/${query}=${value}`)).body.total_count;
    for (const [python, json] of [
      ["True", "true"],
      ["False", "false"],
    ] as const) {
      expect([python, await count(python)]).toEqual([python, await count(json)]);
    }
    expect((await request("GET", `/${query}=Yes`)).status).toBe(400);
  });
});

describe("paths of API v1", () => {
  it.each([
    ["GET", "/order/1"],
    ["GET", "/orders"],
    ["POST", "/oauth/token"],
    ["PUT", "/test/1"],
    ["PATCH", "/test/1/worksheet"],
    ["DELETE", "/sample/1"],
  ])("are not found: %s /qbench/api/v1%s", async (method, path) => {
    const { emulator, token } = createTestEmulator();
    const headers = [{}, { Authorization: `Bearer ${await token()}` }];
    for (const sent of headers) {
      const response = await emulator.fetch(
        new Request(`https://lab.example/qbench/api/v1${path}`, { method, headers: sent }),
      );
      expect(response.status).toBe(404);
      expect(response.headers.get("Content-Type")).toMatch("application/json");
      const body = await response.json();
      expect(body).toEqual({
        error_type: "NotFoundError",
        error_description: "The path does not exist",
        error_token: expect.stringMatching(/^[0-9a-f]{16}$/),
      });
    }
  });
});

describe("dates that do not exist", () => {
  it.each(["02/30/2026", "13/01/2026 09:30 AM", "01/05/2026 00:30 AM", "2026-02-31", "2026-13-01T00:00:00Z"])(
    "reject a write and a filter with %s",
    async date => {
      const { request } = createTestEmulator();
      const update = await request("PATCH", "/orders", [{ id: 1, date_received: date }]);
      expect(update).toMatchObject({ status: 400, body: { errors: [{ loc: [0, "date_received"] }] } });
      const filter = new URLSearchParams({ date_received_start: date });
      expect((await request("GET", `/orders?${filter}`)).status).toBe(400);
    },
  );
});
