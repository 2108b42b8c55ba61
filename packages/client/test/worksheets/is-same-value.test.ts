import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSameValue } from "../../src/worksheets/worksheets.js";

describe("isSameValue", () => {
  it.each([
    ["7.1", 7.1],
    ["7.10", 7.1],
    ["7.10", "7.1"],
    ["1", 1],
    ["1.", 1],
    [".5", 0.5],
    ["-0.50", -0.5],
    ["+3", 3],
    ["1.5e-7", 1.5e-7],
    [" < LOQ ", "< LOQ"],
    ["", null],
    ["", undefined],
    ["", ""],
    ["TRUE", true],
    ["false", false],
    ["007", "007"],
    ["12345678901234567890", "12345678901234567890"],
  ])("accepts %j stored as %j", (sent, value) => {
    expect(isSameValue(sent, value)).toBe(true);
  });

  it.each([
    ["7.1", 7.2],
    ["7.1", "7,1"],
    ["007", 7],
    ["00.5", 0.5],
    ["12345678901234567890", 12345678901234567000],
    ["1234567890123456.5", 1234567890123456],
    ["", 0],
    ["", false],
    ["0", ""],
    [".", 0],
    ["+", 0],
    ["e5", 0],
    ["0x10", 16],
    ["abc", "ABC"],
    ["1", true],
    ["Pass", "Fail"],
    ["x", {}],
    ["1,2", [1, 2]],
  ])("rejects %j stored as %j", (sent, value) => {
    expect(isSameValue(sent, value)).toBe(false);
  });

  it("accepts every text and every short number in its own form, and rejects every other number", () => {
    fc.assert(fc.property(fc.string(), text => isSameValue(text, text)));
    const number = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(number, fc.integer({ min: 0, max: 4 }), (n, digits) =>
        isSameValue((n / 100).toFixed(2 + digits), n / 100),
      ),
    );
    fc.assert(fc.property(number, number, (a, b) => isSameValue(String(a), b) === (a === b)));
  });
});
