import { describe, expect, it } from "vitest";
import { setUp } from "./support/client.js";

const ids = (body: { data: { id: number }[] }): number[] => body.data.map(({ id }) => id);

describe("pages", () => {
  it("start at 1 with 20 records, in the list envelope", async () => {
    const { call } = setUp();
    const { body } = await call("GET", "/orders");
    expect(Object.keys(body)).toEqual(["data", "page_number", "total_count", "total_pages"]);
    expect(body).toMatchObject({ page_number: 1, total_count: 48, total_pages: 3 });
    expect(body.data).toHaveLength(20);
  });

  it("hold 50 records at most: a larger page is cut, or refused where that is chosen", async () => {
    const { call } = setUp();
    expect((await call("GET", "/tests?page_size=200")).body).toMatchObject({ total_pages: 4 });
    const strict = setUp({ limits: { pages: { oversized: "reject" } } });
    expect(await strict.call("GET", "/tests?page_size=51")).toMatchObject({
      status: 400,
      body: { error_type: "ValidationError" },
    });
  });

  it("are empty past the end, and a page that is no number is refused", async () => {
    const { call } = setUp();
    expect((await call("GET", "/orders?page_num=99")).body).toMatchObject({
      data: [],
      page_number: 99,
      total_pages: 3,
    });
    for (const query of ["page_num=0", "page_num=two", "page_size=0"]) {
      expect((await call("GET", `/orders?${query}`)).status).toBe(400);
    }
  });

  it("together hold every record once", async () => {
    const { call } = setUp();
    const seen = new Set<number>();
    for (let page = 1; page <= 4; page++) {
      for (const id of ids((await call("GET", `/tests?page_size=50&page_num=${page}`)).body)) seen.add(id);
    }
    expect(seen.size).toBe(192);
  });
});

describe("filters", () => {
  it("take arrays as repeated keys", async () => {
    const { call } = setUp();
    expect(ids((await call("GET", "/orders?ids=3&ids=5&ids=999")).body)).toEqual([3, 5]);
  });

  it("reach over relations: the tests of two orders", async () => {
    const { call } = setUp();
    const { body } = await call("GET", "/tests?order_ids=1&order_ids=2&page_size=50");
    const samples = await call("GET", "/samples?order_ids=1&order_ids=2&page_size=50");
    const expected = new Set(ids(samples.body));
    expect(body.data.length).toBeGreaterThan(0);
    expect(body.data.every((test: { sample_id: number }) => expected.has(test.sample_id))).toBe(true);
  });

  it("combine tags by Or, And and Not", async () => {
    const { call } = setUp();
    const count = async (query: string): Promise<number> => (await call("GET", `/samples?${query}`)).body.total_count;
    expect(await count("sample_tags=rush&sample_tags=retain")).toBe(64);
    expect(await count("sample_tags=rush&sample_tags=retain&sample_tags_action=And")).toBe(0);
    expect(await count("sample_tags=rush&sample_tags_action=Not")).toBe(64);
    expect((await call("GET", "/samples?sample_tags_action=Maybe")).status).toBe(400);
  });

  it("compare dates, amounts, ranges of ids and booleans", async () => {
    const { call } = setUp();
    await call("PATCH", "/tests", [{ id: 7, start_date: "02/01/2031" }]);
    expect(ids((await call("GET", "/tests?start_date_start=01/31/2031&start_date_end=02/01/2031")).body)).toEqual([7]);
    expect(ids((await call("GET", "/tests?start_date_start=2031-02-02")).body)).toEqual([]);
    const amounts = await call(
      "GET",
      "/invoices?total_amount=200&total_amount_2=250&total_amount_logic=btwn&page_size=50",
    );
    expect(new Set(amounts.body.data.map(({ total }: { total: number }) => total))).toEqual(new Set([220]));
    expect(ids((await call("GET", "/samples?sample_id_range_start=10&sample_id_range_end=12")).body)).toEqual([
      10, 11, 12,
    ]);
    const received = await call("GET", "/samples?received=false&page_size=50");
    expect(received.body.data.every((sample: { received: boolean }) => sample.received === false)).toBe(true);
    expect((await call("GET", "/samples?received=maybe")).status).toBe(400);
  });

  it("find what was updated since a unix time", async () => {
    const { call, clock } = setUp();
    await call("PATCH", "/orders", [{ id: 9, state: "ON HOLD" }]);
    expect(ids((await call("GET", `/orders?last_updated=${clock.now() / 1000}`)).body)).toEqual([9]);
  });

  it("take custom fields as base64 of JSON", async () => {
    const { call } = setUp();
    const encoded = btoa(JSON.stringify({ lot_number: "L-1002" }));
    const { body } = await call(
      "GET",
      `/samples?additional_fields_encoded=${encodeURIComponent(encoded)}&page_size=50`,
    );
    expect(body.total_count).toBe(32);
    expect((await call("GET", "/samples?additional_fields_encoded=%25")).status).toBe(400);
  });

  it("that the operation does not declare have no effect", async () => {
    const { call } = setUp();
    expect((await call("GET", "/reports?created_after=2030-01-01&sort_by=id")).body.total_count).toBe(20);
  });
});

