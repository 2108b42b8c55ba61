import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type Call,
  type ClientOptions,
  type DatedQBenchClient,
  QBenchApiError,
  QBenchError,
  QBenchResponseError,
  QBenchWriteError,
  unwrap,
} from "../src/index.js";
import { createTestClient } from "./support/laboratory.js";

type ResponseOf = { body: string; status?: number; type?: string };

/** Returns a client whose API responds to every request with one body. */
function clientOf({ body, status = 200, type = "application/json" }: ResponseOf, options: ClientOptions = {}) {
  const lab = createTestClient({}, { retry: { attempts: 4 }, ...options });
  lab.emulator.faults.add({ on: "api", status, body, headers: type === "" ? {} : { "Content-Type": type } });
  return lab;
}

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    value => ({ "resolved to": value }),
    error => error,
  );

const resends = "QBench may have executed the request: check before you send it again.";
const checkBoth = "Check baseUrl, or report it to QBench.";
const orderPath = { params: { path: { order_id: 1 } } };

describe("a successful response without its data", () => {
  it.each([
    ["null", "undefined"],
    ["[]", "undefined"],
    ['[{"id":1}]', "undefined"],
    ['"ok"', "undefined"],
    ["7", "undefined"],
    ["{}", "undefined"],
    ['{"id":1}', "undefined"],
    ['{"qb1f":"00"}', "undefined"],
    ['{"data":null}', "null"],
    ['{"data":"x"}', "string"],
    ['{"data":[{"id":1}]}', "a list"],
  ])("a read of one record rejects the body %s", async (body, found) => {
    const { client } = clientOf({ body });
    const message = `GET /qbench/api/v2/orders/1 failed: the data of the response is ${found}, not a record. ${checkBoth}`;
    for (const call of [client.orders.get(1), client.GET("/qbench/api/v2/orders/{order_id}", orderPath)]) {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(QBenchResponseError);
      expect(error).toMatchObject({ message });
    }
  });

  it.each([
    ["null", "undefined"],
    ["[]", "undefined"],
    ["{}", "undefined"],
    ['{"data":null,"total_count":0}', "null"],
    ['{"data":{"id":1}}', "object"],
  ])("a read of one page rejects the body %s", async (body, found) => {
    const { client } = clientOf({ body });
    const message = `GET /qbench/api/v2/orders failed: the data of the response is ${found}, not a list. ${checkBoth}`;
    const list = client.orders.list();
    for (const call of [list.then(page => page), client.GET("/qbench/api/v2/orders"), list.toArray(), list.total()]) {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(QBenchResponseError);
      expect(String(error)).toContain(message);
    }
  });

  it("a read of one page rejects a list that contains null", async () => {
    const { client } = clientOf({ body: '{"data":[{"id":1},null]}' });
    const list = client.orders.list();
    for (const call of [list.then(page => page), client.GET("/qbench/api/v2/orders"), list.toArray(), list.total()]) {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(QBenchResponseError);
      expect(String(error)).toContain("the data of the response contains null. Report it to QBench.");
    }
  });

  it.each(["", " \n", "\ufeff"])("a read rejects an empty body (%j), with and without its length", async body => {
    const { client, emulator } = clientOf({ body });
    const failed = "GET /qbench/api/v2/orders/1 failed: the response has no body.";
    expect(await errorOf(client.orders.get(1))).toMatchObject({ name: "QBenchResponseError", message: failed });
    emulator.faults.add({ on: "api", headers: { "Content-Length": String(new TextEncoder().encode(body).length) } });
    expect(await errorOf(client.orders.get(1))).toMatchObject({ name: "QBenchResponseError", message: failed });
  });

  it("a read rejects a 204 without a body", async () => {
    const { client } = createTestClient();
    client.use({ onResponse: () => new Response(null, { status: 204 }) });
    await expect(client.orders.get(1)).rejects.toThrow(QBenchResponseError);
  });

  it.each(["GET", "request"] as const)(
    "%s rejects an empty body of a path that the client does not know",
    async name => {
      const { client } = clientOf({ body: "" });
      const call =
        name === "GET"
          ? client.GET("/qbench/api/v9/things" as "/qbench/api/v2/orders")
          : client.request("get", "/qbench/api/v9/things" as "/qbench/api/v2/orders");
      expect(await errorOf(call)).toMatchObject({ name: "QBenchResponseError", message: /\/v9\/things failed/ });
    },
  );

  it("a write without declared data accepts a response without a body, and one with an unexpected body", async () => {
    for (const body of ["", "{}", "null", '{"message":"done"}']) {
      const { client } = clientOf({ body });
      await client.orders.delete(1);
      await client.invoices.sync(1);
      await client.reports.publish([{ id: 1 }]);
    }
    const { client, sent } = createTestClient();
    expect(await client.orders.delete(1)).toBe(undefined);
    expect(
      await client.DELETE("/qbench/api/v2/orders/{order_id}", { params: { path: { order_id: 2 } } }),
    ).toMatchObject({
      data: undefined,
      response: { status: 204 },
    });
    expect(sent()).toHaveLength(2);
  });

  it("a write with declared data says that it may have been executed, and is not sent again", async () => {
    const { client, sent } = clientOf({ body: '{"data":null}', status: 202 });
    const error = await errorOf(client.invoices.sendEmail(1, { emails: ["a@example.com"] }));
    expect(error).toMatchObject({
      name: "QBenchResponseError",
      message: `POST /qbench/api/v2/invoices/1/send-email failed: the data of the response is null, not a record. ${checkBoth} ${resends}`,
    });
    expect(sent()).toHaveLength(1);
  });

  it("HEAD and other formats than JSON are not parsed", async () => {
    const { client } = clientOf({ body: "a,b", type: "text/csv" });
    const { data } = await client.GET("/qbench/api/v2/orders", { parseAs: "text" });
    expect(data).toBe("a,b");
    const head = client.request("head", "/qbench/api/v2/orders" as never);
    expect(await head).toMatchObject({ data: undefined, response: { status: 200 } });
  });
});

