import { inspect } from "node:util";
import type { OrderUpdate } from "@qbench-sdk/types";
import { describe, expect, it } from "vitest";
import { QBenchApiError, QBenchResponseError, unwrap } from "../src/index.js";
import { createTestClient } from "./support/laboratory.js";

async function errorOf(call: Promise<unknown>): Promise<QBenchApiError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof QBenchApiError) return error;
  throw new Error(`no QBenchApiError: ${inspect(error)}`);
}

const order = (order_id: number) => ({ params: { path: { order_id } } });

describe("unwrap", () => {
  it("gives the data of a call that succeeded, and nothing for one without a body", async () => {
    const { client } = createTestClient();
    const { data } = await unwrap(client.GET("/qbench/api/v2/orders/{order_id}", order(4)));
    expect(data.id).toBe(4);
    expect(await unwrap(client.DELETE("/qbench/api/v2/orders/{order_id}", order(4)))).toBe(undefined);
  });

  it("throws what QBench says of a call that failed", async () => {
    const { client } = createTestClient();
    const error = await errorOf(unwrap(client.GET("/qbench/api/v2/orders/{order_id}", order(999))));
    expect(error).toMatchObject({
      name: "QBenchApiError",
      status: 404,
      type: "NotFoundError",
      method: "GET",
      path: "/qbench/api/v2/orders/999",
      errors: [],
    });
    expect(error.message).toBe(
      `GET /qbench/api/v2/orders/999 was answered 404; NotFoundError: There is no Order with the id 999; error_token ${error.errorToken}`,
    );
  });

  it("gives the errors of each item", async () => {
    const { client } = createTestClient();
    const bad = client.POST("/qbench/api/v2/orders", {
      body: [{ customer_account_id: 1 }, { customer_account_id: 999 }],
    });
    expect(await errorOf(unwrap(bad))).toMatchObject({ status: 400, errors: [{ loc: [1, "customer_account_id"] }] });
  });

  it("says how long to wait, by QBench's own header or the standard one", async () => {
    const { client, emulator } = createTestClient();
    const call = () => unwrap(client.GET("/qbench/api/v2/teams"));
    emulator.faults.add({ on: "api", status: 429, headers: { "X-QBAPI-Throttle-TTL": "7" }, times: 1 });
    expect((await errorOf(call())).retryAfterMs).toBe(7000);
    emulator.faults.add({ on: "api", status: 503, headers: { "Retry-After": "2" }, times: 1 });
    expect((await errorOf(call())).retryAfterMs).toBe(2000);
    const date = new Date(Date.now() + 60_000).toUTCString();
    emulator.faults.add({ on: "api", status: 503, headers: { "Retry-After": date }, times: 1 });
    expect((await errorOf(call())).retryAfterMs).toBeGreaterThan(55_000);
    emulator.faults.add({ on: "api", status: 503, times: 1 });
    expect((await errorOf(call())).retryAfterMs).toBe(undefined);
  });

  it("throws also when a failure has no body, or a page for people", async () => {
    const { client, emulator } = createTestClient();
    emulator.faults.add({ on: "api", status: 502, body: "", headers: { "Content-Length": "0" }, times: 1 });
    expect(await errorOf(unwrap(client.GET("/qbench/api/v2/teams")))).toMatchObject({
      status: 502,
      message: "GET /qbench/api/v2/teams was answered 502",
    });
    emulator.faults.add({ on: "api", status: 502, body: "<h1>Bad gateway for secret-customer</h1>", times: 1 });
    const error = await errorOf(unwrap(client.GET("/qbench/api/v2/teams")));
    expect(inspect(error)).not.toContain("secret-customer");
  });

  it("knows the older envelope, with error alone", async () => {
    const { client, emulator } = createTestClient();
    emulator.faults.add({ on: "api", status: 409, body: { error: "locked by\nsomebody" }, times: 1 });
    const { message } = await errorOf(unwrap(client.GET("/qbench/api/v2/teams")));
    expect(message).toBe("GET /qbench/api/v2/teams was answered 409; locked by somebody");
  });

  it("shows neither query nor body nor token", async () => {
    const { client, emulator, requests } = createTestClient();
    emulator.faults.add({ on: "api", status: 500 });
    const query = { name_keyword: "Somebody" };
    const read = await errorOf(unwrap(client.GET("/qbench/api/v2/customers", { params: { query } })));
    const write = await errorOf(
      unwrap(client.POST("/qbench/api/v2/customers", { body: [{ customer_name: "Somebody" }] })),
    );
    const bearer = requests.at(-1)?.headers.get("Authorization")?.slice("Bearer ".length) ?? "";
    expect(bearer).not.toBe("");
    for (const error of [read, write]) {
      const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
      expect(shown).not.toContain("Somebody");
      expect(shown).not.toContain(bearer);
    }
  });

  it("names the call of the answer that the caller gets, also after a replay", async () => {
    const { client, emulator } = createTestClient();
    await client.GET("/qbench/api/v2/teams");
    emulator.revokeTokens();
    const error = await errorOf(unwrap(client.PATCH("/qbench/api/v2/orders", { body: [{ id: 999 }] })));
    expect(error).toMatchObject({ status: 404, method: "PATCH", path: "/qbench/api/v2/orders" });
  });

  it("does with the results of any openapi-fetch client", async () => {
    const response = Response.json({ error_type: "ValidationError" }, { status: 400 });
    const error = await errorOf(unwrap(Promise.resolve({ error: {}, response })));
    expect(error.message).toBe("The call was answered 400");
  });
});

describe("an answer that is not JSON", () => {
  it("is told without any of it", async () => {
    const { client } = createTestClient();
    client.use({ onResponse: () => new Response('{"name": Jane Doe', { headers: { "Content-Type": "text/html" } }) });
    const error: unknown = await client.orders.get(1).catch(reason => reason);
    expect(error).toBeInstanceOf(QBenchResponseError);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("Jane");
  });

  it("of an error is told in a line, however long it is", async () => {
    const { client } = createTestClient();
    const error_description = `too\u001b[31m long ${"x".repeat(100_000)}`;
    client.use({ onResponse: () => Response.json({ error_type: "Error", error_description }, { status: 400 }) });
    const { message } = await errorOf(unwrap(client.GET("/qbench/api/v2/teams")));
    expect(message.length).toBeLessThan(700);
    expect(message).toContain("too [31m long xxx");
  });
});

describe("an error of a write", () => {
  it("shows no records when it is printed", async () => {
    const { client } = createTestClient();
    const records = [1, 2].map(
      id => ({ id, invoicing_notes: "a customer's", unknown_field: "a secret" }) as OrderUpdate,
    );
    const write = client.orders.update(records, { chunkSize: 1, onIgnoredFields: "error" });
    const error: unknown = await write.catch(reason => reason);
    expect(error).toMatchObject({ outcomes: [{ state: "written", records: [{ id: 1 }] }, { state: "unsent" }] });
    expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toMatch(/customer's|secret/);
  });
});
