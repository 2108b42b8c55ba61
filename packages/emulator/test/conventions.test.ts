import { describe, expect, it } from "vitest";
import { createTestEmulator } from "./support/client.js";

const ids = (body: { data: { id: number }[] }): number[] => body.data.map(({ id }) => id);

describe("pages", () => {
  it("returns 20 records on the first page, in the list envelope", async () => {
    const { request } = createTestEmulator();
    const { body } = await request("GET", "/orders");
    expect(Object.keys(body)).toEqual(["data", "page_number", "total_count", "total_pages"]);
    expect(body).toMatchObject({ page_number: 1, total_count: 48, total_pages: 3 });
    expect(body.data).toHaveLength(20);
  });

  it("reduces a page to 50 records, or rejects the size if the options say so", async () => {
    const { request } = createTestEmulator();
    expect((await request("GET", "/tests?page_size=200")).body).toMatchObject({ total_pages: 4 });
    const strict = createTestEmulator({ limits: { pages: { oversized: "reject" } } });
    expect(await strict.request("GET", "/tests?page_size=51")).toMatchObject({
      status: 400,
      body: { error_type: "ValidationError" },
    });
  });

  it("returns an empty page past the end, and rejects a page that is not a positive number", async () => {
    const { request } = createTestEmulator();
    expect((await request("GET", "/orders?page_num=99")).body).toMatchObject({
      data: [],
      page_number: 99,
      total_pages: 3,
    });
    for (const query of ["page_num=0", "page_num=two", "page_size=0"]) {
      expect((await request("GET", `/orders?${query}`)).status).toBe(400);
    }
  });

  it("returns every record once over all pages", async () => {
    const { request } = createTestEmulator();
    const seen = new Set<number>();
    for (let page = 1; page <= 4; page++) {
      for (const id of ids((await request("GET", `/tests?page_size=50&page_num=${page}`)).body)) seen.add(id);
    }
    expect(seen.size).toBe(192);
  });
});

describe("filters", () => {
  it("filters by the values of a repeated key", async () => {
    const { request } = createTestEmulator();
    expect(ids((await request("GET", "/orders?ids=3&ids=5&ids=999")).body)).toEqual([3, 5]);
  });

  it("filters tests by two orders, over the relation to samples", async () => {
    const { request } = createTestEmulator();
    const { body } = await request("GET", "/tests?order_ids=1&order_ids=2&page_size=50");
    const samples = await request("GET", "/samples?order_ids=1&order_ids=2&page_size=50");
    const expected = new Set(ids(samples.body));
    expect(body.data.length).toBeGreaterThan(0);
    expect(body.data.every((test: { sample_id: number }) => expected.has(test.sample_id))).toBe(true);
  });

  it("combines the tags of a filter by Or, And and Not", async () => {
    const { request } = createTestEmulator();
    const count = async (query: string): Promise<number> =>
      (await request("GET", `/samples?${query}`)).body.total_count;
    expect(await count("sample_tags=rush&sample_tags=retain")).toBe(64);
    expect(await count("sample_tags=rush&sample_tags=retain&sample_tags_action=And")).toBe(0);
    expect(await count("sample_tags=rush&sample_tags_action=Not")).toBe(64);
    expect((await request("GET", "/samples?sample_tags_action=Maybe")).status).toBe(400);
  });

  it("filters by dates, amounts, ranges of ids and booleans", async () => {
    const { request } = createTestEmulator();
    await request("PATCH", "/tests", [{ id: 7, start_date: "02/01/2031" }]);
    expect(ids((await request("GET", "/tests?start_date_start=01/31/2031&start_date_end=02/01/2031")).body)).toEqual([
      7,
    ]);
    expect(ids((await request("GET", "/tests?start_date_start=2031-02-02")).body)).toEqual([]);
    const amounts = await request(
      "GET",
      "/invoices?total_amount=200&total_amount_2=250&total_amount_logic=btwn&page_size=50",
    );
    expect(new Set(amounts.body.data.map(({ total }: { total: number }) => total))).toEqual(new Set([240]));
    expect(ids((await request("GET", "/samples?sample_id_range_start=10&sample_id_range_end=12")).body)).toEqual([
      10, 11, 12,
    ]);
    const received = await request("GET", "/samples?received=false&page_size=50");
    expect(received.body.data.every((sample: { received: boolean }) => sample.received === false)).toBe(true);
    expect((await request("GET", "/samples?received=maybe")).status).toBe(400);
  });

  it("finds records that were updated since a unix time", async () => {
    const { request, clock } = createTestEmulator();
    await request("PATCH", "/orders", [{ id: 9, state: "ON HOLD" }]);
    expect(ids((await request("GET", `/orders?last_updated=${clock.now() / 1000}`)).body)).toEqual([9]);
  });

  it("filters by custom fields in base64 of JSON", async () => {
    const { request } = createTestEmulator();
    const encoded = btoa(JSON.stringify({ lot_number: "L-1002" }));
    const { body } = await request(
      "GET",
      `/samples?additional_fields_encoded=${encodeURIComponent(encoded)}&page_size=50`,
    );
    expect(body.total_count).toBe(32);
    expect((await request("GET", "/samples?additional_fields_encoded=%25")).status).toBe(400);
  });

  it("ignores filters that the operation does not declare", async () => {
    const { request } = createTestEmulator();
    expect((await request("GET", "/reports?created_after=2030-01-01&sort_by=id")).body.total_count).toBe(20);
  });
});