describe("a successful status with the body of an error", () => {
  it.each([
    ['{"error":"the tenant is in maintenance"}', "the tenant is in maintenance."],
    ['{"error_type":"AuthError","error_description":"The session has expired"}', "AuthError. The session has expired."],
    ['{"data":null,"error_description":"no"}', "no."],
    ['{"data":[],"error":"incomplete"}', "incomplete."],
  ])("%s rejects as a QBenchApiError, and GET returns it as the error", async (body, text) => {
    const { client, sent } = clientOf({ body });
    for (const call of [client.orders.get(1), unwrap(client.GET("/qbench/api/v2/orders/{order_id}", orderPath))]) {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(QBenchApiError);
      expect(error).toMatchObject({ status: 200, method: "GET", path: "/qbench/api/v2/orders/1" });
      expect(String(error)).toContain("/orders/1 failed: 200");
      expect(String(error)).toContain(text);
    }
    const result = await client.GET("/qbench/api/v2/orders/{order_id}", orderPath);
    expect([result.data, result.error]).toEqual([undefined, JSON.parse(body)]);
    await expect(client.orders.list().toArray()).rejects.toThrow(QBenchApiError);
    expect(sent()).toHaveLength(4);
  });

  it("a deletion rejects and says that it may have been executed, once", async () => {
    const { client, sent } = clientOf({ body: '{"error":"locked"}' });
    await expect(client.orders.delete(1)).rejects.toThrow(
      `DELETE /qbench/api/v2/orders/1 failed: 200. locked. ${resends}`,
    );
    expect(sent()).toHaveLength(1);
  });

  it("a write that is redirected says that it may have been executed, as its outcome does", async () => {
    const { client, sent } = clientOf({ body: "", status: 302 });
    await expect(client.orders.delete(1)).rejects.toThrow(`DELETE /qbench/api/v2/orders/1 failed: 302. ${resends}`);
    const writing = client.orders.create([{ customer_account_id: 1 }, { customer_account_id: 1 }], { chunkSize: 1 });
    expect(await errorOf(writing)).toMatchObject({ outcomes: [{ state: "unknown" }, { state: "unsent" }] });
    expect(sent()).toHaveLength(2);
  });

  it("unwrap rejects it also for another client of openapi-fetch", async () => {
    const response = new Response();
    await expect(unwrap(Promise.resolve({ data: { error: "locked" }, response }))).rejects.toThrow("200. locked.");
    for (const data of [
      { data: 1, error: "x" },
      { id: 1, error: "x" },
      { error: "" },
      { error: null },
      [],
      null,
      "error",
    ]) {
      expect(await unwrap(Promise.resolve({ data, response }))).toBe(data);
    }
  });
});

