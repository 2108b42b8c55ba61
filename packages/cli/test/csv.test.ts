import { text } from "node:stream/consumers";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Row } from "../src/document/untyped-paths.ts";
import { CommandError } from "../src/errors/command-error.ts";
import { toCsv } from "../src/output/csv.ts";
import { parseExactJson } from "../src/output/exact-json.ts";
import { toPages } from "./support/pages.ts";

type Options = Parameters<typeof toCsv>[1];

const csvOf = (rows: Row[], options: Options = {}): Promise<string> => text(toCsv(toPages(rows), options));

/** Returns the cells of one column as CSV has them, without quotes. */
async function cellsOf(values: readonly unknown[], options?: Options): Promise<string[]> {
  const csv = await csvOf(
    values.map(value => ({ value })),
    options,
  );
  return parse(csv, { from: 2, record_delimiter: "\n" }).map(([cell]) => cell ?? "");
}

const unicode = fc.string({ unit: "binary" });
/** Texts whose characters often have a meaning in CSV or for a spreadsheet. */
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..."\"',;=+-@\t\r\n \u00a0\u3000\u200b\ufeff\u0000\u2028＝1aé"),
    fc.string({ unit: "binary", maxLength: 1 }),
  ),
});

describe("toCsv", () => {
  it("writes a header and a line for each row, with nested values as JSON and null as empty", async () => {
    const pages = toPages<Row>(
      [
        { id: 1, note: 'says "no", twice', urgent: false, customer: { id: 7 }, tags: ["a", "b"], "a.b": null },
        { id: 2, note: "two\nlines", urgent: true, customer: null, tags: [], "a.b": 0.5 },
      ],
      [{ id: 3, note: null, urgent: null, customer: null, tags: null, "a.b": "Zürich" }],
    );
    expect(await text(toCsv(pages, {}))).toBe(
      [
        "id,note,urgent,customer,tags,a.b",
        `1,"says ""no"", twice",false,"{""id"":7}","[""a"",""b""]",`,
        `2,"two\nlines",true,,[],0.5`,
        "3,,,,,Zürich\n",
      ].join("\n"),
    );
  });

  it("writes every text so that a program reads the same text, if formulas are not escaped", async () => {
    const rows = fc.array(fc.record({ a: fc.oneof(hostile, unicode), b: hostile, c: fc.constant("end") }), {
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(rows, async records => {
        const csv = await csvOf(records, { escapeFormulas: false });
        expect(parse(csv, { columns: true, record_delimiter: "\n" })).toEqual(records);
        // A program that finds out the end of a line by itself, and a file with CRLF.
        expect(parse(csv, { columns: true, record_delimiter: ["\r\n", "\n", "\r"] })).toEqual(records);
      }),
      { numRuns: 300 },
    );
  });

  it("writes the names of fields so that a program reads the same names, and escapes formulas in them", async () => {
    const csv = await csvOf([{ 'a,"b"': 1, "=cmd()": 2, "x\ny": 3, ["__proto__"]: 5 }]);
    expect(parse(csv)).toEqual([
      ['a,"b"', "'=cmd()", "x\ny", "__proto__"],
      ["1", "2", "3", "5"],
    ]);
  });

  it("does not take a field that is missing in a row from the prototype of objects", async () => {
    expect(await csvOf([{ constructor: "a", toString: "b" }, { constructor: null }])).toBe(
      "constructor,toString\na,b\n,\n",
    );
    expect(await csvOf([{ id: 1 }], { columns: ["id", "hasOwnProperty"] })).toBe("id,hasOwnProperty\n1,\n");
  });

  it("quotes an empty row of one column, which programs would skip as an empty line", async () => {
    expect(await csvOf([{ note: null }, { note: "" }, { note: "a" }])).toBe('note\n""\n""\na\n');
  });

  it("begins with a byte order mark if asked to, once for all pages", async () => {
    const pages = (): AsyncGenerator<Row[]> => toPages<Row>([{ name: "Zürich" }], [{ name: "Genève" }]);
    expect(await text(toCsv(pages(), { bom: true }))).toBe("\ufeffname\nZürich\nGenève\n");
    expect(await text(toCsv(pages(), { bom: false }))).toBe("name\nZürich\nGenève\n");
    expect(await csvOf([], { bom: true, columns: ["id"] })).toBe("\ufeffid\n");
    expect(await csvOf([], { bom: true })).toBe("");
  });

  it("writes numbers as QBench sent them, also in nested values", async () => {
    const text = '[{"id":9007199254740993,"price":1.10,"huge":-1E400,"zero":-0,"data":{"n":[1.10,1e5]}}]';
    expect(await csvOf(Object(parseExactJson(text)))).toBe(
      'id,price,huge,zero,data\n9007199254740993,1.10,-1E400,-0,"{""n"":[1.10,1e5]}"\n',
    );
  });

  it("stops before a row with a field that the header lacks, and names all columns", async () => {
    const chunks: string[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of toCsv(toPages<Row>([{ id: 1 }], [{ id: 2, late: "c" }]), {})) chunks.push(chunk);
    };
    await expect(read()).rejects.toThrow(CommandError);
    await expect(read()).rejects.toThrow(
      "fields without a column: late. Use --format ndjson, or name the columns: --columns id,late",
    );
    expect(chunks.join("")).toBe("id\n1\nid\n1\n");
  });

  it("writes only the named columns, whatever other fields later rows have", async () => {
    const pages = toPages<Row>([{ id: 1, state: "a" }], [{ id: 2, late: "c", state: "b" }]);
    expect(await text(toCsv(pages, { columns: ["state", "id"] }))).toBe("state,id\na,1\nb,2\n");
  });

  it("writes nothing for an empty list, except a header of named columns", async () => {
    expect(await text(toCsv(toPages<Row>([]), {}))).toBe("");
    expect(await text(toCsv(toPages<Row>([], []), { columns: ["id", "state"] }))).toBe("id,state\n");
    expect(await text(toCsv(toPages<Row>([], [{ id: 1 }], []), {}))).toBe("id\n1\n");
  });
});

