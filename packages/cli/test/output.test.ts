import { buffer, text } from "node:stream/consumers";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Row } from "../src/document/untyped-paths.ts";
import { UsageError } from "../src/errors/usage-error.ts";
import { parseExactJson } from "../src/output/exact-json.ts";
import { readOutputOptions } from "../src/output/format.ts";
import { toJson } from "../src/output/json.ts";
import { listNames } from "../src/output/list-names.ts";
import { toNdjson } from "../src/output/ndjson.ts";
import { rejectUnknownColumns, selectColumns } from "../src/output/select-columns.ts";
import { toPages } from "./support/pages.ts";
import { rowsOf, startPages, startQbench } from "./support/qbench.ts";
import { hasScript, runInTerminal } from "./support/run-in-terminal.ts";

/** Exports a list that has these pages. */
async function exportPages(pages: readonly object[][], ...args: string[]) {
  const { run, emulator } = await startQbench();
  const QBENCH_URL = await startPages(emulator, pages);
  return run(["export", "orders", ...args], { QBENCH_URL });
}

describe("toJson", () => {
  it("writes the same text for the pages of a list as JSON.stringify for all rows, on several lines", async () => {
    const rows = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(rows, { maxLength: 3 }), { maxLength: 4 }), async pages => {
        expect(await text(toJson(toPages<Row>(...pages)))).toBe(`${JSON.stringify(pages.flat(), null, 2)}\n`);
      }),
    );
  });

  it("writes numbers as QBench sent them", async () => {
    const row = Object(parseExactJson('{"id":9007199254740993,"data":[1.10]}'));
    expect(await text(toJson(toPages([row])))).toBe(
      '[\n  {\n    "id": 9007199254740993,\n    "data": [\n      1.10\n    ]\n  }\n]\n',
    );
    expect(await text(toNdjson(toPages([row])))).toBe('{"id":9007199254740993,"data":[1.10]}\n');
  });

  it("leaves the array open after a whole row if reading the list fails", async () => {
    async function* failing(): AsyncGenerator<Row[]> {
      yield [{ id: 1 }];
      throw new Error("the second page is missing");
    }
    let output = "";
    const read = async (): Promise<void> => {
      for await (const chunk of toJson(failing())) output += chunk;
    };
    await expect(read()).rejects.toThrow("the second page is missing");
    expect(() => JSON.parse(output)).toThrow(SyntaxError);
    expect(JSON.parse(`${output}]`)).toEqual([{ id: 1 }]);
  });
});

describe("columns", () => {
  it("select fields in the given order, and omit fields that a record does not have", () => {
    const row = { id: 1, state: null, ["__proto__"]: 2 };
    const selected = selectColumns(row, ["state", "toString", "__proto__", "id"]);
    expect(JSON.stringify(selected)).toBe('{"state":null,"__proto__":2,"id":1}');
  });

  it("are an error if no row has one of them, but not for an empty list", () => {
    const fields = new Set(["id", "state\u001b[2J"]);
    expect(() => rejectUnknownColumns(["id", "sate"], fields)).toThrow(
      new UsageError("No row has these fields of --columns: sate. The rows have id, state."),
    );
    const many = new Set(Array.from({ length: 200 }, (_, index) => `field_${index}`));
    expect(() => rejectUnknownColumns(["id"], many)).toThrow(
      / The rows have field_0, (?:field_\d+, )+field_\d+ and \d+ more\.$/,
    );
    rejectUnknownColumns(["id"], fields);
    rejectUnknownColumns(["id", "sate"], new Set());
  });
});

describe("listNames", () => {
  it("joins whole names, and counts those that do not fit", () => {
    expect(listNames(["id", "state", "note"], 15)).toBe("id, state, note");
    expect(listNames(["id", "state", "notes", "name"], 15)).toBe("id, state and 2 more");
    expect(listNames(["x".repeat(100), "state"], 10)).toBe(`${"x".repeat(9)}… and 1 more`);
    expect(listNames(["a\u001b[2J", "b\u202e"], 10)).toBe("a, b");
  });
});

describe("readOutputOptions", () => {
  it("reads the names of columns, with spaces around the commas", () => {
    expect(readOutputOptions({ columns: "id, state ,a.b", raw: true })).toEqual({
      columns: ["id", "state", "a.b"],
      raw: true,
    });
  });

  it.each(["", ",", "id,", "id,,state", " ", "id,id", "id, id", "id,+id", "id,+"])(
    "rejects the columns %j",
    columns => {
      expect(() => readOutputOptions({ columns })).toThrow(
        new UsageError("Invalid value for --columns. Name each field once, separated by commas, such as id,state."),
      );
    },
  );

  it.each([undefined, "table", "json", "ndjson"] as const)("rejects options of CSV with the format %s", format => {
    expect(() => readOutputOptions({ format, bom: true })).toThrow(
      new UsageError("--bom works only with --format csv."),
    );
    expect(() => readOutputOptions({ format, escapeFormulas: false })).toThrow(
      new UsageError("--no-escape-formulas works only with --format csv."),
    );
    expect(readOutputOptions({ format, escapeFormulas: true })).toMatchObject({ format });
    expect(readOutputOptions({ format: "csv", escapeFormulas: false, bom: true })).toMatchObject({ bom: true });
  });
});

