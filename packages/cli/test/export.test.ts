import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { ended, rowsOf, setUp, startPages } from "./support/qbench.ts";

describe("qbench export", () => {
  it("prints all rows of a list, one JSON object a line", async () => {
    const { run } = await setUp({ records: { orders: 120 } });
    const { code, stdout, stderr } = await run(["export", "orders"]);
    expect([code, stderr]).toEqual([0, ""]);
    const rows = rowsOf(stdout);
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
    expect((await run(["get", "orders/7"])).stdout).toContain(JSON.stringify(rows[6]));
  });

  it("prints lists below a record, and takes filters as a query", async () => {
    const { run } = await setUp();
    const below = await run(["export", "/orders/3/samples"]);
    expect(below.code).toBe(0);
    expect(new Set(rowsOf(below.stdout).map(row => row.order_id))).toEqual(new Set([3]));
    expect(await run(["export", "samples?order_ids=3"])).toEqual(below);
    expect(await run(["export", "/qbench/api/v2/samples?order_ids=3&order_ids=4711"])).toEqual(below);
  });

  it("prints only rows updated since", async () => {
    const { run } = await setUp();
    const all = rowsOf((await run(["export", "orders"])).stdout);
    const cut = all.map(row => Number(row.last_updated)).toSorted((a, b) => a - b)[20] ?? 0;
    const late = rowsOf((await run(["export", "orders", "--since", new Date(cut * 1000).toISOString()])).stdout);
    expect(late).toEqual(all.filter(row => Number(row.last_updated) >= cut));
    expect(late.length).toBeLessThan(all.length);
    expect(rowsOf((await run(["export", "orders", "-s", "5000d"])).stdout)).toEqual(all);
  });

  it.each([
    [["ordres"], "ordres: is no list of the API. Is orders meant?"],
    [["invoiceItems"], "Is invoice-items meant?"],
    [["orders/1/sampels"], "Is orders/1/samples meant?"],
    [["orders/1"], "One record is printed by qbench get."],
    [["xyzzy"], "There are accessioning-types, api-clients"],
    [["auth/token/info"], "auth/token/info: is no list of the API"],
    [["orders?page_size=5"], "page_num, page_size: an export reads all pages by itself"],
    [["orders", "--since", "yesterday"], "--since: takes 30m, 12h, 7d or 2w, or a date"],
    [["orders?last_updated=1", "--since", "7d"], "--since, last_updated: give one of them"],
    [["users", "--since", "7d"], "--since: this list has no filter last_updated"],
    [["orders", "--columns", "id"], "--columns: goes with --format csv"],
    [["orders", "--format", "csv", "--columns", "id,,state"], "--columns: takes names with commas between them"],
    [["orders", "--format", "csv", "--columns", "id,id"], "--columns: takes names with commas between them"],
  ])("refuses %j before anything is sent", async (args, message) => {
    const { run, emulator } = await setUp();
    const { code, stdout, stderr } = await run(["export", ...args]);
    expect([code, stdout, emulator.stats.requests]).toEqual([2, "", 0]);
    expect(stderr).toMatch(/^qbench: .*\n$/);
    expect(stderr).toContain(message);
  });

  it("exits with 1 when QBench fails in the middle; what was printed are whole rows", async () => {
    const { start, emulator } = await setUp({ records: { orders: 4_000 } });
    const child = start(["export", "orders"]);
    await once(child.stdout, "readable");
    emulator.faults.add({ on: "api", status: 400, body: { error_type: "BadRequestError" } });
    const { code, stdout, stderr } = await ended(child);
    expect([code, rowsOf(stdout).length < 4_000]).toEqual([1, true]);
    expect(stderr).toMatch(
      /^qbench: .*GET \/qbench\/api\/v2\/orders was answered 400; BadRequestError; error_token \w+\n$/,
    );
  });

  it("is stopped by Ctrl-C after a whole row, with the exit code of shells", async () => {
    const { start } = await setUp({ records: { tests: 40_000 } });
    const child = start(["export", "tests"]);
    await once(child.stdout, "readable");
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended(child);
    expect([code, stderr]).toEqual([130, "qbench: stopped\n"]);
    expect(stdout).toMatch(/\n$/);
    const rows = rowsOf(stdout);
    expect([rows.length % 50, rows.length > 0, rows.length < 40_000]).toEqual([0, true, true]);
  });

  it("is stopped while it waits for an answer", async () => {
    const { start, emulator } = await setUp();
    emulator.faults.add({ on: "api", latencyMs: 600_000 });
    const child = start(["export", "orders"]);
    await expect.poll(() => emulator.stats.faults, { timeout: 100_000 }).toBe(1);
    child.kill("SIGTERM");
    expect(await ended(child)).toEqual({ code: 143, stdout: "", stderr: "qbench: stopped\n" });
  });

  it.each(["ndjson", "csv"])("ends quietly when the reader of its %s has gone", async format => {
    const { start } = await setUp({ records: { tests: 40_000 } });
    const child = start(["export", "tests", "--format", format]);
    const stderr = text(child.stderr);
    await once(child.stdout, "readable");
    child.stdout.destroy();
    const [code] = await once(child, "exit");
    expect([code, await stderr]).toEqual([0, ""]);
  });
});

