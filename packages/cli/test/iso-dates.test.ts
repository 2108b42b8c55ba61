import { parseDate } from "@qbench-sdk/client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExactJson } from "../src/output/exact-json.ts";
import { withIsoDates } from "../src/output/iso-dates.ts";

const toIso = (value: unknown): unknown => withIsoDates({ date_created: value }).date_created;

describe("withIsoDates", () => {
  it.each([
    ["07/16/2025", "2025-07-16"],
    ["7/6/2025", "2025-07-06"],
    ["2025-07-16", "2025-07-16"],
    ["07/16/2025 02:30 PM", "2025-07-16T14:30:00Z"],
    ["07/16/2025 12:00 AM", "2025-07-16T00:00:00Z"],
    ["2025-07-16T14:30:00Z", "2025-07-16T14:30:00Z"],
    ["2025-07-16 14:30", "2025-07-16T14:30:00Z"],
    ["2025-07-16T16:30:00+02:00", "2025-07-16T14:30:00Z"],
    ["2025-07-16T14:30:00.250Z", "2025-07-16T14:30:00.250Z"],
    ["2025-07-16T14:30:00.000000", "2025-07-16T14:30:00Z"],
    ["2025-07-16T16:30:00.123456+02:00", "2025-07-16T14:30:00.123456Z"],
    ["1752676200", "2025-07-16T14:30:00Z"],
    [1752676200, "2025-07-16T14:30:00Z"],
    ["1752676200.5", "2025-07-16T14:30:00.500Z"],
    [0, "1970-01-01T00:00:00Z"],
    ["01/01/0001", "0001-01-01"],
  ])("writes %j as %j", (value, iso) => {
    expect(toIso(value)).toBe(iso);
  });

  it.each([null, "", "soon", "02/30/2026", "07/16/2025 02:30 PM PST", true, 1752676200000, "2025-07-16T25:00:00Z"])(
    "leaves %j as it is, because it is not a date",
    value => {
      expect(toIso(value)).toBe(value);
    },
  );

  it("writes dates at every depth of a record", () => {
    const nested = { id: 1, data: { last_updated: "1752676200", tests: [{ due_date: "07/16/2025" }] } };
    expect(withIsoDates({ id: 2, customer: nested, due_date: [["07/16/2025"], "soon", null] })).toEqual({
      id: 2,
      customer: { id: 1, data: { last_updated: "2025-07-16T14:30:00Z", tests: [{ due_date: "2025-07-16" }] } },
      due_date: [["2025-07-16"], "soon", null],
    });
  });

  it("converts no other fields, even if their values look like dates", () => {
    const record = { lot_number: "07/16/2025", id: 1752676200, notes: ["07/16/2025"], toString: "07/16/2025" };
    expect(withIsoDates(record)).toEqual(record);
  });

  it("converts dates that are numbers in a notation that JavaScript would change, and keeps other such numbers", () => {
    const record = parseExactJson('{"last_updated":1752676200.000,"due_date":1E400,"total":1.10,"__proto__":-0}');
    expect(JSON.stringify(withIsoDates(Object(record)))).toBe(
      '{"last_updated":"2025-07-16T14:30:00Z","due_date":1E400,"total":1.10,"__proto__":-0}',
    );
  });

  it("does not change the record itself", () => {
    const record = Object.freeze({ due_date: "07/16/2025", order: Object.freeze({ due_date: "07/16/2025" }) });
    expect(withIsoDates(record)).not.toBe(record);
    expect(record.order.due_date).toBe("07/16/2025");
  });

  it("writes a text that means the same time, and that it does not change again", () => {
    const times = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(times, time => {
        const iso = String(toIso(time.toISOString()));
        expect(parseDate(iso)).toEqual(time);
        expect(toIso(iso)).toBe(iso);
        expect(toIso(time.toISOString().slice(0, 10))).toBe(time.toISOString().slice(0, 10));
      }),
    );
  });
});