describe("sorting", () => {
  it("goes up or down by a field of the record, and not by others", async () => {
    const { call } = setUp();
    const { body } = await call("GET", "/samples?sort_by=id&sort_order=DESC&page_size=3");
    expect(ids(body)).toEqual([96, 95, 94]);
    expect((await call("GET", "/samples?sort_by=lot_number")).status).toBe(400);
    expect((await call("GET", "/samples?sort_order=down")).status).toBe(400);
  });
});

describe("records", () => {
  it("show every field, empty ones as null, and relations as references beside their ids", async () => {
    const { call } = setUp();
    const { body } = await call("GET", "/samples/1");
    expect(body).toMatchObject({ _type: "SAMPLE", _self: "https://lab.example/qbench/api/v2/samples/1" });
    expect(body.data).toMatchObject({ id: 1, order_id: 1, parent_sample: null, cc_id: null });
    expect(body.data.order).toMatchObject({
      _type: "ORDER",
      _self: "https://lab.example/qbench/api/v2/orders/1",
      id: 1,
      data: { customer_account_id: 1 },
    });
    expect(body.data.tests.map(({ id }: { id: number }) => id)).toEqual([1, 97]);
  });

  it("carry custom fields flat; unknown and nested ones are dropped without a word", async () => {
    const { call } = setUp();
    const { status, body } = await call("POST", "/samples", [
      { description: "New", lot_number: "L-7", custom_fields: { lot_number: "no" }, lotnumber: "no" },
    ]);
    expect(status).toBe(201);
    expect(body.data[0]).toMatchObject({ description: "New", lot_number: "L-7", order_id: null });
    expect(body.data[0]).not.toHaveProperty("custom_fields");
    expect(body.data[0]).not.toHaveProperty("lotnumber");
  });

  it("carry the custom fields that a tenant has defined", async () => {
    const { call } = setUp({ customFields: { orders: { cost_centre: "STR" } } });
    const [order] = (await call("POST", "/orders", [{ customer_account_id: 1, cost_centre: "A1", courier: "no" }])).body
      .data;
    expect(order.cost_centre).toBe("A1");
    expect(order).not.toHaveProperty("courier");
    expect((await call("GET", "/orders/1")).body.data.cost_centre).toBe(null);
  });

  it("are the same for the same seed and others for another", async () => {
    const read = async (seed: number) => (await setUp({ seed }).call("GET", "/tests?page_size=50")).body;
    expect(await read(4)).toEqual(await read(4));
    expect(await read(4)).not.toEqual(await read(5));
  });

  it("hang together: each nested list holds the children of its parent", async () => {
    const { call } = setUp();
    const samples = await call("GET", "/orders/5/samples");
    expect(samples.body.data.every(({ order_id }: { order_id: number }) => order_id === 5)).toBe(true);
    expect(samples.body.total_count).toBe(2);
    expect((await call("GET", "/orders/5/tests")).body.total_count).toBe(4);
    const batches = (await call("GET", "/samples/1/batches")).body;
    for (const batch of ids(batches)) {
      expect(ids((await call("GET", `/batches/${batch}/samples?page_size=50`)).body)).toContain(1);
    }
    expect(batches.total_count).toBeGreaterThan(0);
    expect((await call("GET", "/orders/999/samples")).status).toBe(404);
  });
});

