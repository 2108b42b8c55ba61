import { inspect } from "node:util";
import type { OrderUpdate } from "@qbench-sdk/types";
import { describe, expect, it } from "vitest";
import { QBenchApiError, QBenchResponseError, unwrap } from "../src/index.js";
import { createTestClient } from "./support/laboratory.js";

/** Returns the QBenchApiError that a call throws. */
async function apiErrorOf(call: Promise<unknown>): Promise<QBenchApiError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof QBenchApiError) return error;
  throw new Error(`expected a QBenchApiError: ${inspect(error)}`);
}

const order = (order_id: number) => ({ params: { path: { order_id } } });

describe("unwrap", () => {
  it("unwrap returns the data of a success, and undefined for a response without a body", async () => {
    const { client } = createTestClient();
    const { data } = await unwrap(client.GET("/qbench/api/v2/orders/{order_id}", order(4)));
    expect(data.id).toBe(4);
    expect(await unwrap(client.DELETE("/qbench/api/v2/orders/{order_id}", order(4)))).toBe(undefined);
  });

  it("unwrap throws an error with QBench's description of the failure", async () => {
    const { client } = createTestClient();
    const error = await apiErrorOf(unwrap(client.GET("/qbench/api/v2/orders/{order_id}", order(999))));
    expect(error).toMatchObject({
      name: "QBenchApiError",
      status: 404,
      type: "NotFoundError",
      method: "GET",
      path: "/qbench/api/v2/orders/999",
      errors: [],
    });
    expect(error.message).toBe(
      `GET /qbench/api/v2/orders/999 failed: 404 NotFoundError. There is no Order with the id 999. error_token ${error.errorToken}`,
    );
  });

  it("QBenchApiError has the errors of each item", async () => {
    const { client } = createTestClient();
    const bad = client.POST("/qbench/api/v2/orders", {
      body: [{ customer_account_id: 1 }, { customer_account_id: 999 }],
    });
    expect(await apiErrorOf(unwrap(bad))).toMatchObject({ status: 400, errors: [{ loc: [1, "customer_account_id"] }] });
  });

  it("QBenchApiError has the delay from QBench's own header or the standard one", async () => {
    const { client, emulator } = createTestClient({}, { limits: false });
    const call = () => unwrap(client.GET("/qbench/api/v2/teams"));
    emulator.faults.add({ on: "api", status: 429, headers: { "X-QBAPI-Throttle-TTL": "7" }, times: 1 });
    expect((await apiErrorOf(call())).retryAfterMs).toBe(7000);
    emulator.faults.add({ on: "api", status: 503, headers: { "Retry-After": "2" }, times: 1 });
    expect((await apiErrorOf(call())).retryAfterMs).toBe(2000);
    const date = new Date(Date.now() + 60_000).toUTCString();
    emulator.faults.add({ on: "api", status: 503, headers: { "Retry-After": date }, times: 1 });
    expect((await apiErrorOf(call())).retryAfterMs).toBeGreaterThan(55_000);
    emulator.faults.add({ on: "api", status: 503, times: 1 });
    expect((await apiErrorOf(call())).retryAfterMs).toBe(undefined);
  });

  it.each([408, 500, 520, 524])("the error of a write with %i says that QBench may have executed it", async status => {
    const { client, emulator } = createTestClient();
    emulator.faults.add({ on: "api", status });
    const write = client.POST("/qbench/api/v2/orders", { body: [{ customer_account_id: 1 }] });
    expect((await apiErrorOf(unwrap(write))).message).toContain("QBench may have executed the request");
    expect((await apiErrorOf(unwrap(client.GET("/qbench/api/v2/teams")))).message).toContain("safe to send");
  });

  it("unwrap throws if an error response has no body, or has an HTML page", async () => {
    const { client, emulator } = createTestClient();
    emulator.faults.add({ on: "api", status: 502, body: "", headers: { "Content-Length": "0" }, times: 1 });
    expect(await apiErrorOf(unwrap(client.GET("/qbench/api/v2/teams")))).toMatchObject({
      status: 502,
      message: "GET /qbench/api/v2/teams failed: 502. It is safe to send the request again.",
    });
    emulator.faults.add({ on: "api", status: 502, body: "<h1>Bad gateway for secret-customer</h1>", times: 1 });
    const error = await apiErrorOf(unwrap(client.GET("/qbench/api/v2/teams")));
    expect(inspect(error)).not.toContain("secret-customer");
  });

  it("QBenchApiError names the status 0 of a response that a browser hides", async () => {
    const hidden = Promise.resolve({ response: Response.error() });
    expect(await apiErrorOf(unwrap(hidden))).toMatchObject({ status: 0, message: "The request failed: 0." });
  });

  it("QBenchApiError reads the older envelope, with error alone", async () => {
    const { client, emulator } = createTestClient();
    emulator.faults.add({ on: "api", status: 409, body: { error: "locked by\nanother user" }, times: 1 });
    const { message } = await apiErrorOf(unwrap(client.GET("/qbench/api/v2/teams")));
    expect(message).toBe("GET /qbench/api/v2/teams failed: 409. locked by another user.");
  });

  it("an error contains neither the query nor the body nor the token", async () => {
    const { client, emulator, requests } = createTestClient();
    emulator.faults.add({ on: "api", status: 500 });
    const query = { name_keyword: "Jane Doe" };
    const read = await apiErrorOf(unwrap(client.GET("/qbench/api/v2/customers", { params: { query } })));
    const write = await apiErrorOf(
      unwrap(client.POST("/qbench/api/v2/customers", { body: [{ customer_name: "Jane Doe" }] })),
    );
    const bearer = requests.at(-1)?.headers.get("Authorization")?.slice("Bearer ".length) ?? "";
    expect(bearer).not.toBe("");
    for (const error of [read, write]) {
      const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
      expect(shown).not.toContain("Jane");
      expect(shown).not.toContain(bearer);
    }
  });

  it("an error names the request whose response the caller got, also after a replay", async () => {
    const { client, emulator } = createTestClient();
    await client.GET("/qbench/api/v2/teams");
    emulator.revokeTokens();
    const error = await apiErrorOf(unwrap(client.PATCH("/qbench/api/v2/orders", { body: [{ id: 999 }] })));
    expect(error).toMatchObject({ status: 404, method: "PATCH", path: "/qbench/api/v2/orders" });
  });

  it("unwrap accepts the results of any openapi-fetch client", async () => {
    const response = Response.json({ error_type: "ValidationError" }, { status: 400 });
    const error = await apiErrorOf(unwrap(Promise.resolve({ error: {}, response })));
    expect(error.message).toBe("The request failed: 400.");
  });
});

