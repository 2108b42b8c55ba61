import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QBenchInputError } from "../src/index.js";
import { createTestClient } from "./support/laboratory.js";

const tests = "/qbench/api/v2/tests";
const order = "/qbench/api/v2/orders/{order_id}";

type LooseMethod = (...args: unknown[]) => Promise<unknown> & { toArray(): Promise<unknown> };
type HttpMethod = (path: string, init?: object) => Promise<unknown>;

/** The client as programs without types call it. */
function createLooseClient() {
  const { client, requests, sent } = createTestClient();
  const resources = client as unknown as Record<
    "apiClients" | "customers" | "labels" | "orders" | "tests",
    Record<string, LooseMethod>
  >;
  const methods = client as unknown as Record<(typeof httpMethods)[number], HttpMethod> & {
    request(method: string, path: string, init?: object): Promise<unknown>;
    paginate(path: string, init?: object): { toArray(): Promise<unknown>; total(): Promise<number> };
  };
  return { resources, methods, requests, sent };
}

const httpMethods = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"] as const;

const mustBe = 'must be a whole number, or a text that is not empty, ".." or percent-encoded, without / \\ ? #';

const unsafeValues: [description: string, value: unknown][] = [
  ["undefined", undefined],
  ["null", null],
  ["an empty text", ""],
  ["a blank text", " \t"],
  [".", "."],
  ["..", ".."],
  [".. with a space", ".. "],
  ["encoded dots", "%2e%2E"],
  ["half-encoded dots", ".%2e"],
  ["dots that are encoded twice", "%252e%252e"],
  ["a slash", "1/samples"],
  ["a path", "../customers"],
  ["an encoded slash", "1%2Fsamples"],
  ["a backslash", "..\\customers"],
  ["an encoded backslash", "..%5ccustomers"],
  ["a question mark", "1?page_size=1"],
  ["an encoded question mark", "1%3F"],
  ["a hash", "1#"],
  ["an encoded hash", "1%23"],
  ["a line break", "1\n"],
  ["a lone surrogate", "\ud800"],
  ["NaN", Number.NaN],
  ["infinity", Number.NEGATIVE_INFINITY],
  ["a fraction", 1.5],
  ["a number that is not exact", 2 ** 53],
  ["true", true],
  ["an object", {}],
  ["an object with a text", { toString: () => "1" }],
  ["a list", [1]],
  ["an empty list", []],
  ["a date", new Date(0)],
  ["a symbol", Symbol("1")],
  ["a function", () => 1],
];

describe("path parameters", () => {
  it.each(unsafeValues)("the HTTP methods reject %s in a path and send nothing", async (_, order_id) => {
    const { methods, requests } = createLooseClient();
    const init = { params: { path: { order_id } } };
    for (const method of httpMethods) {
      const expected = { name: "QBenchInputError", message: expect.stringContaining(`${method} ${order}: order_id `) };
      await expect(methods[method](order, init)).rejects.toMatchObject(expected);
      await expect(methods.request(method, order, init)).rejects.toMatchObject(expected);
    }
    expect(requests).toEqual([]);
  });

  it.each(unsafeValues)("resources reject %s in a path and send nothing", async (_, value) => {
    const { resources, methods, requests } = createLooseClient();
    const many = Array.from({ length: 300 }, () => ({ contact_id: 1 }));
    const calls = [
      () => resources.orders.get?.(value),
      () => resources.orders.delete?.(value),
      () => resources.customers.unlinkContact?.(1, value),
      () => resources.customers.linkContacts?.(value, many),
      () => resources.labels.print?.(1, value, [{ id: 1 }]),
      () => resources.apiClients.customers?.(value),
      () => resources.apiClients.customers?.(value).toArray(),
      () => methods.paginate("/qbench/api/v2/orders/{id}/samples", { params: { path: { id: value } } }).toArray(),
      () => methods.paginate("/qbench/api/v2/orders/{id}/samples", { params: { path: { id: value } } }).total(),
    ];
    for (const call of calls) await expect(call()).rejects.toBeInstanceOf(QBenchInputError);
    expect(requests).toEqual([]);
  });

  it("the HTTP methods reject a path whose parameters are left out", async () => {
    const { methods, requests } = createLooseClient();
    for (const init of [undefined, {}, { params: {} }, { params: { path: {} } }, { params: { path: { id: 1 } } }]) {
      await expect(methods.DELETE(order, init)).rejects.toThrow(
        new QBenchInputError(`DELETE ${order}: order_id ${mustBe}`),
      );
    }
    expect(requests).toEqual([]);
  });

  it("resources name the route and the parameter of an unsafe id, also for a list that takes several requests", async () => {
    const { resources, requests } = createLooseClient();
    await expect(resources.orders.delete?.("..")).rejects.toThrow(
      new QBenchInputError(`DELETE ${order}: order_id ${mustBe}`),
    );
    const many = Array.from({ length: 300 }, () => ({ contact_id: 1 }));
    const error = await resources.customers.linkContacts?.("..", many).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(QBenchInputError);
    expect(String(error)).toContain(`customer_id ${mustBe}`);
    expect(requests).toEqual([]);
  });

  it("a path parameter always fills exactly its own segment of the URL, or is rejected", async () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .array(fc.constantFrom("..", ".", "/", "\\", "%", "2e", "2F", "25", "%2e", " ", "a", "7"))
        .map(all => all.join("")),
    );
    const { methods, sent } = createLooseClient();
    await fc.assert(
      fc.asyncProperty(text, async id => {
        const sentBefore = sent().length;
        const init = { params: { path: { id } } };
        const error = await methods.GET("/qbench/api/v2/orders/{id}/samples", init).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error !== undefined) {
          expect(error).toBeInstanceOf(QBenchInputError);
          expect(sent()).toHaveLength(sentBefore);
          return;
        }
        const segments = sent().at(-1)?.split("/") ?? [];
        expect([segments.length, segments[1], segments[3]]).toEqual([4, "orders", "samples"]);
        expect(decodeURIComponent(segments[2] ?? "")).toBe(id);
        expect(id).not.toMatch(/^\.{0,2}$|[/\\?#]/);
      }),
      { numRuns: 300 },
    );
  });

  it("accepts ids as numbers and as texts with spaces, signs and other alphabets", async () => {
    const { methods, sent } = createLooseClient();
    const ids = [
      0,
      7,
      9_007_199_254_740_993n,
      "0b5c-7f",
      "A 1",
      "a.b",
      "...",
      "100%",
      "$&",
      "a;b=c,d@e:f",
      "Zürich",
      "試料",
      "😀",
    ];
    for (const order_id of ids) await methods.GET(order, { params: { path: { order_id } } });
    expect(sent()).toEqual(ids.map(id => `/orders/${encodeURIComponent(String(id))}`));
  });
});