describe("writes", () => {
  it("take a list, change only the given fields, and answer with whole records in order", async () => {
    const { call } = setUp();
    const { status, body } = await call("PATCH", "/orders", [
      { id: 2, state: "COMPLETED" },
      { id: 1, courier: "Ana" },
    ]);
    expect(status).toBe(200);
    expect(body.data).toMatchObject([
      { id: 2, state: "COMPLETED", custom_formatted_id: "QB-00002" },
      { id: 1, state: "NOT STARTED", courier: "Ana" },
    ]);
    expect(Object.keys(body)).toEqual(["data"]);
  });

  it("happen for all items or for none", async () => {
    const { call } = setUp();
    const refused = await call("POST", "/orders", [{ customer_account_id: 1 }, { state: "NOT STARTED" }]);
    expect(refused).toMatchObject({
      status: 400,
      body: {
        error_type: "ValidationError",
        errors: [{ loc: [1], msg: expect.stringContaining("customer_account_id") }],
      },
    });
    expect((await call("PATCH", "/orders", [{ id: 1, state: "LOST" }, { id: 999 }])).status).toBe(404);
    expect((await call("GET", "/orders")).body).toMatchObject({ total_count: 48 });
    expect((await call("GET", "/orders/1")).body.data.state).toBe("NOT STARTED");
  });

  it.each([
    ["an object", { customer_account_id: 1 }],
    ["an empty list", []],
    ["a wrong type", [{ customer_account_id: "one" }]],
    ["a customer that is not there", [{ customer_account_id: 999 }]],
    ["a date that is none", [{ customer_account_id: 1, date_received: "soon" }]],
  ])("refuse %s", async (_, body) => {
    const { call } = setUp();
    expect(await call("POST", "/orders", body)).toMatchObject({
      status: 400,
      body: { error_token: expect.any(String) },
    });
  });

  it("refuse a body that is not JSON", async () => {
    const { emulator, token } = setUp();
    const answer = await emulator.fetch(
      new Request("https://lab.example/qbench/api/v2/orders", {
        method: "POST",
        headers: { Authorization: `Bearer ${await token()}` },
        body: "{",
      }),
    );
    expect(answer.status).toBe(400);
  });

  it("empty a field with null, but not a required one", async () => {
    const { call } = setUp();
    expect((await call("PATCH", "/orders", [{ id: 1, submitted_by: null }])).body.data[0].submitted_by).toBe(null);
    expect((await call("PATCH", "/orders", [{ id: 1, customer_account_id: null }])).status).toBe(400);
  });

  it("delete with 204 and no body; the record is gone but for those who ask for deleted ones", async () => {
    const { call } = setUp();
    expect(await call("DELETE", "/orders/3")).toMatchObject({ status: 204, body: undefined });
    expect((await call("GET", "/orders/3")).status).toBe(404);
    expect((await call("DELETE", "/orders/3")).status).toBe(404);
    expect((await call("GET", "/orders?ids=3")).body.total_count).toBe(0);
    expect((await call("GET", "/orders?ids=3&include_deleted=TRUE")).body.total_count).toBe(1);
    expect(ids((await call("GET", "/orders?include_deleted=DELETED_ONLY")).body)).toEqual([3]);
  });
});

