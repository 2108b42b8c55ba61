import type { EmulatorOptions } from "@qbench-sdk/emulator";
import { type Order, type paths, type Resources, resources } from "@qbench-sdk/types";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type ClientEvent,
  type ClientOptions,
  createQBenchClient,
  createReport,
  type DatedQBenchClient,
  type DatedQBenchClientOf,
  downloadFile,
  type ListCursor,
  type QBenchClient,
  type QBenchClientOf,
  QBenchInputError,
  QBenchListError,
  QBenchResponseError,
  unwrap,
  uploadAttachment,
  type WithDates,
  waitUntilRendered,
} from "../src/index.js";
import { createTestClient } from "./support/laboratory.js";

const orders = "/qbench/api/v2/orders";
const order = { params: { path: { order_id: 4 } } };
const created = new Date("2025-07-16T14:30:00Z");

/** Creates a client with dates, and one of the same emulator without. */
function createClients(emulatorOptions?: EmulatorOptions, clientOptions?: ClientOptions) {
  const { options, ...rest } = createTestClient(emulatorOptions, clientOptions);
  return { ...rest, options, dated: createQBenchClient({ ...options, dates: "Date" }) };
}

/** Creates the options of a client for an emulator in which one record has a date that cannot be parsed. */
function createOptionsWithInvalidDate(recordId: number, emulatorOptions?: EmulatorOptions) {
  const { options } = createTestClient(emulatorOptions, { limits: false });
  return {
    ...options,
    async fetch(request: Request): Promise<Response> {
      const response = (await options.fetch?.(request)) ?? Response.error();
      if (request.method !== "GET") return response;
      const body = await response.json();
      for (const record of [body.data].flat()) if (record?.id === recordId) record.date_created = "soon";
      return Response.json(body, { status: response.status });
    },
  };
}