describe("a body that is not JSON", () => {
  const start = "GET /qbench/api/v2/orders/1 failed:";
  const html = "<!DOCTYPE html>\n<html><head><title>Sign in to Example</title>";

  it.each<[string, ResponseOf, string]>([
    [
      "a login page",
      { body: html, type: "text/html; charset=utf-8" },
      "the response is HTML, not JSON. Check baseUrl. It begins: <!DOCTYPE html> <html><head><title>Sign in to Example</title>",
    ],
    [
      "a page that claims to be JSON",
      { body: " <html>" },
      "the response is HTML, not JSON. Check baseUrl. It begins: <html>",
    ],
    [
      "a page without a content type",
      { body: "<h1>Welcome</h1>", type: "" },
      "the response is HTML, not JSON. Check baseUrl. It begins: <h1>Welcome</h1>",
    ],
    [
      "XML",
      { body: "<Error>no</Error>", type: "application/xml" },
      "the response is XML, not JSON. Check baseUrl, or set parseAs. It begins: <Error>no</Error>",
    ],
    [
      "a PDF",
      { body: "%PDF-1.4", type: "application/pdf" },
      "the response is application/pdf, not JSON. Check baseUrl, or set parseAs. It begins: %PDF-1.4",
    ],
    [
      "JSON that ends in a list",
      { body: '{"data":{"id":1,"tags":["a"' },
      'the JSON is cut off after 27 characters. The transfer broke. It begins: {"data":{"id":1,"tags":["a"',
    ],
    [
      "JSON that ends in a text",
      { body: '{"data":{"name":"a } \\"b' },
      'the JSON is cut off after 24 characters. The transfer broke. It begins: {"data":{"name":"a } \\"b',
    ],
    [
      "JSON with NaN",
      { body: '{"data":{"id":1,"ph": NaN}}' },
      `the server's JSON has NaN or Infinity. Report it to QBench. It begins: {"data":{"id":1,"ph": NaN}}`,
    ],
    [
      "JSON with -Infinity",
      { body: '{"data":[-Infinity]}', type: "text/plain" },
      `the server's JSON has NaN or Infinity. Report it to QBench. It begins: {"data":[-Infinity]}`,
    ],
    [
      "a Python dictionary",
      { body: "{'data': None}" },
      "the server's JSON is invalid. Report it to QBench. It begins: {'data': None}",
    ],
    ["a word that is called JSON", { body: "OK" }, "the server's JSON is invalid. Report it to QBench. It begins: OK"],
  ])("a read reports %s for what it is", async (_, response, message) => {
    const { client, sent } = clientOf(response);
    for (const call of [client.orders.get(1), client.GET("/qbench/api/v2/orders/{order_id}", orderPath)]) {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(QBenchResponseError);
      expect(error).toMatchObject({ message: `${start} ${message}` });
    }
    expect(sent()).toHaveLength(2);
  });

  it.each(["GET", "POST", "PATCH", "PUT", "DELETE"] as const)(
    "%s rejects a page, also for a path that the client does not know",
    async method => {
      const { client, sent } = clientOf({ body: html, type: "text/html" });
      const methods = client as unknown as Record<string, (path: string, init: object) => Promise<unknown>>;
      const init = { params: { path: { id: "a b" } } };
      const error = await errorOf(methods[method]?.("/qbench/api/v9/things/{id}?name=Jane", init) ?? Promise.resolve());
      expect(error).toBeInstanceOf(QBenchResponseError);
      expect(String(error)).toContain(`${method} /qbench/api/v9/things/a%20b failed: the response is HTML`);
      expect(String(error)).not.toContain("Jane");
      expect(String(error).includes(resends)).toBe(method !== "GET");
      expect(sent()).toHaveLength(1);
    },
  );

  it("an error has a few words of a long body, without control characters and credentials", async () => {
    const body = `<html>\u001b[31m\u202e token=${"s".repeat(40)} Bearer ${"t".repeat(40)} ${"word ".repeat(100_000)}`;
    const { client } = clientOf({ body, type: "text/html" });
    const { message } = (await errorOf(client.orders.get(1))) as Error;
    expect(message).toContain("It begins: <html> token=[redacted] Bearer [redacted] word word");
    expect(message).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(message.length).toBeLessThan(400);
  });

  it.each([0, 475, 485])(
    "an error does not contain the access token that a server repeats after %d spaces",
    async spaces => {
      const { client, requests } = createTestClient();
      client.use({
        onResponse: ({ request }) => {
          const token = request.headers.get("Authorization")?.slice(7);
          return new Response(`${" ".repeat(spaces)}You sent ${token} here`);
        },
      });
      const error = await errorOf(client.orders.get(1));
      expect(requests.at(-1)?.headers.get("Authorization")).toMatch(/^Bearer \S+$/);
      expect(String(error)).toContain("It begins: You sent [redacted] here");
    },
  );

  it("an error does not quote a body of JSON whose data is missing", async () => {
    const { client } = clientOf({ body: '[{"customer_name":"Jane Doe"}]' });
    expect(String(await errorOf(client.orders.get(1)))).not.toContain("Jane");
  });

  it("a read never resolves to a part of a record, wherever the transfer broke", async () => {
    const { client, emulator } = createTestClient();
    const text = JSON.stringify({ _self: "x", data: await client.orders.get(1) });
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.boolean(), async (length, hasLength) => {
        const body = text.slice(0, length);
        const headers = hasLength ? { "Content-Length": String(new TextEncoder().encode(body).length) } : {};
        emulator.faults.add({ on: "api", status: 200, body, headers, times: 1 });
        const error = await errorOf(client.orders.get(1));
        expect(error).toBeInstanceOf(QBenchResponseError);
        if (length > 0) expect(String(error)).toContain(`cut off after ${length} characters`);
      }),
      { numRuns: 60 },
    );
  });

  it("a read resolves to a record or rejects with a QBenchError, whatever the server sends", async () => {
    const { client, emulator } = createTestClient();
    const bodies = fc.oneof(
      fc.json(),
      fc.string({ unit: "binary" }),
      fc
        .record({ data: fc.jsonValue(), error: fc.option(fc.string()) }, { requiredKeys: [] })
        .map(v => JSON.stringify(v)),
    );
    const types = fc.constantFrom("application/json", "text/html", "text/plain", "application/pdf");
    await fc.assert(
      fc.asyncProperty(bodies, types, async (body, type) => {
        emulator.faults.add({ on: "api", status: 200, body, headers: { "Content-Type": type }, times: 1 });
        const order: unknown = await client.orders.get(1).catch((error: unknown) => {
          expect(error).toBeInstanceOf(QBenchError);
          expect(String(error)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        });
        if (order !== undefined) expect(JSON.parse(body)).toEqual({ ...JSON.parse(body), data: order });
      }),
      { numRuns: 200 },
    );
  });
});