const lostFilters: [description: string, value: unknown, name: string][] = [
  ["an empty list", [], "order_ids"],
  ["a list of undefined", [undefined], "order_ids[0]"],
  ["a list with a gap", Object.assign([1], { 2: 3 }), "order_ids[1]"],
  ["a list that ends in null", [1, 2, null], "order_ids[2]"],
  ["a list with an empty text, which ''.split(',') returns", [""], "order_ids[0]"],
  ["a list in a list", [[1]], "order_ids[0]"],
  ["an empty list in a list", [1, []], "order_ids[1]"],
  ["a list of records", [{ id: 1 }], "order_ids[0]"],
  ["a list with NaN", [1, Number.NaN], "order_ids[1]"],
  ["a set", new Set([1]), "order_ids"],
  ["an object", { id: 1 }, "order_ids"],
  ["an empty object", {}, "order_ids"],
  ["a date", new Date(0), "order_ids"],
  ["a number object", Object(1), "order_ids"],
  ["infinity", Number.POSITIVE_INFINITY, "order_ids"],
  ["a function", () => [1], "order_ids"],
  ["a symbol", Symbol("1"), "order_ids"],
];

describe("filters", () => {
  it.each(lostFilters)("lists reject %s as a filter and send nothing", async (_, order_ids, name) => {
    const { resources, methods, requests } = createLooseClient();
    const query = { page_size: 5, order_ids };
    const init = { params: { query } };
    const calls = [
      () => resources.tests.list?.(query),
      () => resources.tests.list?.(query).toArray(),
      () => resources.orders.samples?.(1, query),
      () => resources.orders.get?.(1, query),
      () => methods.paginate(tests, init).toArray(),
      () => methods.paginate(tests, init).total(),
      () => methods.request("GET", tests, init),
      () => methods.GET(tests, { ...init, querySerializer: { array: { style: "form", explode: false } } }),
      ...httpMethods.map(method => () => methods[method](tests, init)),
    ];
    for (const call of calls) {
      const error = await call()?.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(QBenchInputError);
      expect((error as Error).message).toContain(`: ${name} `);
    }
    expect(requests).toEqual([]);
  });

  it("the error of an empty list says how to read all records and how to read none", async () => {
    const { resources } = createLooseClient();
    await expect(resources.tests.list?.({ order_ids: [] })).rejects.toThrow(
      new QBenchInputError(
        `GET ${tests}: order_ids is an empty list. Leave it out to read all records, or send no request to read none.`,
      ),
    );
  });

  it("the error of a list with a wrong value names its position and says what is wrong", async () => {
    const { resources } = createLooseClient();
    const mustBeFilter = "must be a text that is not empty, a finite number or a boolean.";
    const errors: [order_ids: unknown, message: string][] = [
      [[7, undefined], `order_ids[1] ${mustBeFilter}`],
      [[""], `order_ids[0] ${mustBeFilter}`],
      [[7, 8, [9]], `order_ids[2] ${mustBeFilter}`],
      [new Date(0), `order_ids ${mustBeFilter}`],
    ];
    for (const [order_ids, message] of errors) {
      const error = new QBenchInputError(`GET ${tests}: ${message}`);
      await expect(resources.tests.list?.({ order_ids })).rejects.toThrow(error);
    }
  });

  it.each([
    ["a text", "order_ids=1"],
    ["a list", [1]],
    ["a map", new Map([["order_ids", [1]]])],
    ["URL parameters", new URLSearchParams({ order_ids: "1" })],
    ["a number", 7],
  ])("lists reject %s as the whole query", async (_, query) => {
    const { resources, methods, requests } = createLooseClient();
    await expect(resources.tests.list?.(query)).rejects.toBeInstanceOf(QBenchInputError);
    await expect(methods.GET(tests, { params: { query } })).rejects.toBeInstanceOf(QBenchInputError);
    expect(requests).toEqual([]);
  });

  it("a caller with its own function for queries can send any filter", async () => {
    const { methods, sent } = createLooseClient();
    const query = { last_updated: new Date(0), order_ids: [] };
    await methods.GET(tests, { params: { query }, querySerializer: (all: object) => Object.keys(all).join("&") });
    expect(sent()).toEqual(["/tests?last_updated&order_ids"]);
  });

  it("undefined and null leave a filter out, and so does a query of undefined or null", async () => {
    const { resources, methods, sent } = createLooseClient();
    await resources.tests.list?.({ order_ids: undefined, sample_ids: null, page_size: 1 });
    await resources.tests.list?.(undefined);
    await resources.tests.list?.(null);
    await methods.GET(tests, { params: { query: { order_ids: undefined } } });
    expect(sent()).toEqual(["/tests?page_size=1", "/tests", "/tests", "/tests"]);
  });

  it("every filter that is not left out reaches the server with all of its values", async () => {
    const scalar = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.string({ unit: "grapheme", minLength: 1 }),
    );
    const value = fc.oneof(scalar, fc.array(scalar, { minLength: 1 }), fc.constant(undefined));
    const names = fc.string({ unit: fc.constantFrom("a", "b", "_"), minLength: 1, maxLength: 3 });
    const { methods, requests } = createLooseClient();
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, value), async query => {
        await methods.GET("/qbench/api/v2/teams", { params: { query } });
        const { searchParams } = new URL(requests.at(-1)?.url ?? "");
        const expected = Object.entries(query).flatMap(([name, all]) =>
          [all].flat().flatMap(each => (each === undefined ? [] : [[name, String(each)]])),
        );
        expect([...searchParams]).toEqual(expected);
      }),
    );
  });
});