describe("actions", () => {
  it("link and unlink contacts and customers from both sides", async () => {
    const { call } = setUp();
    const created = (await call("POST", "/contacts", [{ first_name: "New" }])).body.data[0].id;
    expect((await call("POST", "/customers/1/contacts", [{ contact_id: created }])).status).toBe(204);
    expect(ids((await call("GET", `/contacts/${created}/customers`)).body)).toEqual([1]);
    expect((await call("DELETE", `/customers/1/contacts/${created}`)).status).toBe(204);
    expect((await call("DELETE", `/customers/1/contacts/${created}`)).status).toBe(404);
    expect((await call("POST", "/customers/1/contacts", [{ contact_id: 999 }])).status).toBe(400);
  });

  it("queue an invoice email, publish reports, apply payments and print labels", async () => {
    const { call } = setUp();
    expect(await call("POST", "/invoices/1/send-email", { emails: ["a@example.com"] })).toMatchObject({
      status: 202,
      body: { data: { message: expect.any(String), queueId: expect.any(Number) } },
    });
    expect((await call("POST", "/reports/publish", [{ id: 2 }])).status).toBe(204);
    expect((await call("GET", "/reports/2")).body.data.state).toBe("PUBLISHED");
    expect((await call("POST", "/payments/1/invoices", [{ invoice_id: 4, applied_amount: 10 }])).status).toBe(204);
    expect(ids((await call("GET", "/invoices/4/payments")).body)).toContain(1);
    expect((await call("POST", "/labels/1/orders", [{ id: 1, count: 2 }])).status).toBe(200);
    expect((await call("POST", "/invoices/1/sync")).status).toBe(204);
  });

  it("write named cells of a worksheet and read them back", async () => {
    const { call } = setUp();
    const patch = [{ id: 1, qb_dynamic_spreadsheet_patch: { ph: "7.1" } }];
    expect((await call("PATCH", "/tests/worksheets/dynamic/named-cells", patch)).status).toBe(204);
    expect((await call("GET", "/tests/1/worksheet/data")).body).toMatchObject({
      _type: "TEST",
      data: { id: 1, worksheet_data: { ph: { value: "7.1" } }, worksheet_processed: true },
    });
  });

  it("map records to an integration's ids", async () => {
    const { call } = setUp();
    const mapping = [{ entity_id: 1, integration_vendor_id: "abc" }];
    expect((await call("POST", "/integrations/7/invoice-payments", mapping)).status).toBe(201);
    expect((await call("GET", "/integrations/7/invoice-payments")).body).toMatchObject({
      total_count: 1,
      data: [{ entity_id: 1, integration_id: 7, integraton_vendor_id: "abc" }],
    });
    expect((await call("GET", "/integrations/8/invoice-payments")).body.total_count).toBe(0);
    expect((await call("DELETE", "/integrations/7/invoice-payments/1")).status).toBe(204);
    expect((await call("GET", "/integrations/7/invoice-payments/1")).status).toBe(404);
  });
});

describe("errors", () => {
  it("have the document's envelope, with a token of their own", async () => {
    const { call } = setUp();
    const missing = await call("GET", "/orders/999");
    expect(missing).toMatchObject({
      status: 404,
      body: { error_type: "NotFoundError", error_description: expect.any(String) },
    });
    expect(missing.body.error_token).not.toBe((await call("GET", "/orders/999")).body.error_token);
    expect((await call("GET", "/nowhere")).status).toBe(404);
  });

  it("are 403 outside the client's scopes", async () => {
    const { call, emulator } = setUp({ clients: [{ scopes: ["GET /orders*"] }] });
    expect((await call("GET", "/orders/1/samples")).status).toBe(200);
    expect((await call("GET", "/samples")).status).toBe(403);
    expect((await call("PATCH", "/orders", [{ id: 1 }])).status).toBe(403);
    expect(emulator.stats).toMatchObject({ outOfScope: 2, apiCalls: 1 });
  });
});