describe("the response to a write of records", () => {
  const orders = [{ customer_account_id: 1 }, { customer_account_id: 2 }, { customer_account_id: 3 }];
  const records = (...ids: number[]) => JSON.stringify({ data: ids.map(id => ({ id })) });

  it.each([
    ["fewer records than were sent", records(1, 2), "the response has 2 of 3 records."],
    ["no records", records(), "the response has 0 of 3 records."],
    ["more records than were sent", records(1, 2, 3, 4), "the response has 4 of 3 records."],
    ["null among its records", '{"data":[{"id":1},null,{"id":2}]}', "the response has 2 of 3 records."],
    ["null as its data", '{"data":null}', "the data of the response is null, not a list."],
    ["one record as its data", '{"data":{"id":1}}', "the data of the response is object, not a list."],
    ["no envelope", '[{"id":1}]', "the data of the response is undefined, not a list."],
    ["no body", "", "the response has no body"],
    ["HTML", "<html>", "the response is HTML"],
    ["a part of its JSON", '{"data":[{"id":1}', "the JSON is cut off"],
  ])("a creation rejects a response with %s and lists all outcomes as unknown", async (_, body, problem) => {
    const { client, sent } = clientOf({ body, status: 201 });
    const error = await errorOf(client.orders.create(orders));
    expect(error).toBeInstanceOf(QBenchWriteError);
    expect(error).toMatchObject({
      cause: expect.any(QBenchResponseError),
      outcomes: [{ state: "unknown", start: 0, count: 3, error: expect.any(QBenchResponseError) }],
    });
    expect(String(error)).toContain(
      `orders.create failed. Records: 3 unknown. POST /qbench/api/v2/orders failed: ${problem}`,
    );
    expect(String(error)).toMatch(/before you send (it|them) again/);
    expect(sent()).toHaveLength(1);
  });

  it("the error has the records of the response, and does not print them", async () => {
    const { client } = clientOf({ body: records(7) });
    const error = (await errorOf(client.orders.create(orders))) as QBenchWriteError;
    const { cause } = error;
    expect(cause instanceof QBenchResponseError && cause.records).toEqual([{ id: 7 }]);
    expect(Object.keys(cause as object)).not.toContain("records");
  });

  it("an update reports each record as written that the response has, and the others as unknown", async () => {
    const { client } = clientOf({ body: records(3, 1) });
    const error = await errorOf(client.orders.update([{ id: 1 }, { id: 2 }, { id: 3 }], { onIgnoredFields: "throw" }));
    expect(error).toMatchObject({
      message: expect.stringContaining(
        "orders.update failed. Records: 2 written, 1 unknown. PATCH /qbench/api/v2/orders",
      ),
      outcomes: [
        { state: "written", start: 0, count: 1, records: [{ id: 1 }] },
        { state: "unknown", start: 1, count: 1 },
        { state: "written", start: 2, count: 1, records: [{ id: 3 }] },
      ],
    });
  });

  it("a write of several requests stops at an unusable response", async () => {
    const { client, emulator, sent } = createTestClient();
    const write = client.orders.create(orders, { chunkSize: 1 });
    emulator.faults.add({ on: "api", status: 201, body: '{"data":null}', times: 1 });
    expect(await errorOf(write)).toMatchObject({
      outcomes: [
        { state: "unknown", start: 0, count: 1 },
        { state: "unsent", start: 1, count: 1 },
        { state: "unsent", start: 2, count: 1 },
      ],
    });
    expect(sent()).toHaveLength(1);
  });

  it("the body of an error with a successful status leaves the outcome unknown", async () => {
    const { client, sent } = clientOf({ body: '{"error":"partly failed"}', status: 201 });
    const message = `POST /qbench/api/v2/orders failed: 201. partly failed. ${resends}`;
    expect(await errorOf(client.orders.create(orders))).toMatchObject({ name: "QBenchApiError", status: 201, message });
    expect(await errorOf(client.orders.create(orders, { chunkSize: 2 }))).toMatchObject({
      outcomes: [
        { state: "unknown", start: 0, count: 2, error: { status: 201, message } },
        { state: "unsent", start: 2, count: 1 },
      ],
    });
    expect(sent()).toHaveLength(2);
  });
});