describe("the length of a URL", () => {
  const ids = (count: number): number[] => Array.from({ length: count }, (_, index) => 10_000 + index);

  it("a list that is too long for a URL is rejected by name, and nothing is sent", async () => {
    const { resources, methods, requests } = createLooseClient();
    const query = { sample_ids: ids(10), order_ids: ids(2000), page_size: 5 };
    const expected =
      /^GET .*\/tests: order_ids is too long: the URL has 3\d{4} of at most 8000 characters\. Send several requests\.$/;
    for (const call of [
      () => resources.tests.list?.(query),
      () => resources.tests.list?.(query).toArray(),
      () => methods.paginate(tests, { params: { query } }).total(),
      () => methods.GET(tests, { params: { query } }),
    ]) {
      const error = await call()?.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(QBenchInputError);
      expect((error as Error).message).toMatch(expected);
    }
    expect(requests).toEqual([]);
  });

  it("a text that is too long for a URL is rejected by name, as a filter, as an id and in a path", async () => {
    const { methods, requests } = createLooseClient();
    const long = "a".repeat(8000);
    const calls: [string, object, string][] = [
      [tests, { params: { query: { state: long } } }, "state is too long"],
      [order, { params: { path: { order_id: long } } }, "order_id is too long"],
      [`/${long}`, {}, "The path is too long"],
    ];
    for (const [path, init, message] of calls) await expect(methods.GET(path, init)).rejects.toThrow(message);
    expect(requests).toEqual([]);
  });

  it("a URL of 8,000 characters is sent, and one of 8,001 is not", async () => {
    const { methods, sent, requests } = createLooseClient();
    await methods.GET(tests, { params: { query: { state: "a" } } });
    const length = requests.at(-1)?.url.length ?? 0;
    await methods.GET(tests, { params: { query: { state: "a".repeat(8001 - length) } } });
    expect(requests.at(-1)?.url).toHaveLength(8000);
    const tooLong = methods.GET(tests, { params: { query: { state: "a".repeat(8002 - length) } } });
    await expect(tooLong).rejects.toThrow("the URL has 8001 of at most 8000 characters");
    expect(sent()).toHaveLength(2);
  });
});
