import {
  dateFields,
  type Order,
  type OrderPage,
  type OrderResponse,
  type Reference,
  type User,
} from "@qbench-sdk/types";
import { describe, expect, expectTypeOf, it } from "vitest";
import { type DateField, datedClient, QBenchResponseError, unwrap, type WithDates, withDates } from "../src/index.ts";
import { createTestClient } from "./support/laboratory.ts";

const orders = "/qbench/api/v2/orders";
const order = { params: { path: { order_id: 4 } } };
const created = new Date("2025-07-16T14:30:00Z");

describe("withDates", () => {
  it("withDates converts records, pages, lists and references without changing the original", () => {
    const page = {
      data: [
        {
          id: 1,
          date_created: "07/16/2025 02:30 PM",
          source: { _type: "SOURCE", data: { date_of_birth: "07/16/2025" } },
        },
        { id: 2, date_created: null, last_updated: "1752676200", comments: "07/16/2025" },
      ],
      total_pages: 1,
    };
    const before = structuredClone(page);
    expect(withDates(page)).toEqual({
      data: [
        { id: 1, date_created: created, source: { _type: "SOURCE", data: { date_of_birth: new Date("2025-07-16") } } },
        { id: 2, date_created: null, last_updated: created, comments: "07/16/2025" },
      ],
      total_pages: 1,
    });
    expect(page).toEqual(before);
    expect(withDates([page.data[1]])).toMatchObject([{ last_updated: created }]);
  });

  it("withDates rejects a value that is not a date, and names the field but not the value", () => {
    const convert = () => withDates({ due_date: "Jane" });
    expect(convert).toThrow(QBenchResponseError);
    expect(convert).toThrow(
      new QBenchResponseError("due_date is not a date. Set onInvalidDate to keep or replace such values."),
    );
  });

  it("withDates uses what onInvalidDate returns, and types it", () => {
    const seen: string[][] = [];
    const record: { due_date?: string | null } = { due_date: "soon" };
    const kept = withDates(record, {
      onInvalidDate(value, field) {
        seen.push([field, value]);
        return value;
      },
    });
    expect(kept).toEqual({ due_date: "soon" });
    expect(seen).toEqual([["due_date", "soon"]]);
    expectTypeOf(kept.due_date).toEqualTypeOf<Date | string | null | undefined>();
    const replaced = withDates(record, { onInvalidDate: () => null });
    expect(replaced).toEqual({ due_date: null });
    expectTypeOf(replaced.due_date).toEqualTypeOf<Date | null | undefined>();
  });

  it("withDates converts the fields of another API client", () => {
    const dated = withDates({ shipped: "07/16/2025", due_date: "07/16/2025" }, { fields: ["shipped"] });
    expect(dated).toEqual({ shipped: new Date("2025-07-16"), due_date: "07/16/2025" });
    expectTypeOf(dated).toEqualTypeOf<{ shipped: Date; due_date: string }>();
  });

  it("withDates leaves values that are not JSON unchanged, and never sets a prototype", () => {
    const blob = new Blob(["x"]);
    expect(withDates(blob)).toBe(blob);
    expect(withDates("07/16/2025")).toBe("07/16/2025");
    const dated = withDates(JSON.parse('{"__proto__":{"due_date":"07/16/2025"}}'));
    expect(Object.keys(dated)).toEqual(["__proto__"]);
  });

  it("withDates types an order, its page, its response and its references", () => {
    type Dated = WithDates<Order>;
    expectTypeOf<Dated["date_created"]>().toEqualTypeOf<Date | null | undefined>();
    expectTypeOf<Dated["last_updated"]>().toEqualTypeOf<Date | null | undefined>();
    expectTypeOf<Dated["id"]>().toEqualTypeOf<Order["id"]>();
    expectTypeOf<Dated["state"]>().toEqualTypeOf<Order["state"]>();
    expectTypeOf<keyof Dated>().toEqualTypeOf<keyof Order>();
    expectTypeOf<WithDates<OrderPage>["data"]>().toEqualTypeOf<Dated[]>();
    expectTypeOf<WithDates<OrderPage>["total_pages"]>().toBeNumber();
    expectTypeOf<WithDates<OrderResponse>["data"]["date_created"]>().toEqualTypeOf<Date | null | undefined>();
    expectTypeOf<Dated["approved_by"]>().toEqualTypeOf<WithDates<Reference<User>> | null | undefined>();
    type Customer = NonNullable<NonNullable<Dated["customer_account"]>["data"]>;
    expectTypeOf<Customer["date_created"]>().toEqualTypeOf<Date | null | undefined>();
    expectTypeOf<"date_created" | "last_updated">().toExtend<DateField>();
    expect(dateFields).toContain("date_created");
  });
});

