import fc from "fast-check";
import { afterEach, describe, expect, expectTypeOf, it } from "vitest";
import { formatDate, formatDateTime, parseDate, QBenchInputError, toUnixSeconds } from "../src/index.ts";
import { isOtherRealm, isServer } from "./support/runtime.ts";

const zones = ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe"];
// In other runtimes, the tests run in the time zone of the machine only.
const environment: NodeJS.ProcessEnv = isServer ? process.env : {};
const { TZ } = environment;

afterEach(() => {
  if (TZ === undefined) delete environment.TZ;
  else environment.TZ = TZ;
});

const dates = fc.date({
  min: new Date("0001-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});
const floor = (date: Date, unit: number): Date => new Date(Math.floor(date.getTime() / unit) * unit);

describe("parseDate", () => {
  it.runIf(isServer && !isOtherRealm)("is tested in time zones that really differ", () => {
    const offsets = zones.map(zone => {
      environment.TZ = zone;
      return new Date("2025-07-16T00:00:00Z").getTimezoneOffset();
    });
    expect(offsets).toEqual([0, 240, -330, -780, -630]);
  });

  it.each([
    ["07/16/2025 02:30 PM", "2025-07-16T14:30:00.000Z"],
    ["07/16/2025 12:00 AM", "2025-07-16T00:00:00.000Z"],
    ["07/16/2025 12:00 PM", "2025-07-16T12:00:00.000Z"],
    ["07/16/2025 11:59:58 pm", "2025-07-16T23:59:58.000Z"],
    ["7/6/2025 2:05 PM", "2025-07-06T14:05:00.000Z"],
    ["07/16/2025", "2025-07-16T00:00:00.000Z"],
    ["02/29/2024", "2024-02-29T00:00:00.000Z"],
    ["2025-07-16", "2025-07-16T00:00:00.000Z"],
    ["2025-07-16T14:30", "2025-07-16T14:30:00.000Z"],
    ["2025-07-16T14:30:05", "2025-07-16T14:30:05.000Z"],
    ["2025-07-16 14:30:05.123456", "2025-07-16T14:30:05.123Z"],
    ["2025-07-16T14:30:05Z", "2025-07-16T14:30:05.000Z"],
    ["2025-07-16T14:30:05.5+02:00", "2025-07-16T12:30:05.500Z"],
    ["2025-07-16T23:30:00-0530", "2025-07-17T05:00:00.000Z"],
    ["0025-07-16", "0025-07-16T00:00:00.000Z"],
    ["1752676200", "2025-07-16T14:30:00.000Z"],
    ["1752676200.25", "2025-07-16T14:30:00.250Z"],
    [" 1752676200 ", "2025-07-16T14:30:00.000Z"],
    [1752676200, "2025-07-16T14:30:00.000Z"],
    [1752676200.789, "2025-07-16T14:30:00.789Z"],
    [1e-7, "1970-01-01T00:00:00.000Z"],
    [0, "1970-01-01T00:00:00.000Z"],
    [-1.5, "1969-12-31T23:59:58.500Z"],
  ])("parseDate reads %j in UTC", (value, expected) => {
    for (const zone of zones) {
      environment.TZ = zone;
      expect(parseDate(value).toISOString()).toBe(expected);
    }
  });

  it.each([
    ...["", " ", "n/a", "Infinity", "NaN", "1e9", "0x10"],
    ...["02/30/2025", "02/29/2025", "13/01/2025", "00/10/2025", "07/00/2025", "07/16/25", "16.07.2025"],
    ...["07/16/2025 25:00", "07/16/2025 13:00 PM", "07/16/2025 00:30 AM", "07/16/2025 02:60 PM", "07/16/2025 02:30"],
    ...["2025-02-30", "2025-13-01", "2025-07-16T25:00", "2025-07-16T24:00:00Z", "2025-07-16T14:30:60Z", "2025-7-16"],
    ...["2025-07-16T14:30+25:00", "2025-07-16T14:30+02:60", "2025-07-16T", "2025-07-16Z", "0000-01-01"],
    ...["9999-12-31T23:30:00-01:00", "07/16/2025, 02:30 PM", "x07/16/2025"],
    ...[Number.NaN, Number.POSITIVE_INFINITY, -1e12],
  ])("parseDate rejects %j", value => {
    expect(() => parseDate(value)).toThrow(QBenchInputError);
  });

  it("parseDate asks if a number is in milliseconds, if it is too large for seconds", () => {
    for (const value of [1_752_676_200_000, "1752676200000"]) {
      expect(() => parseDate(value)).toThrow("Are these milliseconds?");
    }
  });

  it("parseDate shows the format of a rejected value, not its content", () => {
    expect(() => parseDate("Jane Doe, 02/30/1985")).toThrow('Not a date: "aaaa aaa, 00/00/0000"');
  });

  it("parseDate returns a valid date or throws a QBenchInputError for any value", () => {
    const part = fc.stringMatching(/^[0-9/:TZAPM+. -]{0,24}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), part, fc.double()), value => {
        try {
          expect(parseDate(value).getTime()).not.toBeNaN();
        } catch (error) {
          expect(error).toBeInstanceOf(QBenchInputError);
        }
      }),
    );
  });
});

describe("formatDate, formatDateTime and toUnixSeconds", () => {
  it("parseDate reads what the formatters write, in every time zone", () => {
    fc.assert(
      fc.property(dates, fc.constantFrom(...zones), (date, zone) => {
        environment.TZ = zone;
        expect(parseDate(formatDate(date))).toEqual(floor(date, 86_400_000));
        expect(parseDate(formatDateTime(date))).toEqual(floor(date, 60_000));
        expect(parseDate(toUnixSeconds(date))).toEqual(floor(date, 1000));
        expect(parseDate(date.toISOString())).toEqual(date);
      }),
    );
  });

  it("the formatters write dates in QBench's formats", () => {
    const date = new Date("2025-07-06T00:05:59.999Z");
    expect([formatDate(date), formatDateTime(date), toUnixSeconds(date)]).toEqual([
      "07/06/2025",
      "07/06/2025 12:05 AM",
      "1751760359",
    ]);
  });

  it("the formatters reject invalid dates and years outside 1 to 9999", () => {
    for (const format of [formatDate, formatDateTime, toUnixSeconds]) {
      for (const date of [new Date("?"), new Date(8.64e15), new Date(-8.64e15)]) {
        expect(() => format(date)).toThrow(QBenchInputError);
      }
    }
  });

  it("formatDate accepts only a Date, and parseDate only a text or number", () => {
    expectTypeOf(formatDate).parameters.toEqualTypeOf<[Date]>();
    expectTypeOf(parseDate).parameters.toEqualTypeOf<[string | number]>();
  });
});