describe("sorting", () => {
  it("sorts by a built-in field in either direction, and rejects other fields", async () => {
    const { request } = createTestEmulator();
    const { body } = await request("GET", "/samples?sort_by=id&sort_order=DESC&page_size=3");
    expect(ids(body)).toEqual([96, 95, 94]);
    // Assays have a field of this name, too.
    expect(ids((await request("GET", "/assays?sort_by=id&sort_order=DESC&page_size=2")).body)).toEqual([12, 11]);
    expect((await request("GET", "/samples?sort_by=lot_number")).status).toBe(400);
    expect((await request("GET", "/samples?sort_order=down")).status).toBe(400);
  });
});

describe("records", () => {
  it("returns every field of a record, empty ones as null, and relations as references beside their ids", async () => {
    const { request } = createTestEmulator();
    const { body } = await request("GET", "/samples/1");
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

  it("stores custom fields at the top level, and silently ignores unknown and nested ones", async () => {
    const { request } = createTestEmulator();
    const { status, body } = await request("POST", "/samples", [
      { description: "New", lot_number: "L-7", custom_fields: { lot_number: "no" }, lotnumber: "no" },
    ]);
    expect(status).toBe(201);
    expect(body.data[0]).toMatchObject({ description: "New", lot_number: "L-7", order_id: null });
    expect(body.data[0]).not.toHaveProperty("custom_fields");
    expect(body.data[0]).not.toHaveProperty("lotnumber");
  });

  it("stores the custom fields that the options define, and no others", async () => {
    const { request } = createTestEmulator({ customFields: { orders: { cost_center: "STR" } } });
    const [order] = (await request("POST", "/orders", [{ customer_account_id: 1, cost_center: "A1", courier: "no" }]))
      .body.data;
    expect(order.cost_center).toBe("A1");
    expect(order).not.toHaveProperty("courier");
    expect((await request("GET", "/orders/1")).body.data.cost_center).toBe(null);
  });

  it("takes the id of a user for a custom field of type USER, and returns the id and the name", async () => {
    const { request } = createTestEmulator({ customFields: { orders: { X_REVIEWER: "USER" } } });
    const { body } = await request("PATCH", "/orders", [{ id: 1, X_REVIEWER: 2 }]);
    expect(body.data[0].X_REVIEWER).toEqual({ id: 2, text: "Linus Moreau" });
    expect((await request("GET", "/orders/2")).body.data.X_REVIEWER).toBe(null);
  });

  it("returns the same records for the same seed and different ones for another", async () => {
    const read = async (seed: number) =>
      (await createTestEmulator({ seed }).request("GET", "/tests?page_size=50")).body;
    expect(await read(4)).toEqual(await read(4));
    expect(await read(4)).not.toEqual(await read(5));
  });

  it("returns the children of a record in each nested list", async () => {
    const { request } = createTestEmulator();
    const samples = await request("GET", "/orders/5/samples");
    expect(samples.body.data.every(({ order_id }: { order_id: number }) => order_id === 5)).toBe(true);
    expect(samples.body.total_count).toBe(2);
    expect((await request("GET", "/orders/5/tests")).body.total_count).toBe(4);
    const batches = (await request("GET", "/samples/1/batches")).body;
    for (const batch of ids(batches)) {
      expect(ids((await request("GET", `/batches/${batch}/samples?page_size=50`)).body)).toContain(1);
    }
    expect(batches.total_count).toBeGreaterThan(0);
    expect((await request("GET", "/orders/999/samples")).status).toBe(404);
  });
});

describe("writes", () => {
  it("updates only the fields that are sent, and returns whole records in the order of the request", async () => {
    const { request } = createTestEmulator();
    const { status, body } = await request("PATCH", "/orders", [
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

  it("writes all items or none", async () => {
    const { request } = createTestEmulator();
    const rejected = await request("POST", "/orders", [{ customer_account_id: 1 }, { state: "NOT STARTED" }]);
    expect(rejected).toMatchObject({
      status: 400,
      body: {
        error_type: "ValidationError",
        errors: [{ loc: [1], msg: expect.stringContaining("customer_account_id") }],
      },
    });
    expect((await request("PATCH", "/orders", [{ id: 1, state: "COMPLETED" }, { id: 999 }])).status).toBe(404);
    expect((await request("GET", "/orders")).body).toMatchObject({ total_count: 48 });
    expect((await request("GET", "/orders/1")).body.data.state).toBe("NOT STARTED");
  });

  it.each([
    ["an object", { customer_account_id: 1 }],
    ["an empty list", []],
    ["a wrong type", [{ customer_account_id: "one" }]],
    ["an unknown customer", [{ customer_account_id: 999 }]],
    ["an invalid date", [{ customer_account_id: 1, date_received: "soon" }]],
  ])("rejects a write with %s", async (_, body) => {
    const { request } = createTestEmulator();
    expect(await request("POST", "/orders", body)).toMatchObject({
      status: 400,
      body: { error_token: expect.any(String) },
    });
  });

  it("rejects a body that is not JSON", async () => {
    const { emulator, token } = createTestEmulator();
    const response = await emulator.fetch(
      new Request("https://lab.example/qbench/api/v2/orders", {
        method: "POST",
        headers: { Authorization: `Bearer ${await token()}` },
        body: "{",
      }),
    );
    expect(response.status).toBe(400);
  });

  it("clears a field that is set to null, but not a required one", async () => {
    const { request } = createTestEmulator();
    expect((await request("PATCH", "/orders", [{ id: 1, submitted_by: null }])).body.data[0].submitted_by).toBe(null);
    expect((await request("PATCH", "/orders", [{ id: 1, customer_account_id: null }])).status).toBe(400);
  });

  it("deletes a record with 204, and returns it only in lists that include deleted records", async () => {
    const { request } = createTestEmulator();
    expect(await request("DELETE", "/orders/3")).toMatchObject({ status: 204, body: undefined });
    expect((await request("GET", "/orders/3")).status).toBe(404);
    expect((await request("DELETE", "/orders/3")).status).toBe(404);
    expect((await request("GET", "/orders?ids=3")).body.total_count).toBe(0);
    expect((await request("GET", "/orders?ids=3&include_deleted=TRUE")).body.total_count).toBe(1);
    expect(ids((await request("GET", "/orders?include_deleted=DELETED_ONLY")).body)).toEqual([3]);
  });
});

describe("actions", () => {
  it("returns labels as HTML, or as a fault says", async () => {
    const { emulator, request } = createTestEmulator();
    const print = () => request("POST", "/labels/1/orders", [{ id: 7, count: 2 }]);
    const { status, headers, body } = await print();
    expect([status, headers.get("Content-Type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(body).toContain("<p>2 labels of record 7</p>");
    const zpl = { status: 200, headers: { "Content-Type": "text/plain" }, body: "^XA^XZ" };
    emulator.faults.add({ path: "/qbench/api/v2/labels", ...zpl });
    expect((await print()).body).toBe("^XA^XZ");
  });
});

describe("errors", () => {
  it("returns errors in the document's envelope, each with its own error_token", async () => {
    const { request } = createTestEmulator();
    const missing = await request("GET", "/orders/999");
    expect(missing).toMatchObject({
      status: 404,
      body: { error_type: "NotFoundError", error_description: expect.any(String) },
    });
    expect(missing.body.error_token).not.toBe((await request("GET", "/orders/999")).body.error_token);
    expect((await request("GET", "/nowhere")).status).toBe(404);
  });

  it("responds with 403 outside the scopes of the client", async () => {
    const { request, emulator } = createTestEmulator({ clients: [{ scopes: ["GET /orders*"] }] });
    expect((await request("GET", "/orders/1/samples")).status).toBe(200);
    expect((await request("GET", "/samples")).status).toBe(403);
    expect((await request("PATCH", "/orders", [{ id: 1 }])).status).toBe(403);
    expect(emulator.stats).toMatchObject({ outOfScope: 2, apiCalls: 1 });
  });
});

describe("limits", () => {
  it("admits 300 requests in any 60 seconds, and counts rejected ones", async () => {
    const { request, clock } = createTestEmulator();
    for (let n = 0; n < 300; n++) expect((await request("GET", "/teams/1")).status).toBe(200);
    clock.advance(30_000);
    const rejected = await request("GET", "/teams/1");
    expect(rejected.status).toBe(429);
    expect(rejected.body.error_description).toBe(
      "ratelimit exceeded 300 per 60 seconds [current count: 301. Retry in 30 seconds]",
    );
    expect(rejected.headers.get("X-QBAPI-Throttle-Request-Count")).toBe("301");
    expect(rejected.headers.get("X-QBAPI-Throttle-TTL")).toBe("30");
    clock.advance(29_000);
    expect((await request("GET", "/teams/1")).headers.get("X-QBAPI-Throttle-TTL")).toBe("1");
    clock.advance(1_000);
    expect((await request("GET", "/teams/1")).status).toBe(200);
  });

  it("admits 10 concurrent requests", async () => {
    const { request, token, emulator } = createTestEmulator();
    await token();
    const responses = await Promise.all(
      Array.from({ length: 12 }, () => request("POST", "/orders", [{ customer_account_id: 1 }])),
    );
    const rejected = responses.filter(({ status }) => status === 429);
    expect(rejected).toHaveLength(2);
    expect(rejected[0]?.body.error_description).toBe("exceeded concurrent request limit of 10");
    expect(rejected[0]?.headers.has("X-QBAPI-Throttle-TTL")).toBe(false);
    expect(emulator.stats).toMatchObject({ maxConcurrent: 10, throttledByConcurrency: 2, apiCalls: 10 });
  });
});

describe("invoices", () => {
  it("creates an invoice for the listed orders, or for its one order", async () => {
    const { request } = createTestEmulator();
    const items = [
      { order_id: 3, order_ids: [3, 5], template_id: 1 },
      { order_id: 4, order_ids: [], template_id: 1 },
    ];
    const { body } = await request("POST", "/invoices", items);
    expect(body.data).toMatchObject([{ order_ids: [3, 5] }, { order_ids: [4] }]);
    expect(ids((await request("GET", `/invoices/${body.data[0].id}/orders`)).body)).toEqual([3, 5]);
    expect((await request("GET", "/invoices/1")).body.data.order_ids).toEqual([1]);
  });
});

describe("API clients", () => {
  it("lists API clients as records until they are removed", async () => {
    const { request, emulator } = createTestEmulator();
    const names = async () =>
      (await request("GET", "/api-clients")).body.data.map((client: { name: string }) => client.name);
    const { id } = emulator.clients.create({ name: "Second" });
    expect(await names()).toEqual(["Emulated client", "Second"]);
    emulator.clients.remove(id);
    expect(await names()).toEqual(["Emulated client"]);
    expect((await request("GET", `/api-clients/${id}`)).status).toBe(404);
    emulator.clients.create({ id, name: "Again" });
    expect(await names()).toEqual(["Emulated client", "Again"]);
  });
});

describe("padding", () => {
  it("adds a padding key qb<hex> of random length only if the options say so", async () => {
    const padded = await createTestEmulator({ padding: true }).request("GET", "/teams/1");
    expect(Object.keys(padded.body).some(key => /^qb[0-9a-f]{1,4}$/.test(key))).toBe(true);
    const plain = await createTestEmulator().request("GET", "/teams/1");
    expect(Object.keys(plain.body)).toEqual(["_type", "_self", "data"]);
  });
});

describe("CORS", () => {
  const clients = [{ corsOrigin: "https://app.example" }, { name: "Server" }];

  it("allows the origin of the client, with credentials", async () => {
    const { request, emulator } = createTestEmulator({ clients });
    const { headers } = await request("GET", "/orders", undefined, { Origin: "https://app.example" });
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

  it("allows no origin but that of the client", async () => {
    const { request } = createTestEmulator({ clients });
    const { headers } = await request("GET", "/orders", undefined, { Origin: "https://evil.example" });
    expect(headers.has("Access-Control-Allow-Origin")).toBe(false);
  });
});