describe("formulas in CSV", () => {
  const spaces = [
    " ",
    "   ",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\v",
    "\f",
    "\0",
    "\u0001",
    "\u001f",
    "\u007f",
    "\u0085",
    "\u00a0",
    "\u00ad",
    "\u1680",
    "\u180e",
    "\u2003",
    "\u200b",
    "\u200e",
    "\u2028",
    "\u2029",
    "\u202e",
    "\u202f",
    "\u205f",
    "\u2060",
    "\u3000",
    "\u3164",
    "\ufe0f",
    "\ufeff",
    "\u{e0020}",
    " \t\u00a0\n",
  ]; // prettier-ignore
  const signs = [..."=+-@＝＋－＠﹦﹢﹣﹫−"];

  it.each(signs)("puts a ' before text that begins with %s, also after invisible characters", async sign => {
    const texts = ["", ...spaces].map(space => `${space}${sign}SUM(A1)`);
    expect(await cellsOf(texts)).toEqual(texts.map(text => `'${text}`));
    expect(await cellsOf(texts, { escapeFormulas: false })).toEqual(texts);
  });

  it("puts a ' before text that begins with a tab or with the end of a line", async () => {
    const texts = ["\ta", "\ra", "\na", "\r\na"];
    expect(await cellsOf(texts)).toEqual(texts.map(text => `'${text}`));
  });

  it("puts a ' before text with a sign that is not a number, such as -, +1 555 0100 or -2+3", async () => {
    const texts = ["-", "+1 555 0100", "-2+3", "-1-1", "+-1", "-Infinity", "-0x10", "-1,5", "--1", "=1"];
    expect(await cellsOf(texts)).toEqual(texts.map(text => `'${text}`));
  });

  it("changes no numbers, and no text with a sign further behind", async () => {
    const texts = ["-1.5", "+2", "-.5", "-2.", "-1e5", "+1E-7", " -3 ", "a=b", "a@b.example", "1+1", "'=1", "", "5"];
    expect(await cellsOf(texts)).toEqual(texts);
    expect(await cellsOf([-7, 0.5, true, null, { a: "=1" }, ["=1"]])).toEqual([
      "-7",
      "0.5",
      "true",
      "",
      '{"a":"=1"}',
      '["=1"]',
    ]);
  });

  it("leaves no text that a spreadsheet would run after it has removed all invisible characters", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 1 }), async texts => {
        for (const [index, cell] of (await cellsOf(texts)).entries()) {
          expect([texts[index], `'${texts[index]}`]).toContain(cell);
          const visible = cell.replace(/[^\p{L}\p{N}\p{P}\p{S}]/gu, "");
          if (/^[=+\-@＝＋－＠]/.test(visible)) expect(Number(cell)).not.toBeNaN();
        }
      }),
      { numRuns: 500 },
    );
  });
});