describe("errors about a body that is not as expected", () => {
  it("an error about a body that is not JSON contains its first words and no more of it", async () => {
    const { client } = createTestClient();
    const body = `{"name": first words ${" ".repeat(500)}${"x".repeat(500)} Jane Doe`;
    client.use({ onResponse: () => new Response(body, { headers: { "Content-Type": "text/html" } }) });
    const error: unknown = await client.orders.get(1).catch(reason => reason);
    expect(error).toBeInstanceOf(QBenchResponseError);
    expect(inspect(error, { depth: 9, showHidden: true })).toContain("first words");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("Jane");
  });

  it("the error of unwrap about a body that is not JSON contains nothing of it", async () => {
    const broken = new Response('{"name": Jane Doe').json();
    const error: unknown = await unwrap(broken as Promise<never>).catch(reason => reason);
    expect(error).toBeInstanceOf(QBenchResponseError);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("Jane");
  });

  it("an error message is one short line, however long the description is", async () => {
    const { client } = createTestClient();
    const error_description = `too\u001b[31m long ${"x".repeat(100_000)}`;
    client.use({ onResponse: () => Response.json({ error_type: "Error", error_description }, { status: 400 }) });
    const { message } = await apiErrorOf(unwrap(client.GET("/qbench/api/v2/teams")));
    expect(message.length).toBeLessThan(700);
    expect(message).toContain("too [31m long xxx");
  });
});