describe("qbench --format", () => {
  it("writes the same rows in each format, with dates in ISO 8601", async () => {
    const { run } = await startQbench({ records: { orders: 120 } });
    const read = async (format: string): Promise<string> => {
      const { code, stdout, stderr } = await run(["export", "orders", "--format", format]);
      expect([code, stderr]).toEqual([0, ""]);
      return stdout;
    };
    const rows = rowsOf(await read("ndjson"));
    expect(rows).toHaveLength(120);
    expect(rows[0]?.date_created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
    expect(rows[0]?.last_updated).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(JSON.parse(await read("json"))).toEqual(rows);
    const records: Record<string, string>[] = parse(await read("csv"), { columns: true });
    expect(records.map(({ id, date_created }) => [Number(id), date_created])).toEqual(
      rows.map(({ id, date_created }) => [id, date_created]),
    );
    const lines = (await read("table")).split("\n").slice(0, -1);
    expect(lines.filter(line => /^\d/.test(line)).map(line => Number(line.split(" ")[0]))).toEqual(
      rows.map(({ id }) => id),
    );
    for (const field of Object.keys(rows[0] ?? {})) expect(lines[0]?.split(/ +/)).toContain(field);
  });

  it("writes one record in each format", async () => {
    const { run } = await startQbench();
    const read = async (format: string): Promise<string> =>
      (await run(["get", "orders/1", "--columns", "state,id,date_created", "--format", format])).stdout;
    const json = await read("json");
    const record = JSON.parse(json);
    expect(json).toBe(`${JSON.stringify(record, null, 2)}\n`);
    const { state, date_created } = record;
    expect(await read("ndjson")).toBe(`${JSON.stringify(record)}\n`);
    expect(await read("csv")).toBe(`state,id,date_created\n${state},1,${date_created}\n`);
    expect(await read("table")).toBe(`state         ${state}\nid            1\ndate_created  ${date_created}\n`);
  });

  it("leaves dates as QBench sent them with --raw", async () => {
    const { run, emulator } = await startQbench();
    const { stdout } = await run(["export", "orders", "--raw"]);
    expect(rowsOf(stdout)[0]).toMatchObject({ id: 1, last_updated: expect.stringMatching(/^\d{10}$/) });
    expect(rowsOf(stdout)[0]?.date_created).toBe(emulator.records.get("orders", 1)?.date_created);
  });

  it.each([
    ["ndjson", '{"state":"a","id":1}\n{"id":2}\n'],
    ["json", '[\n  {\n    "state": "a",\n    "id": 1\n  },\n  {\n    "id": 2\n  }\n]\n'],
    ["csv", "state,id\na,1\n,2\n"],
    ["table", "state  id\n-----  --\na      1\n       2\n"],
  ])("writes only the named columns as %s", async (format, stdout) => {
    const pages = [[{ id: 1, state: "a", late: 1 }], [{ id: 2, other: 1 }]];
    const outcome = await exportPages(pages, "--format", format, "--columns", "state,id");
    expect(outcome).toEqual({ code: 0, stdout, stderr: "" });
  });

  it.each(["ndjson", "json", "csv", "table"])("reports a named column that occurs in no row of %s", async format => {
    const { code, stdout, stderr } = await exportPages([[{ id: 1 }]], "--format", format, "--columns", "id,state");
    expect([code, stderr]).toEqual([2, "qbench: No row has these fields of --columns: state. The rows have id.\n"]);
    // The output itself is complete.
    if (format === "json") expect(JSON.parse(stdout)).toEqual([{ id: 1 }]);
  });

  it("writes numbers as QBench sent them, also as ids", async () => {
    const row = '{"id":9007199254740993,"state":1.10,"submitted_by":{"n":[1E400,-0]}}';
    const pages: object[][] = [[Object(parseExactJson(row))]];
    const more = ["9007199254740995", "9007199254740997"].map(id => [Object(parseExactJson(`{"id":${id}}`))]);
    expect((await exportPages([...pages, ...more], "--columns", "id")).stdout).toBe(
      '{"id":9007199254740993}\n{"id":9007199254740995}\n{"id":9007199254740997}\n',
    );
    expect(await exportPages(pages)).toEqual({ code: 0, stdout: `${row}\n`, stderr: "" });
    expect((await exportPages(pages, "--format", "csv")).stdout).toBe(
      'id,state,submitted_by\n9007199254740993,1.10,"{""n"":[1E400,-0]}"\n',
    );
    expect((await exportPages(pages, "--format", "table")).stdout.split("\n")[2]).toBe(
      '9007199254740993  1.10   {"n":[1E400,-0]}',
    );
  });

  it("stops CSV at a field that the header lacks, with exit code 1, unless the columns are named", async () => {
    const pages = [[{ id: 1, state: "a" }], [{ id: 2, state: "b", courier: "c" }]];
    const { code, stdout, stderr } = await exportPages(pages, "--format", "csv");
    expect([code, stdout]).toEqual([1, "id,state\n1,a\n"]);
    expect(stderr).toContain(
      "fields without a column: courier. Use --format ndjson, or name the columns: --columns id,state,+courier",
    );
    const named = await exportPages(pages, "--format", "csv", "--columns", "id,state,+courier");
    expect(named).toEqual({ code: 0, stdout: "id,state,courier\n1,a,\n2,b,c\n", stderr: "" });
    expect((await exportPages(pages, "--format", "csv", "--columns", "id")).stdout).toBe("id\n1\n2\n");
  });

  it("names all columns in the message about a missing one, even if a list has more fields than orders have", async () => {
    const fields = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`a_field_of_a_wide_list_${index}`, 1]));
    const pages = [[{ id: 1, ...fields }], [{ id: 2, ...fields, late: 1 }]];
    const { stderr } = await exportPages(pages, "--format", "csv");
    const names = ["id", ...Object.keys(fields), "late"].map(name => (name === "id" ? name : `+${name}`)).join(",");
    expect(stderr.endsWith(`or name the columns: --columns ${names}\n`)).toBe(true);
  });

  it("puts a ' before CSV text that a spreadsheet would run, unless --no-escape-formulas is given", async () => {
    const pages = [["=1+1", "\n=1+1", "-1.5", "a=b"].map((state, index) => ({ id: index + 1, state }))];
    const { stdout } = await exportPages(pages, "--format", "csv");
    expect(stdout).toBe("id,state\n1,'=1+1\n2,\"'\n=1+1\"\n3,-1.5\n4,a=b\n");
    const unchanged = await exportPages(pages, "--format", "csv", "--no-escape-formulas");
    expect(unchanged.stdout).toBe('id,state\n1,=1+1\n2,"\n=1+1"\n3,-1.5\n4,a=b\n');
  });

  it("begins CSV with a byte order mark with --bom", async () => {
    const { start } = await startQbench();
    const { stdout } = start(["get", "orders/1", "--format", "csv", "--columns", "id", "--bom"]);
    // As text, the mark would be removed.
    expect(await buffer(stdout)).toEqual(Buffer.from("\ufeffid\n1\n"));
  });

  it.each([
    ["export orders --bom", "--bom works only with --format csv."],
    ["get orders --format json --no-escape-formulas", "--no-escape-formulas works only with --format csv."],
    ["get orders/1 --columns id,", "Invalid value for --columns. Name each field once"],
  ])("rejects %s before it sends anything", async (line, message) => {
    const { run, emulator } = await startQbench();
    const { code, stdout, stderr } = await run(line.split(" "));
    expect([code, stdout, emulator.stats.requests]).toEqual([2, "", 0]);
    expect(stderr).toContain(message);
  });
});

