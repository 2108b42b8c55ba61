import { describe, expect, it } from "vitest";
import { findIgnoredFields } from "../src/writes/find-ignored-fields.js";

const ignoredFields = (sent: object, returned: object): string[] =>
  findIgnoredFields([{ id: 1, ...sent }], [{ id: 1, ...returned }], true).flatMap(({ fields }) => fields);

describe("findIgnoredFields", () => {
  it.each<[string, object, object]>([
    ["the same", { a: "x", b: 2, c: true }, { a: "x", b: 2, c: true }],
    ["numbers as texts or the reverse", { a: 2, b: "2.50" }, { a: "2", b: 2.5 }],
    ["a text trimmed, in upper case", { a: " On Hold " }, { a: "ON HOLD" }],
    ["a text with other line breaks and spaces", { a: "one\r\ntwo  three" }, { a: "one\ntwo three" }],
    ["a price with two decimals, rounded", { a: 12.345 }, { a: "12.35" }],
    ["a price with two decimals, cut off", { a: 12.346 }, { a: 12.34 }],
    ["a number without its small decimals", { a: 12.004 }, { a: 12 }],
    ["a user as its id", { a: 5 }, { a: { id: 5, text: "Marie" } }],
    [
      "users as their ids",
      { a: [5, 6] },
      {
        a: [
          { id: 6, text: "Jo" },
          { id: 5, text: "Marie" },
        ],
      },
    ],
    ["a number with fewer digits", { a: 0.1 + 0.2 }, { a: "0.3" }],
    ["booleans as 1 or as texts", { a: true, b: false, c: true }, { a: 1, b: "false", c: "True" }],
    ["a date in another format", { a: "2025-07-01T09:00:00Z" }, { a: "07/01/2025 09:00 AM" }],
    ["a date without its time", { a: "2025-07-01T21:00:00Z" }, { a: "07/01/2025" }],
    ["a date as unix seconds", { a: "07/01/2025" }, { a: "1751328000" }],
    ["empty values as null, or the reverse", { a: "", b: [], c: null }, { a: null, b: null, c: "" }],
    ["a relation as a reference", { assay: { id: 7 } }, { assay: { _type: "ASSAY", _self: "", data: { id: 7 } } }],
    ["a relation as its id", { assay: { id: 7 } }, { assay_id: 7 }],
    ["an id as a relation", { assay_id: 7 }, { assay: { id: "7", data: {} } }],
    ["relations in another order", { assays: [{ id: 1 }, { id: 2 }] }, { assays: [{ id: 2, data: {} }, { id: 1 }] }],
    ["ids as relations", { assay_ids: [1, 2] }, { assay_ids: [{ id: 2 }, { id: 1 }] }],
    ["new nested records, with ids", { items: [{ price: 5 }] }, { items: [{ id: 9, price: 5 }] }],
    ["an object with more keys than were sent", { a: { x: 1 } }, { a: { x: "1", y: 2 } }],
    ["no field where undefined was sent", { a: undefined }, {}],
  ])("findIgnoredFields reports nothing if the response has %s", (_, sent, returned) => {
    expect(ignoredFields(sent, returned)).toEqual([]);
  });

  it.each<[string, object, object]>([
    ["lacks a key", { a: "x" }, {}],
    ["lacks a key for which null was sent", { a: null }, {}],
    ["lacks a relation", { assay: { id: 7 } }, {}],
    ["has null instead of a text", { a: "x" }, { a: null }],
    ["has a value where null was sent", { a: null }, { a: "x" }],
    ["has another text", { a: "x" }, { a: "y" }],
    ["has another number", { a: 1 }, { a: 2 }],
    ["has another price", { a: 12.34 }, { a: 12.35 }],
    ["has zero instead of a fraction", { a: 0.5 }, { a: 0 }],
    ["has another long number", { a: 123456789 }, { a: 123456790 }],
    ["has another id", { assay_id: 10_000_001 }, { assay: { id: 10_000_002 } }],
    ["has the opposite boolean", { a: true }, { a: false }],
    ["has another day", { a: "2025-07-01" }, { a: "07/09/2025" }],
    ["has another relation", { a: { id: 7 } }, { a: { id: 8 } }],
    ["has another relation by id", { a: { id: 7 } }, { a_id: 8 }],
    ["has one relation fewer", { a: [{ id: 1 }, { id: 2 }] }, { a: [{ id: 1 }] }],
    ["lacks a new nested record", { a: [{ price: 5 }] }, { a: [] }],
    ["lacks a key of an object", { a: { x: 1 } }, { a: { y: 1 } }],
  ])("findIgnoredFields reports a field if the response %s", (_, sent, returned) => {
    expect(ignoredFields(sent, returned)).toHaveLength(1);
  });

  it("findIgnoredFields matches updated records by id, and created records by position", () => {
    const sent = [
      { id: 1, a: "x" },
      { id: 2, a: "y" },
    ];
    expect(findIgnoredFields(sent, [sent[1], sent[0]], true)).toEqual([]);
    expect(findIgnoredFields(sent, [sent[0]], true)).toEqual([{ id: 2, fields: ["a"] }]);
    expect(findIgnoredFields([{ a: "x" }, { a: "y" }], [{ id: 8, a: "x" }, { id: 9 }], false)).toEqual([
      { id: 9, fields: ["a"] },
    ]);
  });

  it("findIgnoredFields reports nothing if the number of created records differs from what was sent", () => {
    expect(findIgnoredFields([{ a: "x" }, { a: "y" }], [{ id: 9 }], false)).toEqual([]);
  });
});