describe("the option dates", () => {
  it("the HTTP methods return dates, and a client without the option returns texts", async () => {
    const { client, dated } = createClients();
    const { data, response } = await dated.GET(`${orders}/{order_id}`, order);
    expect(response.status).toBe(200);
    expectTypeOf(data?.data.date_created).toEqualTypeOf<Date | null | undefined>();
    expect(data?.data.date_created).toBeInstanceOf(Date);
    expect((await dated.request("get", `${orders}/{order_id}`, order)).data?.data.date_created).toBeInstanceOf(Date);
    // @ts-expect-error the path has a required id
    const _call = () => dated.GET(`${orders}/{order_id}`);
    const plain = await unwrap(client.GET(`${orders}/{order_id}`, order));
    expectTypeOf(plain.data.date_created).toEqualTypeOf<string | null | undefined>();
    expect(plain.data.date_created).toBeTypeOf("string");
  });

  it("paginate and writes return dates, and bodies and filters take texts", async () => {
    const { dated } = createClients();
    const query = { date_created_start: "01/01/2000" };
    const all = await dated.paginate(orders, { params: { query } }).toArray();
    expectTypeOf(all[0]?.date_created).toEqualTypeOf<Date | null | undefined>();
    expect(all).toHaveLength(48);
    expect(all.every(({ date_created }) => date_created instanceof Date)).toBe(true);
    const written = await unwrap(dated.PATCH(orders, { body: [{ id: 4, date_required: "07/16/2025 02:30 PM" }] }));
    expectTypeOf(written.data[0]?.date_required).toEqualTypeOf<Date | null | undefined>();
    expect(written.data[0]?.date_required).toEqual(created);
    // @ts-expect-error a body takes a text
    const _call = () => dated.PATCH(orders, { body: [{ id: 4, date_required: created }] });
  });

  it("resources return dates in records, pages and lists", async () => {
    const { dated } = createClients();
    const order = await dated.orders.get(3);
    expectTypeOf(order.date_created).toEqualTypeOf<Date | null | undefined>();
    expectTypeOf(order.state).toEqualTypeOf<Order["state"]>();
    expect(order.date_created).toBeInstanceOf(Date);
    const page = await dated.orders.list({ page_size: 5 });
    expect(page.data.map(({ date_created }) => date_created)).toEqual(Array(5).fill(expect.any(Date)));
    const all = await dated.orders.list().toArray();
    expectTypeOf(all[0]?.date_created).toEqualTypeOf<Date | null | undefined>();
    expect(all.every(({ date_created }) => date_created instanceof Date)).toBe(true);
    expect(await dated.orders.list().total()).toBe(48);
    const [written] = await dated.orders.update([{ id: 4, date_required: "07/16/2025 02:30 PM" }]);
    expectTypeOf(written?.date_required).toEqualTypeOf<Date | null | undefined>();
    expect(written?.date_required).toEqual(created);
    // @ts-expect-error a body takes a text
    const _call = () => dated.orders.update([{ id: 4, date_required: created }]);
  });

  it("a resource in upper case returns dates, as the HTTP methods do", async () => {
    const { options } = createClients();
    const table = { QC: { get: { method: "GET", path: `${orders}/{order_id}`, returns: "data" } } } as const;
    const dated = createQBenchClient<paths, typeof table>({ ...options, resources: table, dates: "Date" });
    expect((await dated.QC.get(4)).date_created).toBeInstanceOf(Date);
  });

  it("the client still compares the dates that were written with those of the response", async () => {
    const events: ClientEvent[] = [];
    const { options } = createTestClient({}, { onEvent: event => events.push(event) });
    const fetch = async (request: Request): Promise<Response> => {
      const response = (await options.fetch?.(request)) ?? Response.error();
      const text = await response.text();
      return new Response(text.replaceAll(/"date_required": ?"[^"]*"/g, '"date_required":"01/01/2001"'), {
        status: response.status,
        headers: { "Content-Type": "application/json" },
      });
    };
    const dated = createQBenchClient({ ...options, fetch, dates: "Date" });
    const [written] = await dated.orders.update([{ id: 4, date_required: "07/16/2025 02:30 PM" }]);
    expect(written?.date_required).toEqual(new Date("2001-01-01"));
    expect(events).toMatchObject([{ type: "fields-ignored", id: 4, fields: ["date_required"] }]);
  });

  it("errors, empty responses and streams stay the same", async () => {
    const { dated } = createClients();
    const missing = await dated.GET(`${orders}/{order_id}`, { params: { path: { order_id: 999 } } });
    expect(missing.error).toMatchObject({ error_type: "NotFoundError" });
    expect(missing.data).toBe(undefined);
    const text = await dated.GET(`${orders}/{order_id}`, { ...order, parseAs: "text" });
    expect(text.data).toBeTypeOf("string");
    const blob = await dated.GET(`${orders}/{order_id}`, { ...order, parseAs: "blob" });
    expectTypeOf(blob.data).toEqualTypeOf<Blob | undefined>();
    expect(blob.data).toBeInstanceOf(Blob);
    expect((await dated.DELETE(`${orders}/{order_id}`, order)).response.status).toBe(204);
  });

  it("files and reports accept the client and return dates", async () => {
    const { dated, emulator } = createClients();
    const fetch = (request: Request) => emulator.fetch(request);
    const attachment = { attachment_type: "ORDER" as const, object_id: 3, file_name: "scan.txt" };
    const uploaded = await uploadAttachment(dated, attachment, new TextEncoder().encode("scan"), { fetch });
    const scan = await downloadFile(await dated.attachments.get(uploaded.id), { fetch });
    expect(await new Response(scan.stream).text()).toBe("scan");
    const report = await createReport(dated, { report_config_id: 1, test_ids: [5, 6] }, { intervalMs: 1 });
    expectTypeOf(report.date_generated).toEqualTypeOf<Date | null | undefined>();
    const rendered = await waitUntilRendered(signal => dated.reports.get(report.id, undefined, { signal }));
    const file = await downloadFile(rendered, { fetch });
    expect(await new Response(file.stream).text()).not.toBe("");
  });

  it("onInvalidDate replaces values that are not a date, and the types say so", async () => {
    const options = createOptionsWithInvalidDate(1);
    const lenient = createQBenchClient({ ...options, dates: { onInvalidDate: value => value } });
    const [first, second] = (await lenient.orders.list({ page_size: 2 })).data;
    expectTypeOf(first?.date_created).toEqualTypeOf<Date | string | null | undefined>();
    expect([first?.date_created, second?.date_created]).toEqual(["soon", expect.any(Date)]);
    expect(await lenient.orders.list().toArray()).toHaveLength(48);
    const replaced = createQBenchClient({ ...options, dates: { onInvalidDate: () => null } });
    const order = await replaced.orders.get(1);
    expectTypeOf(order.date_created).toEqualTypeOf<Date | null | undefined>();
    expect(order.date_created).toBe(null);
  });

  it("a client of another document converts the fields that it names", async () => {
    const { options } = createTestClient();
    const dates = { fields: ["date_created"] } as const;
    const client = createQBenchClient<paths, Resources, "date_created">({ ...options, resources, dates });
    const order = await client.orders.get(3);
    expectTypeOf(order.date_created).toEqualTypeOf<Date | null | undefined>();
    expectTypeOf(order.last_updated).toEqualTypeOf<string | null | undefined>();
    expect([order.date_created, order.last_updated]).toEqual([expect.any(Date), expect.any(String)]);
    const inferred = createQBenchClient({ ...options, dates });
    expectTypeOf((await inferred.orders.get(3)).last_updated).toEqualTypeOf<string | null | undefined>();
  });

  it.each([["date"], [true], [null], [["date_created"]], [7]])("the client rejects %j as dates", dates => {
    const { options } = createTestClient();
    const create = (): unknown => Reflect.apply(createQBenchClient, undefined, [{ ...options, dates }]);
    expect(create).toThrow(QBenchInputError);
    expect(create).toThrow('dates must be "Date", "string" or { fields, onInvalidDate }.');
  });

  it("the client accepts the default by its name", async () => {
    const { options } = createTestClient();
    expect((await createQBenchClient({ ...options, dates: "string" }).orders.get(3)).date_created).toBeTypeOf("string");
  });
});