describe("qbench export --format csv", () => {
  const columns = (names: string) => ["--columns", names];

  /** Exports these pages. */
  async function exportCsv(pages: readonly object[][], ...args: string[]) {
    const { run, emulator } = await setUp();
    const QBENCH_URL = await startPages(emulator, pages);
    return run(["export", "reports", "--format", "csv", ...args], { QBENCH_URL });
  }

  it("prints a header and a line for each row, nested values as JSON and null as nothing", async () => {
    const pages = [
      [
        { id: 1, note: 'says "no", twice', urgent: false, customer: { id: 7 }, tags: ["a", "b"], "a.b": null },
        { id: 2, note: "two\nlines", urgent: true, customer: null, tags: [], "a.b": 0.5 },
      ],
      [{ id: 3, note: null, urgent: null, customer: null, tags: null, "a.b": "Zürich" }],
    ];
    expect(await exportCsv(pages)).toEqual({
      code: 0,
      stderr: "",
      stdout: [
        "id,note,urgent,customer,tags,a.b",
        `1,"says ""no"", twice",false,"{""id"":7}","[""a"",""b""]",`,
        `2,"two\nlines",true,,[],0.5`,
        "3,,,,,Zürich\n",
      ].join("\n"),
    });
  });

  it("has all fields of real rows, page after page", async () => {
    const { run } = await setUp({ records: { orders: 120 } });
    const csv = ["export", "orders", "--format", "csv"];
    const { code, stdout } = await run([...csv, ...columns("state,id")]);
    const rows = rowsOf((await run(["export", "orders"])).stdout);
    expect([code, stdout]).toEqual([0, `state,id\n${rows.map(({ id, state }) => `${state},${id}\n`).join("")}`]);
    const [header] = (await run(csv)).stdout.split("\n");
    expect(header).toBe(Object.keys(rows[0] ?? {}).join(","));
  });

  it("stops at a field that comes up after the header was printed, unless the columns were named", async () => {
    const pages = [[{ id: 1, state: "a" }], [{ id: 2, state: "b", late: "c" }]];
    const { code, stdout, stderr } = await exportCsv(pages);
    expect([code, stdout]).toEqual([1, "id,state\n1,a\n"]);
    expect(stderr).toContain("fields without a column: late; name all columns: --columns id,state,late");
    const named = await exportCsv(pages, ...columns("id,state,late"));
    expect(named).toEqual({ code: 0, stdout: "id,state,late\n1,a,\n2,b,c\n", stderr: "" });
    expect(await exportCsv(pages, ...columns("id"))).toEqual({ code: 0, stdout: "id\n1\n2\n", stderr: "" });
  });

  it("says at its end that a column is nobody's", async () => {
    expect(await exportCsv([[{ id: 1, state: "a" }]], ...columns("id,sate"))).toEqual({
      code: 2,
      stdout: "id,sate\n1,\n",
      stderr: "qbench: --columns: no row has sate; there are id, state\n",
    });
  });

  it("is empty for an empty list, but for columns that were named", async () => {
    expect(await exportCsv([[]])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await exportCsv([[]], ...columns("id,state"))).toEqual({ code: 0, stdout: "id,state\n", stderr: "" });
  });

  it("disarms what a spreadsheet would run, unless it is told to leave it", async () => {
    const texts = ["=1+1", "+1 555 0100", "-1.5", "+2", "-", "@SUM(A1)", "＝1", "a=b"];
    const rows = texts.map(value => ({ value }));
    expect((await exportCsv([[...rows, { value: -7 }]])).stdout.trim().split("\n")).toEqual([
      ..."value,'=1+1,'+1 555 0100,-1.5,+2,'-,'@SUM(A1),'＝1,a=b,-7".split(","),
    ]);
    expect((await exportCsv([rows], "--no-escape-formulas")).stdout).toBe(`value\n${texts.join("\n")}\n`);
  });
});
