import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExactJson } from "../src/output/exact-json.ts";

const roundTrip = (text: string): string | undefined => JSON.stringify(parseExactJson(text));

/** Numbers in each notation that JSON has. */
const numbers = fc.stringMatching(/^-?(?:0|[1-9]\d{0,24})(?:\.\d{1,24})?(?:[eE][+-]?\d{1,3})?$/);

describe("parseExactJson", () => {
  it.each([
    "9007199254740993",
    "-9007199254740993",
    "123456789012345678901234567890",
    "1.10",
    "-0.50",
    "100.0",
    "1e5",
    "1E400",
    "-1e-400",
    "1.5E+3",
    "-0",
    "-0.0",
    "0e0",
    "0.0000001",
    "0.1234567890123456789",
  ])("keeps the number %s as QBench sent it, wherever it is", number => {
    expect(roundTrip(number)).toBe(number);
    for (const text of [`[${number}]`, `{"a":${number}}`, `[1,${number},2]`, `{"a":{"b":[[${number}]]},"c":1}`]) {
      expect(roundTrip(text)).toBe(text);
    }
    expect(roundTrip(` [ ${number} ,\t${number}\n] `)).toBe(`[${number},${number}]`);
  });

  it("keeps every number that JSON can have", () => {
    fc.assert(
      fc.property(numbers, fc.constantFrom("", " ", "\n"), (number, space) => {
        expect(roundTrip(`{"a":${space}${number}${space},"b":[${space}${number}${space}]}`)).toBe(
          `{"a":${number},"b":[${number}]}`,
        );
      }),
      { numRuns: 5_000 },
    );
  });

  it("returns numbers that JavaScript writes in the same way as numbers", () => {
    const text = '{"id":4711,"price":19.95,"share":-0.25,"count":0,"max":9007199254740991,"small":0.000001}';
    expect(parseExactJson(text)).toEqual(JSON.parse(text));
    fc.assert(
      fc.property(fc.json(), json => {
        // The text that JavaScript writes has no other numbers.
        const text = JSON.stringify(JSON.parse(json));
        expect(parseExactJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("changes no text that looks like such a number", () => {
    const values = { a: "1.10", b: ",1.10,", c: ": 1e5", "[-0,": "9007199254740993", ["__proto__"]: "[1.0]" };
    const text = JSON.stringify(values);
    expect(roundTrip(text)).toBe(text);
    expect(parseExactJson(text)).toEqual(values);
  });

  it("keeps a field that is called __proto__", () => {
    const text = '{"__proto__":1.10,"a":{"__proto__":{"b":2}}}';
    expect(roundTrip(text)).toBe(text);
  });

  it("uses the last of several fields with the same name, as JSON.parse does", () => {
    expect(roundTrip('{"a":1.10,"a":2}')).toBe('{"a":2}');
    expect(roundTrip('{"a":2,"a":1.10}')).toBe('{"a":1.10}');
  });

  it("throws the SyntaxError of JSON.parse for a text that is not JSON", () => {
    for (const text of ["", "{", "[1.10,]", "<h1>1.10</h1>"]) expect(() => parseExactJson(text)).toThrow(SyntaxError);
  });
});