describe("a date that cannot be parsed", () => {
  it("a method rejects with the field and the record", async () => {
    const dated = createQBenchClient({ ...createOptionsWithInvalidDate(3), dates: "Date" });
    const error = new QBenchResponseError(
      "date_created of record 3 is not a date. Set onInvalidDate to keep or replace such values.",
    );
    await expect(dated.orders.get(3)).rejects.toThrow(error);
    await expect(dated.orders.list()).rejects.toThrow(error);
    await expect(dated.GET(orders)).rejects.toThrow(error);
    await expect(dated.orders.get(2)).resolves.toMatchObject({ id: 2 });
  });

  it.each([
    ["the first record", 1, {}],
    ["a record of the first page", 7, {}],
    ["the last record of a page", 30, {}],
    ["the first record of a page that was read ahead", 31, {}],
    ["a record of a page that was read ahead", 107, {}],
    ["the last record", 192, {}],
    ["a record of a list in another order", 107, { sort_by: "date_created" }],
  ])(
    "a list read that meets it in %s yields the records before, and ends in a QBenchListError",
    async (_, id, sort) => {
      const options = createOptionsWithInvalidDate(id);
      const dated = createQBenchClient({ ...options, dates: "Date" });
      const query = { page_size: 10, ...sort };
      const expected = await createQBenchClient(options).tests.list(query).toArray();
      const before = expected
        .slice(
          0,
          expected.findIndex(test => test.id === id),
        )
        .map(test => test.id);
      const seen: number[] = [];
      const reading = async (): Promise<void> => {
        for await (const test of dated.tests.list(query)) seen.push(test.id);
      };
      const error = (await reading().catch(reason => reason)) as QBenchListError;
      expect(error).toBeInstanceOf(QBenchListError);
      expect(seen).toEqual(before);
      expect(error).toMatchObject({ rows: before.length, recordId: id, cause: expect.any(QBenchResponseError) });
      expect(error.message).toContain(
        `failed after ${before.length} records. date_created of record ${id} is not a date.`,
      );
      await expectRest(options, query, error.cursor, expected.length - before.length);
    },
  );

  /** Expects that a read from the cursor, which accepts the record, reads at least the rest of the list. */
  async function expectRest(options: ClientOptions, query: object, cursor: ListCursor, minimum: number) {
    const lenient = createQBenchClient({ ...options, dates: { onInvalidDate: () => null } });
    const rest = await lenient.tests.list(query, { cursor }).toArray();
    expect(rest.length).toBeGreaterThanOrEqual(minimum);
  }

  it("pages() yields the first part of the page, and no empty page", async () => {
    const read = async (id: number) => {
      const dated = createQBenchClient({ ...createOptionsWithInvalidDate(id), dates: "Date" });
      const sizes: number[] = [];
      const reading = async (): Promise<void> => {
        for await (const page of dated.orders.list({ page_size: 10 }).pages()) sizes.push(page.data.length);
      };
      await expect(reading()).rejects.toMatchObject({ name: "QBenchListError", recordId: id });
      return sizes;
    };
    expect(await read(15)).toEqual([10, 4]);
    expect(await read(11)).toEqual([10]);
  });

  it("a list read ends in a QBenchListError if onInvalidDate throws", async () => {
    const cause = new Error("no date");
    const dated = createQBenchClient({
      ...createOptionsWithInvalidDate(2),
      dates: {
        onInvalidDate() {
          throw cause;
        },
      },
    });
    await expect(dated.orders.list().toArray()).rejects.toMatchObject({ name: "QBenchListError", recordId: 2, cause });
  });

  it("the error of a list read has the id of a record whose id is a text", async () => {
    const { fetch, ...options } = createOptionsWithInvalidDate(2);
    const dated = createQBenchClient({
      ...options,
      dates: "Date",
      async fetch(request) {
        const response = await fetch(request);
        return new Response((await response.text()).replaceAll(/"id": ?(\d+)/g, '"id":"key-$1"'), response);
      },
    });
    await expect(dated.orders.list().toArray({ limit: 5 })).rejects.toMatchObject({ rows: 1, recordId: "key-2" });
  });

  it("counting a list and reading no record of it do not convert dates", async () => {
    const dated = createQBenchClient({ ...createOptionsWithInvalidDate(1), dates: "Date" });
    expect(await dated.orders.list().total()).toBe(48);
  });
});