describe.runIf(hasScript)("qbench on a terminal", () => {
  const rows = [
    { id: 1, state: "a text that is long", submitted_by: "another long text", invoicing_notes: "a third long text" },
  ];

  /** Runs a command line in a terminal that is 44 columns wide. */
  async function inTerminal(line: string) {
    const qbench = await startQbench();
    const url = await startPages(qbench.emulator, [rows]);
    const { code, screen } = await runInTerminal(qbench, line, { url, columns: 44 });
    expect(code).toBe(0);
    return screen.split("\n").slice(0, -1);
  }

  const table = [
    "id  state                submitted_by",
    "--  -------------------  -----------------",
    "1   a text that is long  another long text",
  ];

  it("shows a list as a table that fits, and names the columns that it leaves out", async () => {
    const [header, rule, row, note, ...others] = await inTerminal("export orders");
    expect([header, rule, row, others]).toEqual([...table, []]);
    expect(note).toBe("qbench: 3 of 4 fields fit. For others, use --columns or --format json: invoicing_notes.");
  });

  it("omits the note about the columns with --quiet", async () => {
    expect(await inTerminal("export orders --quiet")).toEqual(table);
  });

  it("shows named columns, which it cuts if all of them do not fit", async () => {
    expect(await inTerminal("export orders --columns state,submitted_by,invoicing_notes")).toEqual([
      "state          submitted_by   invoicing_no…",
      "-------------  -------------  -------------",
      "a text that …  another long…  a third long…",
    ]);
  });

  it("shows a record as one line for each field, with whole texts", async () => {
    expect(await inTerminal("get orders/1")).toEqual([
      "id               1",
      "state            a text that is long",
      "submitted_by     another long text",
      "invoicing_notes  a third long text",
    ]);
  });
});
