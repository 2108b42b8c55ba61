import { describe, expect, it } from "vitest";
import { findDrops } from "../src/writes/find-ignored-fields.js";

const dropsOf = (sent: object, answered: object): string[] =>
  findDrops([{ id: 1, ...sent }], [{ id: 1, ...answered }], true).flatMap(({ fields }) => fields);

describe("Of what was sent, the answer", () => {
  it.each<[string, object, object]>([
    ["the same", { a: "x", b: 2, c: true }, { a: "x", b: 2, c: true }],
    ["a number as text", { a: 2, b: "2.50" }, { a: "2", b: 2.5 }],
    ["a text trimmed, or in other letters", { a: " On Hold " }, { a: "ON HOLD" }],
    ["a number with fewer digits", { a: 0.1 + 0.2 }, { a: "0.3" }],
    ["true as 1 or text", { a: true, b: false, c: true }, { a: 1, b: "false", c: "True" }],
    ["a date in another notation", { a: "2025-07-01T09:00:00Z" }, { a: "07/01/2025 09:00 AM" }],
    ["a date without its time", { a: "2025-07-01T21:00:00Z" }, { a: "07/01/2025" }],
    ["a date as unix seconds", { a: "07/01/2025" }, { a: "1751328000" }],
    ["nothing as null", { a: "", b: [], c: null }, { a: null, b: null, c: "" }],
    ["a relation as a reference", { assay: { id: 7 } }, { assay: { _type: "ASSAY", _self: "", data: { id: 7 } } }],
    ["a relation as its id", { assay: { id: 7 } }, { assay_id: 7 }],
    ["an id as a relation", { assay_id: 7 }, { assay: { id: "7", data: {} } }],
    ["relations in another order", { assays: [{ id: 1 }, { id: 2 }] }, { assays: [{ id: 2, data: {} }, { id: 1 }] }],
    ["ids as relations", { assay_ids: [1, 2] }, { assay_ids: [{ id: 2 }, { id: 1 }] }],
    ["new records below it", { items: [{ price: 5 }] }, { items: [{ id: 9, price: 5 }] }],
    ["more than was sent of an object", { a: { x: 1 } }, { a: { x: "1", y: 2 } }],
    ["nothing of what is undefined", { a: undefined }, {}],
  ])("may have %s", (_, sent, answered) => {
    expect(dropsOf(sent, answered)).toEqual([]);
  });

  it.each<[string, object, object]>([
    ["lacks a key", { a: "x" }, {}],
    ["lacks a key that was emptied", { a: null }, {}],
    ["lacks a relation", { assay: { id: 7 } }, {}],
    ["has null", { a: "x" }, { a: null }],
    ["has a value where null was sent", { a: null }, { a: "x" }],
    ["has another text", { a: "x" }, { a: "y" }],
    ["has another number", { a: 1 }, { a: 2 }],
    ["has another long number", { a: 123456789 }, { a: 123456790 }],
    ["has another id", { assay_id: 10_000_001 }, { assay: { id: 10_000_002 } }],
    ["has the contrary", { a: true }, { a: false }],
    ["has another day", { a: "2025-07-01" }, { a: "07/09/2025" }],
    ["has another relation", { a: { id: 7 } }, { a: { id: 8 } }],
    ["has another relation by id", { a: { id: 7 } }, { a_id: 8 }],
    ["has one relation less", { a: [{ id: 1 }, { id: 2 }] }, { a: [{ id: 1 }] }],
    ["has no new record", { a: [{ price: 5 }] }, { a: [] }],
    ["has less of an object", { a: { x: 1 } }, { a: { y: 1 } }],
  ])("is short of it when it %s", (_, sent, answered) => {
    expect(dropsOf(sent, answered)).toHaveLength(1);
  });

  it("is found by id for an update, by order for what is new", () => {
    const sent = [
      { id: 1, a: "x" },
      { id: 2, a: "y" },
    ];
    expect(findDrops(sent, [sent[1], sent[0]], true)).toEqual([]);
    expect(findDrops(sent, [sent[0]], true)).toEqual([{ id: 2, fields: ["a"] }]);
    expect(findDrops([{ a: "x" }, { a: "y" }], [{ id: 8, a: "x" }, { id: 9 }], false)).toEqual([
      { id: 9, fields: ["a"] },
    ]);
  });

  it("is not compared when it has more or fewer new records: whose they are cannot be told", () => {
    expect(findDrops([{ a: "x" }, { a: "y" }], [{ id: 9 }], false)).toEqual([]);
  });
});