describe("the types of the option dates", () => {
  it("clients with different types of dates do not accept each other", () => {
    interface Things {
      "/things": object;
    }
    const _calls = (client: QBenchClient, dated: DatedQBenchClient, things: DatedQBenchClientOf<Things>) => {
      const _same: DatedQBenchClient = createQBenchClient({ dates: "Date" });
      const _either: QBenchClient | DatedQBenchClient = dated;
      // @ts-expect-error its dates are texts
      const _plain: DatedQBenchClient = client;
      // @ts-expect-error its dates are Dates
      const _dated: QBenchClient = dated;
      // @ts-expect-error its dates are Dates, although openapi-fetch's types accept it
      const _other: QBenchClientOf<Things> = things;
    };
  });

  it("options of a client without dates cannot hide the option", () => {
    const options = { dates: "Date" } as const;
    // @ts-expect-error dates: "Date" is not an option of ClientOptions
    const _hidden: ClientOptions = options;
    // @ts-expect-error the type of the client must be known
    const _create = (dates: "Date" | "string") => createQBenchClient({ dates });
  });

  it("a function can take a client with either type of dates", async () => {
    const findOrder = (client: QBenchClient | DatedQBenchClient, id: number) => client.orders.get(id);
    const { client, dated } = createClients();
    const either = await findOrder(client, 3);
    expectTypeOf(either.last_updated).toEqualTypeOf<string | Date | null | undefined>();
    expect([either.last_updated, (await findOrder(dated, 3)).last_updated]).toEqual([
      expect.any(String),
      expect.any(Date),
    ]);
    const count = (service: Pick<DatedQBenchClientOf<paths, Resources, string | Date>, "orders">) =>
      service.orders.list().total();
    expect([await count(client), await count(dated)]).toEqual([48, 48]);
  });

  it("a generic function keeps the type of the dates", async () => {
    const findOrder = <D>(client: DatedQBenchClientOf<paths, Resources, D>, id: number) => client.orders.get(id);
    const { dated, options } = createClients();
    const order = await findOrder(dated, 3);
    expectTypeOf(order).toEqualTypeOf<WithDates<Order>>();
    expect(order.last_updated).toBeInstanceOf(Date);
    const lenient = createQBenchClient({ ...options, dates: { onInvalidDate: () => "soon" as const } });
    const lenientOrder = await findOrder(lenient, 3);
    expectTypeOf(lenientOrder.last_updated).toEqualTypeOf<Date | "soon" | null | undefined>();
  });
});
