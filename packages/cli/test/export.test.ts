import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { outcomeOf, rowsOf, startPages, startQbench } from "./support/qbench.ts";
import { rejectionOf } from "./support/rejection.ts";

describe("qbench export", () => {
  it("prints all rows of a list, one JSON object per line", async () => {
    const { run } = await startQbench({ records: { orders: 120 } });
    const { code, stdout, stderr } = await run(["export", "orders"]);
    expect([code, stderr]).toEqual([0, ""]);
    const rows = rowsOf(stdout);
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
    expect((await run(["get", "orders/7"])).stdout).toContain(JSON.stringify(rows[6]));
  });

  it("prints a list below a record, and sends filters as a query", async () => {
    const { run } = await startQbench();
    const nested = await run(["export", "/orders/3/samples"]);
    expect(nested.code).toBe(0);
    expect(new Set(rowsOf(nested.stdout).map(row => row.order_id))).toEqual(new Set([3]));
    expect(await run(["export", "samples?order_ids=3"])).toEqual(nested);
    expect(await run(["export", "/qbench/api/v2/samples?order_ids=3&order_ids=4711"])).toEqual(nested);
  });

  it("prints only the rows updated since the time of --since", async () => {
    const { run } = await startQbench();
    const all = rowsOf((await run(["export", "orders", "--raw"])).stdout);
    const cut = all.map(row => Number(row.last_updated)).toSorted((a, b) => a - b)[20] ?? 0;
    const recent = rowsOf(
      (await run(["export", "orders", "--raw", "--since", new Date(cut * 1000).toISOString()])).stdout,
    );
    expect(recent).toEqual(all.filter(row => Number(row.last_updated) >= cut));
    expect(recent.length).toBeLessThan(all.length);
    expect(rowsOf((await run(["export", "orders", "--raw", "-s", "5000d"])).stdout)).toEqual(all);
  });

  it.each([
    [["ordres"], 'Unknown list "ordres". Did you mean "orders"?'],
    [["invoiceItems"], 'Did you mean "invoice-items"?'],
    [["INVOICE-ITEMS"], 'Did you mean "invoice-items"?'],
    [["orders/1/sampels"], 'Did you mean "orders/1/samples"?'],
    [["orders/1"], "To print one record, use qbench get."],
    [["xyzzy"], 'Unknown list "xyzzy". The closest valid name is "assays". qbench lists shows all lists.'],
    [["auth/token/info"], 'Unknown list "auth/token/info".'],
    [["orders?page_size=5"], "An export reads all pages. Remove page_num and page_size"],
    [["orders", "--since", "yesterday"], "Invalid value for --since. Use 30m, 12h, 7d or 2w, or a date"],
    [["orders?last_updated=1", "--since", "7d"], "Use --since or last_updated, not both."],
    [["users", "--since", "7d"], "--since is not possible, because this list has no filter last_updated"],
    [["orders", "--columns", "id,sate"], '"orders" has no column "sate". The closest valid name is "state".'],
    [
      ["orders", "-f", "customer_idz=1"],
      '"orders" has no filter "customer_idz". The closest valid name is "customer_ids".',
    ],
    [["orders?customer_idz=1"], '"orders" has no filter "customer_idz". The closest valid name is "customer_ids".'],
    [["orders", "-f", "customer_ids"], '"customer_ids" is not of the form name=value.'],
    [["orders", "--limit", "0"], "argument '0' is invalid. It must be a whole number from 1 on."],
    [["orders", "--bom"], "--bom works only with --format csv."],
    [
      ["orders", "--format", "csv", "--columns", "id,,state"],
      "Invalid value for --columns. Name each field once, separated by commas",
    ],
    [
      ["orders", "--format", "csv", "--columns", "id,id"],
      "Invalid value for --columns. Name each field once, separated by commas",
    ],
  ])("rejects the wrong arguments %j before it sends anything", async (args, message) => {
    const { code, stderr } = await rejectionOf(["export", ...args]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^qbench: .*\n$/)]);
    expect(stderr).toContain(message);
  });

  it("exits with 1 if QBench fails in the middle of an export, and has printed whole rows only", async () => {
    const { start, emulator } = await startQbench({ records: { orders: 4_000 } });
    const child = start(["export", "orders"]);
    await once(child.stdout, "readable");
    emulator.faults.add({ on: "api", status: 400, body: { error_type: "BadRequestError" } });
    const { code, stdout, stderr } = await outcomeOf(child);
    expect([code, rowsOf(stdout).length < 4_000]).toEqual([1, true]);
    expect(stderr).toMatch(
      /^qbench: .*GET \/qbench\/api\/v2\/orders failed: 400 BadRequestError.* error_token \w+\.?\n$/,
    );
  });

  it("ends after a whole row on Ctrl-C, with exit code 130", async () => {
    const { start } = await startQbench({ records: { tests: 40_000 } });
    const child = start(["export", "tests"]);
    await once(child.stdout, "readable");
    child.kill("SIGINT");
    const { code, stdout, stderr } = await outcomeOf(child);
    expect([code, stderr]).toEqual([130, "qbench: stopped\n"]);
    expect(stdout).toMatch(/\n$/);
    const rows = rowsOf(stdout);
    expect([rows.length % 50, rows.length > 0, rows.length < 40_000]).toEqual([0, true, true]);
  });

  it("ends on SIGTERM while it waits for a response, with exit code 143", async () => {
    const { start, emulator } = await startQbench();
    emulator.faults.add({ on: "api", latencyMs: 600_000 });
    const child = start(["export", "orders"]);
    await expect.poll(() => emulator.stats.faults, { timeout: 100_000 }).toBe(1);
    child.kill("SIGTERM");
    expect(await outcomeOf(child)).toEqual({ code: 143, stdout: "", stderr: "qbench: stopped\n" });
  });

  it.each(["ndjson", "csv"])("ends without an error if the reader of its %s closes the pipe", async format => {
    const { start } = await startQbench({ records: { tests: 40_000 } });
    const child = start(["export", "tests", "--format", format]);
    const stderr = text(child.stderr);
    await once(child.stdout, "readable");
    child.stdout.destroy();
    const [code] = await once(child, "exit");
    expect([code, await stderr]).toEqual([0, ""]);
  });
});

describe("qbench export --format csv", () => {
  it("stops at a field that the printed header lacks, unless the columns are named as the message says", async () => {
    const { run, emulator } = await startQbench();
    const QBENCH_URL = await startPages(emulator, [[{ id: 1, state: "a" }], [{ id: 2, state: "b", late: "c" }]]);
    const csv = ["export", "reports", "--format", "csv"];
    const { code, stdout, stderr } = await run(csv, { QBENCH_URL });
    expect([code, stdout]).toEqual([1, "id,state\n1,a\n"]);
    const [advice = ""] = /--columns \S+/.exec(stderr) ?? [];
    expect(advice).toBe("--columns id,state,+late");
    const named = await run([...csv, ...advice.split(" ")], { QBENCH_URL });
    expect(named).toEqual({ code: 0, stdout: "id,state,late\n1,a,\n2,b,c\n", stderr: "" });
  });
});