describe("labels", () => {
  const print = (client: ReturnType<typeof createTestClient>["client"]) =>
    client.labels.print(1, "orders", [{ id: 1, count: 2 }]);

  it("labels are HTML by default, and have the type of a text or of bytes", async () => {
    const { client } = createTestClient();
    expectTypeOf(client.labels.print).returns.toEqualTypeOf<Call<string | Uint8Array<ArrayBuffer>>>();
    expectTypeOf<DatedQBenchClient["labels"]["print"]>().returns.resolves.toEqualTypeOf<
      string | Uint8Array<ArrayBuffer>
    >();
    expect(await print(client)).toContain("<p>2 labels of record 1</p>");
    const params = { path: { label_id: 1, data_type: "orders" } } as const;
    const { data, response } = await client.POST("/qbench/api/v2/labels/{label_id}/{data_type}", {
      params,
      body: [{ id: 1 }],
    });
    expect(data).toContain("<p>1 labels of record 1</p>");
    expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
  });

  it.each(["text/html", "text/plain;charset=utf-8", "application/zpl", "x-application/ZPL", "application/xhtml+xml"])(
    "labels of the content type %s are a text",
    async type => {
      const { client } = clientOf({ body: "^XA^FDGröße^XZ", type });
      expect(await print(client)).toBe("^XA^FDGröße^XZ");
    },
  );

  it.each(["application/pdf", "application/octet-stream", ""])(
    "labels of the content type %j are bytes, unchanged",
    async type => {
      const bytes = Uint8Array.of(0x25, 0x50, 0x44, 0x46, 0xff, 0xfe, 0x00);
      const { client } = createTestClient({}, { dates: "Date" } as object);
      client.use({ onResponse: () => new Response(bytes, { headers: type === "" ? {} : { "Content-Type": type } }) });
      expect(await print(client)).toEqual(bytes);
    },
  );

  it("labels without a body are an empty text, because QBench has printed them", async () => {
    const { client, emulator, sent } = clientOf({ body: "", type: "text/html" });
    expect(await print(client)).toBe("");
    emulator.faults.add({ on: "api", headers: { "Content-Length": "0" } });
    expect(await print(client)).toBe("");
    expect(sent()).toHaveLength(2);
  });

  it("labels of JSON are a text, unless it is the body of an error", async () => {
    expect(await print(clientOf({ body: '{"queued":true}' }).client)).toBe('{"queued":true}');
    await expect(print(clientOf({ body: '{"error":"no printer"}' }).client)).rejects.toThrow("200. no printer.");
    await expect(print(clientOf({ body: '{"error":"no printer"}', status: 400 }).client)).rejects.toThrow(
      QBenchApiError,
    );
  });
});

describe("the option parseJson", () => {
  const response = { body: '{"data":[{"id":1,"amount":1.10}],"page_number":1,"total_count":1,"total_pages":1}' };
  /** Keeps the text of each number. */
  const parseJson = (text: string): unknown => JSON.parse(text.replace(/(?<=:)[\d.]+/g, '"$&"'));

  it("parses lists, records and responses of paths", async () => {
    const { client } = clientOf(response, { parseJson });
    expect(await client.orders.list()).toMatchObject({ data: [{ id: "1", amount: "1.10" }] });
    expect(await client.orders.list().toArray()).toEqual([{ id: "1", amount: "1.10" }]);
    expect((await client.GET("/qbench/api/v2/orders")).data).toMatchObject({ total_count: "1" });
  });

  it("makes a response that it rejects count as not JSON", async () => {
    const { client } = clientOf(response, { parseJson: () => JSON.parse("{") });
    await expect(client.orders.get(1)).rejects.toThrow(QBenchResponseError);
  });
});
