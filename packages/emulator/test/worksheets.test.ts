import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEmulator, type EmulatorOptions, type WorksheetDefinition } from "../src/index.js";
import { createTestEmulator } from "./support/client.js";

const namedCells = "/tests/worksheets/dynamic/named-cells";

/** Creates an emulator, with functions that write cells of test 1 and read its worksheet. */
function createTestWorksheet(worksheets: EmulatorOptions["worksheets"] = {}) {
  const created = createTestEmulator({ worksheets });
  const { request } = created;
  return {
    ...created,
    write: (cells: Record<string, unknown>, id: unknown = 1) =>
      request("PATCH", namedCells, [{ id, qb_dynamic_spreadsheet_patch: cells }]),
    read: async (query = "", id = 1) => (await request("GET", `/tests/${id}/worksheet/data${query}`)).body.data,
  };
}

const definition: WorksheetDefinition = {
  id: 1,
  cells: {
    ph: "Data!B2",
    dilution: { at: "Data!B3", type: "number", values: ["10"] },
    replicates: { at: "Data!B4:C5", htmlStyle: "color: red" },
    average: { at: "Data!B6", readOnly: true, values: ["7.0"] },
  },
  unnamedCells: { "Data!A2": "pH" },
};

describe("reads of worksheets", () => {
  it("the default view has the named cells of a test's worksheet, by name", async () => {
    const { read, request } = createTestWorksheet({ definitions: [definition] });
    const cells = {
      ph: { value: "", html_style: "" },
      dilution: { value: 10, html_style: "" },
      replicates: {
        value: [
          ["", ""],
          ["", ""],
        ],
        html_style: "color: red",
      },
      average: { value: "7.0", html_style: "" },
    };
    expect(await read()).toEqual({
      id: 1,
      worksheet_data: cells,
      worksheet_config: null,
      worksheet_processed: true,
      worksheet_processed_error: false,
      worksheet_processed_error_msg: null,
    });
    expect((await request("GET", "/tests/1/worksheet/data")).body).toMatchObject({
      _type: "TEST",
      _self: expect.stringMatching(/\/tests\/1\/worksheet\/data$/),
    });
    expect((await request("GET", "/tests/1")).body.data.worksheet_data).toEqual(cells);
    expect((await request("GET", "/tests")).body.data[0].worksheet_data).toEqual(cells);
  });

  it("the raw view has every cell by its place, and each cell of a range", async () => {
    const { read } = createTestWorksheet({ definitions: [definition] });
    const { worksheet_data: cells } = await read("?raw_worksheet_data=True");
    expect(Object.keys(cells).sort()).toEqual(
      ["A2", "B2", "B3", "B4", "B5", "B6", "C4", "C5"].map(cell => `Data!${cell}`),
    );
    expect(cells["Data!A2"]).toEqual({ value: "pH", html_style: "" });
    expect(cells["Data!B3"]).toEqual({ value: 10, html_style: "", name: "dilution" });
    expect(cells["Data!C5"]).toEqual({ value: "", html_style: "color: red", name: "replicates" });
  });

  it("the configuration is returned if it is requested: the definition's own, or one made from its cells", async () => {
    const { read } = createTestWorksheet({ definitions: [definition] });
    expect((await read()).worksheet_config).toBe(null);
    expect((await read("?worksheet_config=true")).worksheet_config).toMatchObject({
      name: "Potency",
      type: "DYNAMIC",
      named_cells: { ph: { cell: "Data!B2", read_only: false }, average: { read_only: true } },
    });
    const own = createTestWorksheet({ definitions: [{ ...definition, config: { sheets: ["Data"] } }] });
    expect((await own.read("?worksheet_config=true")).worksheet_config).toEqual({ sheets: ["Data"] });
  });

  it("a test without a worksheet has no cells", async () => {
    const { read, request } = createTestWorksheet();
    expect(await read("?worksheet_config=true", 4)).toMatchObject({ worksheet_data: {}, worksheet_config: {} });
    expect((await request("GET", "/tests/4")).body.data.worksheet_data).toBe(null);
    expect((await request("GET", "/tests/99999/worksheet/data")).status).toBe(404);
  });

  it("a seeded batch has cells of its own, with one for each of its tests", async () => {
    const { request } = createTestEmulator();
    const { tests, worksheet, worksheet_data } = (await request("GET", "/batches/1")).body.data;
    expect(worksheet).toMatchObject({ _type: "WORKSHEET", data: { name: "Batch run" } });
    const names = tests.map(({ id }: { id: number }) => `${id}_value`);
    expect(names.length).toBeGreaterThan(1);
    expect(Object.keys(worksheet_data).sort()).toEqual(["instrument", "blank", ...names].sort());
    const { data } = (await request("GET", "/batches/1/worksheet/data?raw_worksheet_data=true")).body;
    expect(data.worksheet_data["Run!C4"]).toMatchObject({ name: names[0], value: worksheet_data[names[0]].value });
    expect(data).not.toHaveProperty("worksheet_processed");
  });

  it("a test that is not started has empty cells, and one in review has results", async () => {
    const { request } = createTestEmulator();
    const { data } = (await request("GET", "/tests?page_size=50")).body;
    for (const { state, worksheet_data: cells } of data) {
      if (!cells?.weight) continue;
      expect(cells.weight.value === "").toBe(["NOT STARTED", "IN PROGRESS"].includes(state));
    }
  });

  it("an assay refers to its worksheet, and rejects one that does not exist", async () => {
    const { request } = createTestEmulator();
    expect((await request("GET", "/assays/1")).body.data.worksheet_ent).toMatchObject({ id: 1, _type: "WORKSHEET" });
    expect((await request("PATCH", "/assays", [{ id: 1, worksheet_id: 99 }])).status).toBe(400);
    expect((await request("PATCH", "/assays", [{ id: 1, batch_worksheet_id: 99 }])).status).toBe(400);
  });

  it("a definition without a worksheet creates one, which an assay can use", async () => {
    const { request, write, read } = createTestWorksheet({ definitions: [{ ...definition, id: 30, name: "ICP-MS" }] });
    expect((await request("GET", "/worksheets/30")).body.data).toMatchObject({ name: "ICP-MS", active: true });
    await request("PATCH", "/assays", [{ id: 1, worksheet_id: 30 }]);
    expect((await write({ ph: "7.1" })).status).toBe(204);
    await read();
    expect((await read()).worksheet_data.ph.value).toBe("7.1");
  });

  it("a test that a client or a test creates has empty cells until they are written", async () => {
    const { request, emulator, read, write } = createTestWorksheet();
    const item = { sample_id: 1, assay_id: 1, state: "COMPLETED" };
    const [{ id: first }] = (await request("POST", "/tests", [item])).body.data;
    const { id: second } = emulator.records.create("tests", item);
    const valuesOf = async (id: number, query = ""): Promise<unknown[]> => {
      const cells: { value: unknown }[] = Object.values((await read(query, id)).worksheet_data);
      return cells.flatMap(({ value }) => value).flat();
    };
    for (const id of [first, second]) expect(new Set(await valuesOf(id))).toEqual(new Set([""]));
    expect(await valuesOf(first, "?raw_worksheet_data=true")).not.toContain("7.1");
    expect(new Set(await valuesOf(5)).size).toBeGreaterThan(1);
    await write({ ph: "7.1" }, first);
    await read("", first);
    expect((await valuesOf(first)).filter(value => value !== "")).toEqual(["7.1"]);
  });

  it("tests of a large seed have seeded values, and those of a list have none", async () => {
    const { emulator } = createTestEmulator({ records: { tests: 1000 } });
    const values = [193, 194, 195, 196, 197, 198, 199, 200, 1000].map(
      id => emulator.records.get("tests", id)?.worksheet_data,
    );
    expect(JSON.stringify(values)).toMatch(/"ph":\{"value":"\d/);
    const listed = createEmulator({ records: { tests: [{ id: 5, assay_id: 1, sample_id: 1 }] } });
    expect(listed.records.get("tests", 5)?.worksheet_data).toMatchObject({ ph: { value: "" } });
  });

  it("custom records have the cells of a definition, and values of their own", async () => {
    const cells = { lead: "A!B1", "{{batch.tests[0].id}}_value": "A!B2", "{{ batch.tests[1].sample_id }}": "A!B3" };
    const lead = { value: "3", html_style: "color: red" };
    const { request, emulator } = createTestEmulator({
      worksheets: { definitions: [{ id: 30, cells }] },
      records: {
        worksheets: [{ id: 30, name: "ICP-MS" }],
        assays: [{ id: 1, title: "Metals", worksheet_id: 30 }],
        samples: [{ id: 1 }, { id: 9 }],
        tests: [
          { id: 5, sample_id: 1, assay_id: 1 },
          { id: 6, sample_id: 9, assay_id: 1, worksheet_data: { lead } },
        ],
        batches: [{ id: 1, worksheet_id: 30, tests: [5, 6], worksheet_data: { lead: { value: "0.5" } } }],
      },
    });
    const empty = { value: "", html_style: "" };
    const { data } = (await request("GET", "/batches/1/worksheet/data?worksheet_config=true")).body;
    expect(data.worksheet_data).toEqual({ lead: { ...empty, value: "0.5" }, "5_value": empty, 9: empty });
    expect(data.worksheet_config).toMatchObject({ name: "ICP-MS", named_cells: { "5_value": { cell: "A!B2" } } });

    const filled = { "5_value": { value: "8" } };
    const expected = { lead: empty, "5_value": { ...empty, value: "8" }, 9: empty };
    expect(emulator.records.update("batches", 1, { worksheet_data: filled }).worksheet_data).toEqual(expected);
    expect((await request("GET", "/batches/1")).body.data.worksheet_data).toEqual(expected);

    const patches = [5, 6].map(id => ({ id, qb_dynamic_spreadsheet_patch: { lead: `${id}` } }));
    expect((await request("GET", "/tests")).body.data[1].worksheet_data).toEqual({ lead });
    expect((await request("PATCH", namedCells, patches)).status).toBe(204);
    for (const id of [5, 6]) await request("GET", `/tests/${id}/worksheet/data`);
    expect((await request("GET", "/tests")).body.data[1].worksheet_data).toEqual({ lead: { ...lead, value: "6" } });
    expect(emulator.records.get("tests", 5)?.worksheet_data).toEqual({ lead: { ...empty, value: "5" } });
  });

  it("a definition with a wrong place is an error", () => {
    for (const at of ["B2", "Data!2B", "Data!C3:B2", "Data!A1:ZZZ999", "Data!A0", ""]) {
      expect(() => createEmulator({ worksheets: { definitions: [{ id: 1, cells: { ph: at } }] } })).toThrow(
        `The option worksheets has a wrong place in worksheet 1: "ph" is at "${at}".`,
      );
    }
  });

  it("a range has as many places as its size, in columns with one to three letters", async () => {
    const column = fc.integer({ min: 0, max: 700 });
    const letters = (index: number): string =>
      (index < 26 ? "" : letters(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));
    await fc.assert(
      fc.asyncProperty(
        column,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        async (left, rows, count) => {
          const right = letters(left + count - 1);
          const at = `S!${letters(left)}5:${right}${rows + 4}`;
          const { read } = createTestWorksheet({ definitions: [{ id: 1, cells: { range: at } }] });
          const places = Object.keys((await read("?raw_worksheet_data=true")).worksheet_data);
          expect(places).toHaveLength(rows * count);
          expect(new Set(places).size).toBe(rows * count);
          expect(places.at(-1)).toBe(`S!${right}${rows + 4}`);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe("writes of named cells", () => {
  it("values appear when the worksheet was processed, and other cells keep theirs", async () => {
    const { write, read, request } = createTestWorksheet({ definitions: [definition], pendingReads: 2 });
    const before = (await request("GET", "/tests/1")).body.data;
    const rows = [
      ["1", "2"],
      ["3", "4"],
    ];
    expect((await write({ ph: "7.1", replicates: rows })).status).toBe(204);
    expect((await request("GET", "/tests/1")).body.data.worksheet_data).toEqual(before.worksheet_data);
    for (let reads = 0; reads < 2; reads++) {
      expect(await read()).toMatchObject({ worksheet_processed: false, worksheet_data: { ph: { value: "" } } });
    }
    expect(await read()).toMatchObject({
      worksheet_processed: true,
      worksheet_data: { ph: { value: "7.1" }, replicates: { value: rows, html_style: "color: red" } },
    });
    const after = (await request("GET", "/tests/1")).body.data;
    expect(after.worksheet_data).toMatchObject({ ph: { value: "7.1" }, average: { value: "7.0" } });
    expect(Number(after.last_updated)).toBeGreaterThan(Number(before.last_updated));
  });

  it("processing lasts at least pendingMs of the server's clock, also if nothing reads the worksheet", async () => {
    const { write, read, request, clock } = createTestWorksheet({ pendingReads: 0, pendingMs: 5000 });
    await write({ ph: "7.1" });
    clock.advance(4999);
    expect((await read()).worksheet_processed).toBe(false);
    clock.advance(1);
    expect((await request("GET", "/tests?page_size=1")).body.data[0].worksheet_data.ph.value).toBe("7.1");
    expect((await read()).worksheet_processed).toBe(true);
  });

  it("two writes before the end of the processing are both kept", async () => {
    const { write, read } = createTestWorksheet();
    await write({ ph: "7.1", weight: "1" });
    await write({ ph: "7.2" });
    await read();
    expect((await read()).worksheet_data).toMatchObject({ ph: { value: "7.2" }, weight: { value: "1" } });
  });

  it("a failed processing is reported with its message, keeps the values, and a later write can succeed", async () => {
    const { write, read } = createTestWorksheet({
      error: (id, { ph }) => (ph === "bad" ? `Invalid cell definition of test ${id}` : undefined),
    });
    await write({ ph: "bad" });
    await read();
    expect(await read()).toMatchObject({
      worksheet_processed: true,
      worksheet_processed_error: true,
      worksheet_processed_error_msg: "Invalid cell definition of test 1",
      worksheet_data: { ph: { value: "" } },
    });
    await write({ ph: "7.1" });
    expect(await read()).toMatchObject({ worksheet_processed: false, worksheet_processed_error: false });
    expect(await read()).toMatchObject({ worksheet_processed_error: false, worksheet_data: { ph: { value: "7.1" } } });
  });

  it("values appear before the processing if the option says so, and stay if it fails", async () => {
    for (const error of [undefined, "No standard"]) {
      const { write, read } = createTestWorksheet({ unprocessedValues: "sent", ...(error && { error }) });
      await write({ ph: "7.1" });
      expect(await read()).toMatchObject({ worksheet_processed: false, worksheet_data: { ph: { value: "7.1" } } });
      expect(await read()).toMatchObject({
        worksheet_processed: true,
        worksheet_processed_error: error !== undefined,
        worksheet_data: { ph: { value: "7.1" } },
      });
    }
  });

  it("a number cell stores a number, and keeps a text that is not a number", async () => {
    const { write, read } = createTestWorksheet({ definitions: [definition], pendingReads: 0 });
    for (const [sent, kept] of [
      ["7.10", 7.1],
      ["< LOQ", "< LOQ"],
      ["", ""],
    ]) {
      await write({ dilution: sent });
      expect((await read()).worksheet_data.dilution.value).toBe(kept);
    }
  });

  it("unknown and read-only cells are silently ignored by default", async () => {
    const { write, read } = createTestWorksheet({ definitions: [definition], pendingReads: 0 });
    expect((await write({ ph: "7", pH: "8", average: "9" })).status).toBe(204);
    const { worksheet_data: cells } = await read();
    expect(cells).not.toHaveProperty("pH");
    expect(cells).toMatchObject({ ph: { value: "7" }, average: { value: "7.0" } });
  });

  it("unknown and read-only cells are rejected if the option says so, and nothing is written", async () => {
    const { write, read } = createTestWorksheet({
      definitions: [definition],
      pendingReads: 0,
      unknownCells: "reject",
    });
    for (const name of ["pH", "average", "constructor"]) {
      const { status, body } = await write({ ph: "7", [name]: "8" });
      expect(status).toBe(400);
      expect(body.errors).toMatchObject([{ loc: [0, "qb_dynamic_spreadsheet_patch", name] }]);
    }
    expect(await read()).toMatchObject({ worksheet_processed: true, worksheet_data: { ph: { value: "" } } });
  });

  it("values that do not fit are rejected: numbers, ragged or wrong ranges, and rows for a cell", async () => {
    const { write } = createTestWorksheet({ definitions: [definition] });
    for (const cells of [
      { ph: 7.1 },
      { ph: null },
      { ph: true },
      { ph: [["7"]] },
      { replicates: "1" },
      { replicates: [["1", "2"]] },
      { replicates: [["1", "2"], ["3"]] },
      { replicates: ["1", "2"] },
      { unknown: { value: "1" } },
    ]) {
      expect((await write(cells)).status).toBe(400);
    }
  });

  it("tests without a dynamic worksheet and missing tests are rejected, and no other test is written", async () => {
    const { request, read } = createTestWorksheet({ pendingReads: 0 });
    for (const [id, status] of [
      [4, 400],
      [6, 400],
      [99_999, 404],
    ]) {
      const items = [1, id].map(each => ({ id: each, qb_dynamic_spreadsheet_patch: { ph: "7.1" } }));
      expect((await request("PATCH", namedCells, items)).status).toBe(status);
      expect((await read()).worksheet_data.ph.value).toBe("");
    }
  });

  it("the vendor's example is accepted, and its cells are ignored", async () => {
    const { request } = createTestEmulator();
    const cell_range = [
      ["a", "b"],
      ["c", "d"],
    ];
    const example = { id: 123, qb_dynamic_spreadsheet_patch: { cell_range, single_cell: "abc" } };
    expect((await request("PATCH", namedCells, [example])).status).toBe(204);
  });

  it("an update of a test does not change worksheet_data, because only named cells can be written", async () => {
    const { request, read } = createTestWorksheet();
    const { body } = await request("PATCH", "/tests", [{ id: 1, worksheet_data: { ph: { value: "8" } } }]);
    expect(body.data[0].worksheet_data.ph.value).toBe("");
    expect((await read()).worksheet_data.ph.value).toBe("");
  });

  it("worksheets of 100,000 tests are made when they are read", async () => {
    const { request } = createTestEmulator({ records: { tests: 100_000 } });
    expect((await request("GET", "/tests/100000/worksheet/data")).body.data.worksheet_processed).toBe(true);
    const dynamic = (await request("GET", "/tests?page_num=1999&page_size=50")).body.data.find(
      ({ assay_id }: { assay_id: number }) => assay_id === 1,
    );
    expect(Object.keys(dynamic.worksheet_data)).toContain("weight");
    const cells = { id: dynamic.id, qb_dynamic_spreadsheet_patch: { weight: "5" } };
    expect((await request("PATCH", namedCells, [cells])).status).toBe(204);
    await request("GET", `/tests/${dynamic.id}/worksheet/data`);
    const { data } = (await request("GET", `/tests/${dynamic.id}/worksheet/data`)).body;
    expect(data.worksheet_data.weight.value).toBe("5");
  });
});
