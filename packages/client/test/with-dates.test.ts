import {
  dateFields,
  type Order,
  type OrderPage,
  type OrderResponse,
  type Reference,
  type User,
} from "@qbench-sdk/types";
import { describe, expect, expectTypeOf, it } from "vitest";
import { type DateField, QBenchResponseError, type WithDates, withDates } from "../src/index.ts";

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
    expect(() => withDates({ data: [{ id: 7, source: { id: 8, data: { date_of_birth: "Jane" } } }] })).toThrow(
      "date_of_birth of record 7 is not a date.",
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
    const record = { date_created: created, due_date: true };
    expect(withDates(record)).toEqual(record);
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
