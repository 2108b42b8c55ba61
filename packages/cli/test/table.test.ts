import { text } from "node:stream/consumers";
import fc from "fast-check";
import stringWidth from "fast-string-width";
import { describe, expect, it } from "vitest";
import type { Row } from "../src/document/untyped-paths.ts";
import { parseExactJson } from "../src/output/exact-json.ts";
import { type TableOptions, toRecordTable, toTable } from "../src/output/table.ts";
import { toPages } from "./support/pages.ts";

async function linesOf(pages: readonly Row[][], options: TableOptions = {}): Promise<string[]> {
  const table = await text(toTable(toPages(...pages), options));
  expect(table === "" || table.endsWith("\n")).toBe(true);
  return table.split("\n").slice(0, -1);
}

const reference = (id: unknown, data?: object) => ({ _type: "X", _self: "https://x.example/1", id, data });

/** Pages of rows that have these texts, and end with `|||`. */
function pagesOf(texts: fc.Arbitrary<string>): fc.Arbitrary<Row[][]> {
  const row = fc.record({ id: fc.nat(), a: texts, b: texts, end: fc.constant("|||") });
  return fc.array(fc.array(row, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });
}

describe("toTable", () => {
  it("writes a header and aligned columns, with id first and fields without values last", async () => {
    const rows = [
      { state: "NEW", note: null, id: 1, price: 1.5, urgent: true },
      { state: "IN PROGRESS", note: null, id: 22, price: null, urgent: false },
    ];
    expect(await linesOf([rows])).toEqual([
      "id  state        price  urgent  note",
      "--  -----------  -----  ------  ----",
      "1   NEW          1.5    true",
      "22  IN PROGRESS         false",
    ]);
  });

  it("begins with the fields by which people recognize a record, if they have values", async () => {
    const row = {
      batch: 3,
      city_name: "Bern",
      state: "NEW",
      title: null,
      renamed: 1,
      custom_formatted_id: "C-1",
      id: 7,
    };
    const customer = { ...row, customer_name: "Acme", status: "", display_name: "A" };
    expect((await linesOf([[row]]))[0]).toBe("id  custom_formatted_id  city_name  state  batch  renamed  title");
    expect((await linesOf([[customer]]))[0]).toBe(
      "id  custom_formatted_id  customer_name  city_name  display_name  state  batch  renamed  title  status",
    );
    expect((await linesOf([[row]], { columns: ["batch", "id", "state"] }))[0]).toBe("batch  id  state");
  });

  it("writes wide characters, accents and emojis in the columns of a terminal that they take", async () => {
    const rows = ["北京市", "한국어", "\u1112\u1161\u11ab", "e\u0301te\u0301", "🎉 ok", "Zürich", "ｆｕｌｌ", "𠀀"].map(
      name => ({ name, end: "|" }),
    );
    expect(await linesOf([rows])).toEqual([
      "name      end",
      "--------  ---",
      "北京市    |",
      "한국어    |",
      "한        |",
      "été       |",
      "🎉 ok     |",
      "Zürich    |",
      "ｆｕｌｌ  |",
      "𠀀        |",
    ]);
  });

  it("writes line breaks and tabs as spaces, and characters that control a terminal as escapes", async () => {
    const rows = [{ a: "x\r\n\ty", b: "\u001b[2J\u202e\u200b", "c\n\u0007": "\u2028z" }];
    expect(await linesOf([rows])).toEqual([
      "a    b                      c \\u0007",
      "---  ---------------------  --------",
      "x y  \\u001b[2J\\u202e\\u200b   z",
    ]);
  });

  it("writes references as id and name, lists of values with commas, other objects as JSON, and numbers as sent", async () => {
    const row = {
      user: reference(4, { first_name: "Alan", last_name: "Diaz" }),
      customer: reference(1, { customer_name: "Green\nFarms", city_name: "Portland" }),
      assay: reference(2, { id: 2, title: "Potency" }),
      order: reference(3, { custom_formatted_id: "QB-3" }),
      panel: reference(5, { name: null }),
      plain: reference(6),
      tags: ["a", "b", 1],
      tests: [reference(7, { title: "A" }), reference(8, {})],
      none: [],
      worksheet: { ph: { value: "" } },
      mixed: [{ a: 1 }, "b"],
      ...Object(parseExactJson('{"exact":1.10,"exacts":[9007199254740993,-0],"nested":{"n":1e5}}')),
    };
    const cells = Object.fromEntries(
      toRecordTable(row)
        .trimEnd()
        .split("\n")
        .map(line => line.split(/ {2,}/)),
    );
    expect(cells).toEqual({
      user: "4 (Alan Diaz)",
      customer: "1 (Green Farms)",
      assay: "2 (Potency)",
      order: "3 (QB-3)",
      panel: "5",
      plain: "6",
      tags: "a, b, 1",
      tests: "7 (A), 8",
      none: undefined,
      worksheet: '{"ph":{"value":""}}',
      mixed: '[{"a":1},"b"]',
      exact: "1.10",
      exacts: "9007199254740993, -0",
      nested: '{"n":1e5}',
    });
  });

  it("continues below a new header if a later page has longer texts, but not if it has shorter ones", async () => {
    const pages = [
      [{ id: 9, state: "NEW" }],
      [{ id: 10, state: "NEW" }],
      [{ id: 1234, state: "COMPLETED" }],
      [{ id: 5, state: "NEW" }],
    ];
    expect(await linesOf(pages)).toEqual([
      "id  state",
      "--  -----",
      "9   NEW",
      "10  NEW",
      "",
      "id    state",
      "----  ---------",
      "1234  COMPLETED",
      "5     NEW",
    ]);
  });

  it("leaves out the last columns if a terminal is too narrow, and cuts texts with …", async () => {
    const row = { id: 1, note: "a long text that does not fit", phase: "NEW", other: 1 };
    let shown: readonly string[] = [];
    const onFields = (fields: readonly string[]): void => {
      shown = fields;
    };
    expect(await linesOf([[row]], { width: 32, onFields })).toEqual([
      "id  note                   phase",
      "--  ---------------------  -----",
      "1   a long text that doe…  NEW",
    ]);
    expect(shown).toEqual(["id", "note", "phase"]);
  });

  it("cuts named columns further before it leaves out one", async () => {
    const row = { id: 1, note: "a long text that does not fit", state: "IN PROGRESS", other: 1 };
    const columns = ["state", "note", "other"];
    expect(await linesOf([[row]], { width: 20, columns })).toEqual([
      "state  note   other",
      "-----  -----  -----",
      "IN P…  a lo…  1",
    ]);
    expect(await linesOf([[row]], { width: 14, columns })).toEqual([
      "state   note",
      "------  ------",
      "IN PR…  a lon…",
    ]);
  });

  it("writes whole texts and all columns to a pipe", async () => {
    const rows = [
      { id: 1, note: "x".repeat(5_000), phase: "NEW" },
      { id: 2, note: "short", phase: "OLD" },
    ];
    const lines = await linesOf([rows]);
    expect(lines[2]).toBe(`1   ${"x".repeat(5_000)}  NEW`);
    expect(lines[3]).toBe(`2   ${"short".padEnd(100)}  OLD`);
  });

  it("writes a page of any length", async () => {
    const rows = Array.from({ length: 200_000 }, (_, id) => ({ id }));
    expect(await linesOf([rows], { width: 80 })).toHaveLength(200_002);
  });

  it("writes nothing for an empty list", async () => {
    expect(await linesOf([])).toEqual([]);
    expect(await linesOf([[], []], { columns: ["id"], width: 80 })).toEqual([]);
  });

  it("takes no column from the prototype of objects", async () => {
    expect(await linesOf([[{ id: 1, constructor: "a" }, { id: 2 }]], { columns: ["constructor", "valueOf"] })).toEqual([
      "constructor  valueOf",
      "-----------  -------",
      "a",
      "",
    ]);
  });

  it("never exceeds the width of the terminal and has no invisible characters, for any text", async () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme", maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(..."北京한ｆ𠀀🎉e\u0301 \n\t\u200b\ud800a"), maxLength: 60 }),
      fc.constant("x".repeat(300)),
    );
    await fc.assert(
      fc.asyncProperty(pagesOf(texts), fc.integer({ min: 1, max: 120 }), async (pages, width) => {
        const lines = await linesOf(pages, { width });
        expect(lines.length).toBeGreaterThan(2);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{DI}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 500 },
    );
  });

  it("ends every line of a block at the same column, for any text", async () => {
    const texts = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
    await fc.assert(
      fc.asyncProperty(pagesOf(texts), fc.constantFrom(undefined, 60, 200), async (pages, width) => {
        let rule = "";
        for (const line of await linesOf(pages, { width, columns: ["a", "id", "b", "end"] })) {
          if (/^-+(?: {2}-+){3}$/.test(line)) rule = line;
          if (line.endsWith("|||")) expect(stringWidth(line)).toBe(rule.length);
        }
        expect(rule.endsWith("  ---")).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("toRecordTable", () => {
  it("writes a line for each field, also for fields without a value", () => {
    expect(toRecordTable({ id: 1, note: null, state: "NEW", 名前: "a\nb" })).toBe(
      ["id     1", "note", "state  NEW", "名前   a b", ""].join("\n"),
    );
    expect(toRecordTable({})).toBe("");
  });

  it("does not cut texts", () => {
    expect(toRecordTable({ id: "x".repeat(5_000) })).toBe(`id  ${"x".repeat(5_000)}\n`);
  });
});