describe("limits", () => {
  it("let 300 calls into any 60 seconds, and count the refused ones", async () => {
    const { call, clock } = setUp();
    for (let n = 0; n < 300; n++) expect((await call("GET", "/teams/1")).status).toBe(200);
    clock.advance(30_000);
    const refused = await call("GET", "/teams/1");
    expect(refused.status).toBe(429);
    expect(refused.body.error_description).toBe(
      "ratelimit exceeded 300 per 60 seconds [current count: 301. Retry in 30 seconds]",
    );
    expect(refused.headers.get("X-QBAPI-Throttle-Request-Count")).toBe("301");
    expect(refused.headers.get("X-QBAPI-Throttle-TTL")).toBe("30");
    clock.advance(29_000);
    expect((await call("GET", "/teams/1")).headers.get("X-QBAPI-Throttle-TTL")).toBe("1");
    clock.advance(1_000);
    expect((await call("GET", "/teams/1")).status).toBe(200);
  });

  it("let 10 calls in at once", async () => {
    const { call, token, emulator } = setUp();
    await token();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => call("POST", "/orders", [{ customer_account_id: 1 }])),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(2);
    expect(refused[0]?.body.error_description).toBe("exceeded concurrent request limit of 10");
    expect(refused[0]?.headers.has("X-QBAPI-Throttle-TTL")).toBe(false);
    expect(emulator.stats).toMatchObject({ mostConcurrent: 10, throttledByConcurrency: 2, apiCalls: 10 });
  });
});

describe("a new invoice", () => {
  it("is for the orders that were named, or for its one order", async () => {
    const { call } = setUp();
    const items = [
      { order_id: 3, order_ids: [3, 5], template_id: 1 },
      { order_id: 4, order_ids: [], template_id: 1 },
    ];
    const { body } = await call("POST", "/invoices", items);
    expect(body.data).toMatchObject([{ order_ids: [3, 5] }, { order_ids: [4] }]);
    expect(ids((await call("GET", `/invoices/${body.data[0].id}/orders`)).body)).toEqual([3, 5]);
    expect((await call("GET", "/invoices/1")).body.data.order_ids).toEqual([1]);
  });
});

describe("API clients", () => {
  it("are records as long as they are there", async () => {
    const { call, emulator } = setUp();
    const names = async () =>
      (await call("GET", "/api-clients")).body.data.map((client: { name: string }) => client.name);
    const { id } = emulator.clients.create({ name: "Second" });
    expect(await names()).toEqual(["Emulated client", "Second"]);
    emulator.clients.remove(id);
    expect(await names()).toEqual(["Emulated client"]);
    expect((await call("GET", `/api-clients/${id}`)).status).toBe(404);
    emulator.clients.create({ id, name: "Again" });
    expect(await names()).toEqual(["Emulated client", "Again"]);
  });
});

describe("padding", () => {
  it("is a key qb<hex> of random length, behind a switch", async () => {
    const padded = await setUp({ padding: true }).call("GET", "/teams/1");
    expect(Object.keys(padded.body).some(key => /^qb[0-9a-f]{1,4}$/.test(key))).toBe(true);
    const plain = await setUp().call("GET", "/teams/1");
    expect(Object.keys(plain.body)).toEqual(["_type", "_self", "data"]);
  });
});

describe("CORS", () => {
  const clients = [{ corsOrigin: "https://app.example" }, { name: "Server" }];

  it("answers the client's own origin, with credentials", async () => {
    const { call, emulator } = setUp({ clients });
    const { headers } = await call("GET", "/orders", undefined, { Origin: "https://app.example" });
    expect(headers.get("Access-Control-Allow-Origin")).toBe("https://app.example");
    expect(headers.get("Access-Control-Allow-Credentials")).toBe("true");
    const preflight = await emulator.fetch(
      new Request("https://lab.example/qbench/api/v2/orders", {
        method: "OPTIONS",
        headers: { Origin: "https://app.example", "Access-Control-Request-Method": "PATCH" },
      }),
    );
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("Access-Control-Allow-Methods")).toContain("PATCH");
  });

  it("answers no other origin", async () => {
    const { call } = setUp({ clients });
    const { headers } = await call("GET", "/orders", undefined, { Origin: "https://evil.example" });
    expect(headers.has("Access-Control-Allow-Origin")).toBe(false);
  });
});
