import type { AssayFilter, InvoiceFilter, OrderFilter, TestFilter } from "@qbench-sdk/types";
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type DateFilterName,
  dateRange,
  encodeFields,
  parseSince,
  QBenchInputError,
  updatedSince,
} from "../src/index.ts";
import { createTestClient } from "./support/laboratory.ts";

const orders = "/qbench/api/v2/orders";
const samples = "/qbench/api/v2/samples";
const now = new Date("2025-07-16T14:30:00Z");

describe("dateRange", () => {
  it("dateRange formats both ends as days in UTC, from dates and from texts in any format", () => {
    expect(dateRange("date_created", { from: new Date("2025-07-01T23:59:00Z"), to: "2025-07-31" })).toEqual({
      date_created_start: "07/01/2025",
      date_created_end: "07/31/2025",
    });
  });

  it("dateRange leaves out an open end", () => {
    expect(dateRange("due_date", { from: "1752676200" })).toEqual({ due_date_start: "07/16/2025" });
    expect(dateRange("due_date", { to: now })).toEqual({ due_date_end: "07/16/2025" });
  });

  it("dateRange rejects ends in the wrong order, two open ends, and values that are not dates", () => {
    expect(() => dateRange("due_date", { from: "07/02/2025", to: "07/01/2025" })).toThrow(
      new QBenchInputError('dateRange("due_date"): from is after to. Swap them.'),
    );
    expect(() => dateRange("due_date", JSON.parse("{}"))).toThrow(QBenchInputError);
    expect(() => dateRange("due_date", { from: "yesterday" })).toThrow(QBenchInputError);
    expect(() => dateRange("due_date", { to: new Date("?") })).toThrow(QBenchInputError);
  });

  it("dateRange compiles only in queries that have its filter", () => {
    expectTypeOf(dateRange("date_created", { from: now })).toExtend<OrderFilter>();
    expectTypeOf<DateFilterName<InvoiceFilter>>().toEqualTypeOf<"due_date" | "invoice_date">();
    expectTypeOf<DateFilterName<AssayFilter>>().toBeNever();
    expectTypeOf<"sample_time_of_collection">().toExtend<DateFilterName<TestFilter>>();
    // @ts-expect-error orders have no due date
    const _filter: OrderFilter = dateRange("due_date", { from: now });
    type Name = DateFilterName<OrderFilter>;
    const spread: OrderFilter = { ...dateRange<Name>("date_created", { from: now }), sort_by: "id" };
    expect(spread).toEqual({ date_created_start: "07/16/2025", sort_by: "id" });
    // @ts-expect-error orders have no due date, also when the filter is spread
    const _spread: OrderFilter = { ...dateRange<Name>("due_date", { from: now }), sort_by: "id" };
    // @ts-expect-error at least one end is required
    expect(() => dateRange("due_date", {})).toThrow(QBenchInputError);
  });

  it("dateRange selects records of the first and the last day and between", async () => {
    const { client } = createTestClient();
    const all = await client.paginate(orders).toArray();
    const days = all.map(({ date_created }) => date_created?.slice(0, 10) ?? "");
    const day = days[0] ?? "";
    const query = dateRange("date_created", { from: day, to: day });
    const found = await client.paginate(orders, { params: { query } }).toArray();
    expect(found.length).toBeGreaterThan(0);
    expect(found).toHaveLength(days.filter(other => other === day).length);
    expect(found.length).toBeLessThan(all.length);
  });
});

describe("updatedSince", () => {
  it("updatedSince returns unix seconds, and compiles in queries that have the filter", () => {
    expect(updatedSince(new Date("2025-07-16T14:30:00.900Z"))).toEqual({ last_updated: "1752676200" });
    expect(updatedSince("07/16/2025 02:30 PM")).toEqual({ last_updated: "1752676200" });
    expectTypeOf(updatedSince(now)).toExtend<OrderFilter>();
    expect(() => updatedSince(new Date("?"))).toThrow(QBenchInputError);
  });

  it("updatedSince selects the records that changed since then", async () => {
    let time = Date.UTC(2100, 0);
    const { client } = createTestClient({ clock: { now: () => time } });
    time += 60_000;
    await client.PATCH(orders, { body: [{ id: 3, comments: "late" }] });
    const query = updatedSince(new Date(time));
    const found = await client.paginate(orders, { params: { query } }).toArray();
    expect(found.map(({ id }) => id)).toEqual([3]);
  });
});

describe("parseSince", () => {
  it.each([
    ["30m", "2025-07-16T14:00:00.000Z"],
    ["12h", "2025-07-16T02:30:00.000Z"],
    ["7d", "2025-07-09T14:30:00.000Z"],
    ["2w", "2025-07-02T14:30:00.000Z"],
    ["2025-07-01", "2025-07-01T00:00:00.000Z"],
    ["07/01/2025", "2025-07-01T00:00:00.000Z"],
    ["1752676200", "2025-07-16T14:30:00.000Z"],
  ])("parseSince reads %s", (value, expected) => {
    expect(parseSince(value, now).toISOString()).toBe(expected);
  });

  it.each(["", "d", "-7d", "1.5h", "7 days", "7y", "99999999w"])("parseSince rejects %j", value => {
    expect(() => parseSince(value, now)).toThrow(QBenchInputError);
  });
});

describe("encodeFields", () => {
  it("encodeFields returns padded base64 of JSON in UTF-8", () => {
    const text = fc.string({ unit: "binary" });
    expect(encodeFields({ a: 1 })).toBe("eyJhIjoxfQ==");
    fc.assert(
      fc.property(fc.dictionary(text, text, { minKeys: 1, maxKeys: 5 }), fields => {
        const encoded = encodeFields(fields);
        expect(encoded).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
        expect(encoded.length % 4).toBe(0);
        expect(
          JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(encoded), character => character.charCodeAt(0)))),
        ).toEqual({ ...fields });
      }),
    );
  });

  it("encodeFields rejects an empty object, and numbers that JSON cannot hold", () => {
    expect(() => encodeFields({})).toThrow(QBenchInputError);
    expect(() => encodeFields({ amount: Number.NaN })).toThrow(QBenchInputError);
  });

  it("encodeFields filters by a custom field, in any script", async () => {
    const { client } = createTestClient();
    const lot_number = "Zürich 東京 🧪";
    const body = [{ id: 5, lot_number }];
    await client.PATCH(samples, { body });
    const query = { additional_fields_encoded: encodeFields({ lot_number }) };
    const found = await client.paginate(samples, { params: { query } }).toArray();
    expect(found.map(({ id }) => id)).toEqual([5]);
  });
});