describe("datedClient", () => {
  it("datedClient returns dates from the HTTP methods, and does not change the given client", async () => {
    const { client } = createTestClient();
    const dated = datedClient(client);
    const { data, response } = await dated.GET("/qbench/api/v2/orders/{order_id}", order);
    expect(response.status).toBe(200);
    expectTypeOf(data?.data.date_created).toEqualTypeOf<Date | null | undefined>();
    expect(data?.data.date_created).toBeInstanceOf(Date);
    // @ts-expect-error the path has a required id
    const _call = () => dated.GET("/qbench/api/v2/orders/{order_id}");
    const plain = await unwrap(client.GET("/qbench/api/v2/orders/{order_id}", order));
    expectTypeOf(plain.data.date_created).toEqualTypeOf<string | null | undefined>();
    expect(plain.data.date_created).toBeTypeOf("string");
  });

  it("datedClient returns dates from paginate and from writes, and takes texts in bodies and filters", async () => {
    const dated = datedClient(createTestClient().client);
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

  it("datedClient returns dates from the records, pages and lists of resources", async () => {
    const dated = datedClient(createTestClient().client);
    const order = await dated.orders.get(3);
    expectTypeOf(order.date_created).toEqualTypeOf<Date | null | undefined>();
    expect(order.date_created).toBeInstanceOf(Date);
    const page = await dated.orders.list({ page_size: 5 });
    expect(page.data.map(({ date_created }) => date_created)).toEqual(Array(5).fill(expect.any(Date)));
    const all = await dated.orders.list().toArray();
    expectTypeOf(all[0]?.date_created).toEqualTypeOf<Date | null | undefined>();
    expect(all.every(({ date_created }) => date_created instanceof Date)).toBe(true);
    expect(await dated.orders.list().total()).toBe(48);
    const [written] = await dated.orders.update([{ id: 4, date_required: "07/16/2025 02:30 PM" }]);
    expect(written?.date_required).toEqual(created);
  });

  it("datedClient leaves errors, empty responses and streams unchanged", async () => {
    const dated = datedClient(createTestClient().client);
    const missing = await dated.GET("/qbench/api/v2/orders/{order_id}", { params: { path: { order_id: 999 } } });
    expect(missing.error).toMatchObject({ error_type: "NotFoundError" });
    expect(missing.data).toBe(undefined);
    const text = await dated.GET("/qbench/api/v2/orders/{order_id}", { ...order, parseAs: "text" });
    expect(text.data).toBeTypeOf("string");
    const blob = await dated.GET("/qbench/api/v2/orders/{order_id}", { ...order, parseAs: "blob" });
    expectTypeOf(blob.data).toEqualTypeOf<Blob | undefined>();
    expect(blob.data).toBeInstanceOf(Blob);
    expect((await dated.DELETE("/qbench/api/v2/orders/{order_id}", order)).response.status).toBe(204);
  });

  it("datedClient rejects a value that is not a date, or uses what onInvalidDate returns", async () => {
    const { client } = createTestClient();
    client.use({
      async onResponse({ response }) {
        const text = await response.text();
        return new Response(text.replace(/"date_created": ?"[^"]+"/, '"date_created":"soon"'), response);
      },
    });
    await expect(datedClient(client).paginate(orders).toArray()).rejects.toThrow("date_created is not a date");
    const lenient = datedClient(client, { onInvalidDate: value => value });
    const [first, second] = (await lenient.orders.list({ page_size: 2 })).data;
    expectTypeOf(first?.date_created).toEqualTypeOf<Date | string | null | undefined>();
    expect([first?.date_created, second?.date_created]).toEqual(["soon", expect.any(Date)]);
  });
});