describe("the first item of errors in a message", () => {
  async function messageOf(errors: unknown): Promise<string> {
    const { client } = createTestClient();
    client.use({ onResponse: () => Response.json({ error_type: "ValidationError", errors }, { status: 400 }) });
    return (await apiErrorOf(client.orders.create([{ customer_account_id: 1 }]))).message;
  }
  const start = "POST /qbench/api/v2/orders failed: 400 ValidationError.";

  it("a message names the path and the reason of the first item, and the number of items", async () => {
    const { client } = createTestClient();
    const error = await apiErrorOf(client.orders.create([{ customer_account_id: 1 }, { customer_account_id: 999 }]));
    expect(error.message).toContain(" 1.customer_account_id: not found. ");
    expect(await messageOf([{ loc: [0, "state"], msg: "is unknown" }, { msg: "other" }, {}])).toBe(
      `${start} First of 3 errors: 0.state: is unknown.`,
    );
  });

  it.each([
    [{ path: "body.0.state", message: "Is unknown!" }, "body.0.state: Is unknown!"],
    [{ field: "state", detail: "is unknown" }, "state: is unknown."],
    [{ error_description: "is unknown" }, "is unknown."],
    [{ index: 0, reason: "is unknown" }, "0: is unknown."],
    [{ description: "is unknown", error: "invalid" }, "is unknown."],
    [{ loc: ["state"], error: "invalid" }, "state: invalid."],
    [{ loc: [0, "state"] }, "0.state."],
    ["is unknown", "is unknown."],
  ])("a message reads the item %j", async (item, text) => {
    expect(await messageOf([item])).toBe(`${start} ${text}`);
  });

  it.each([
    [[]],
    [undefined],
    [null],
    ["text"],
    [{ 0: "text" }],
    [[null]],
    [[[]]],
    [[7]],
    [[{ msg: 7, loc: { a: 1 } }]],
    [[{ msg: "\u0000\u0007" }]],
  ])("a message leaves out %j", async errors => {
    expect(await messageOf(errors)).toBe(start);
  });

  it("a message does not repeat the value that was sent", async () => {
    const item = {
      loc: ["name"],
      msg: "is too long",
      input: "Jane Doe",
      ctx: { given: "Jane Doe" },
      value: "Jane Doe",
    };
    expect(await messageOf([item])).toBe(`${start} name: is too long.`);
  });

  it("a message has a short part of a long item, on one line, without control characters", async () => {
    const message = await messageOf([
      { loc: ["a\u001b[31mb", "c\u202ed"], msg: `x\r\ny\u2028${"\u{1f9ea}".repeat(9999)}` },
    ]);
    expect(message).toMatch(/^POST \S+ failed: 400 ValidationError\. a \[31mb\.c d: x y /);
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(message.length).toBeLessThan(300);
  });

  it("a message has no control characters of the error's type and token either", async () => {
    const { client } = createTestClient();
    const body = { error_type: "A\u001b[2J\nB", error_token: `\u0007${"f".repeat(5000)}` };
    client.use({ onResponse: () => Response.json(body, { status: 400 }) });
    const { message } = await apiErrorOf(client.orders.get(1));
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThan(400);
  });
});

describe("QBenchWriteError", () => {
  it("a printed QBenchWriteError contains no records", async () => {
    const { client } = createTestClient();
    const records = [1, 2].map(
      id => ({ id, invoicing_notes: "a customer's", unknown_field: "a secret" }) as OrderUpdate,
    );
    const write = client.orders.update(records, { chunkSize: 1, onIgnoredFields: "throw" });
    const error: unknown = await write.catch(reason => reason);
    expect(error).toMatchObject({ outcomes: [{ state: "written", records: [{ id: 1 }] }, { state: "unsent" }] });
    expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toMatch(/customer's|secret/);
  });
});
