import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { command, outcomeOf, rowsOf, startApi, startPages, startQbench } from "./support/qbench.ts";
import { rejectionOf } from "./support/rejection.ts";

describe("qbench get", () => {
  it("prints a record on one line, whatever the form of its path", async () => {
    const { run, settings } = await startQbench();
    const { code, stdout, stderr } = await run(["get", "/orders/1"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toHaveLength(2);
    expect(JSON.parse(stdout)).toMatchObject({ id: 1, state: expect.any(String) });
    const url = `${settings.QBENCH_URL}/qbench/api/v2/orders/1`;
    for (const same of ["orders/1", "/qbench/api/v2/orders/1", url]) {
      expect(await run(["get", same])).toEqual({ code, stdout, stderr });
    }
  });

  it("prints one page of a list, and reports how many rows there are and how to get all", async () => {
    const { run, settings } = await startQbench();
    const { code, stdout, stderr } = await run(["get", "orders"]);
    expect([code, rowsOf(stdout).map(({ id }) => id)]).toEqual([
      0,
      Array.from({ length: 20 }, (_, index) => index + 1),
    ]);
    expect(stderr).toBe("qbench: 20 of 48 rows. For more, use --limit. For all, use qbench export orders.\n");
    expect(await run(["get", "orders", "--quiet"])).toEqual({ code, stdout, stderr: "" });
    const nested = await run(["get", `${settings.QBENCH_URL}/qbench/api/v2/orders/1/samples?page_size=1`]);
    expect(nested.stderr).toMatch(/^qbench: 1 of \d+ rows\. .* use qbench export orders\/1\/samples\.\n$/);
    expect((await run(["get", "teams"])).stderr).toBe("");
  });

  it.each([
    ["1", 1],
    ["30", 30],
    ["48", 48],
    ["1000", 48],
  ])("prints the first rows of a list for --limit %s", async (limit, count) => {
    const { run } = await startQbench();
    const { stdout, stderr } = await run(["get", "orders", "-l", limit]);
    expect(rowsOf(stdout).map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect(stderr.includes(`${count} of 48 rows`)).toBe(count < 48);
  });

  it("sends the filters of the path and of --filter", async () => {
    const { run } = await startQbench();
    const { stdout, stderr } = await run(["get", "/samples?order_ids=1&page_size=3", "-f", "order_ids=2"]);
    expect(stderr).toMatch(/^qbench: 3 of \d+ rows\. .* use qbench export samples with the same filters\.\n$/);
    const rows = rowsOf(stdout);
    expect(rows).toHaveLength(3);
    expect(rows.every(({ order_id }) => order_id === 1 || order_id === 2)).toBe(true);
  });

  it.each([
    [["orders?custmer_ids=1"], '"orders" has no filter "custmer_ids". The closest valid name is "customer_ids".'],
    [["orders/1", "-f", "a=1"], '"orders/{order_id}" has no filter "a". It has none.'],
    [["orders", "--columns", "id,ste"], '"orders" has no column "ste". The closest valid name is "state".'],
    [["orders/1", "--columns", "stat"], '"orders/{order_id}" has no column "stat". The closest valid name is "state".'],
    [["ordres/1"], 'The API\'s document has no "ordres/1". Did you mean "orders/1"?'],
    [["orders/1/sampels"], 'Did you mean "orders/1/samples"?'],
    [["orders/1", "--limit", "3"], "--limit works only with lists, such as qbench get orders."],
    [["orders", "--limit", "many"], "argument 'many' is invalid. It must be a whole number from 1 on."],
    [["orders", "--limit", "0x5"], "argument '0x5' is invalid. It must be a whole number from 1 on."],
    [["orders?page_num=2", "--limit", "3"], "Use --limit or page_num, not both."],
    [["orders/"], 'The API\'s document has no "orders/". Did you mean "orders"?'],
    [["orders/%zz"], "The path has a % that does not begin an escape such as %20."],
  ])("rejects the wrong arguments %j before it sends anything", async (args, message) => {
    const { code, stderr } = await rejectionOf(["get", ...args]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^qbench: .*\n$/)]);
    expect(stderr).toContain(message);
  });

  it("prints a field that the document does not declare, if it is marked by a +", async () => {
    const { run, emulator } = await startQbench();
    const url = await startPages(emulator, [[{ id: 1, lot: "A-7" }]]);
    const { code, stdout } = await run(["get", "orders", "--columns", "+lot,id"], { QBENCH_URL: url });
    expect([code, stdout]).toEqual([0, '{"lot":"A-7","id":1}\n']);
  });

  it("finds a record by an id with escaped characters", async () => {
    const { run, emulator } = await startQbench();
    const paths: string[] = [];
    const url = await startApi(emulator, request => {
      paths.push(request.url.pathname);
      return Response.json({ data: { id: "a b" } });
    });
    const { code } = await run(["get", "orders/a%20b"], { QBENCH_URL: url });
    expect([code, paths]).toEqual([0, ["/qbench/api/v2/orders/a%20b"]]);
  });

  it("prints counts and numbers exactly as QBench sent them, also in the envelope of a list", async () => {
    const { run, emulator } = await startQbench();
    const rows = '{"id":9007199254740993,"price":1.10},{"id":9007199254740994,"price":-0}';
    const body = `{"data":[${rows}],"page_number":1.0,"total_count":2.0,"total_pages":1.0}`;
    const url = await startApi(emulator, () => new Response(body));
    const expected = { code: 0, stdout: `${rows.replace("},{", "}\n{")}\n`, stderr: "" };
    for (const args of [
      ["get", "orders"],
      ["get", "orders", "--limit", "5"],
      ["export", "orders"],
    ]) {
      expect(await run(args, { QBENCH_URL: url })).toEqual(expected);
    }
    const csv = await run(["export", "orders", "--format", "csv"], { QBENCH_URL: url });
    expect(csv.stdout).toBe("id,price\n9007199254740993,1.10\n9007199254740994,-0\n");
  });

  it.each(["https://elsewhere.example/qbench/api/v2/orders/1", "//elsewhere.example/orders", "../../../etc", "/"])(
    "rejects the path %s and sends nothing",
    async path => {
      const { code, stderr } = await rejectionOf(["get", path]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^qbench: The path (names another host|is not part of the API)/);
    },
  );

  it("reports the status of an error response, and exits with 1", async () => {
    const { run } = await startQbench({ clients: [{ scopes: ["GET /orders*"] }] });
    const missing = await run(["get", "orders/4711"]);
    expect([missing.code, missing.stdout]).toEqual([1, ""]);
    expect(missing.stderr).toMatch(/^qbench: GET \/qbench\/api\/v2\/orders\/4711 failed: 404\b/);
    const forbidden = await run(["get", "tests/1"]);
    expect(forbidden.code).toBe(1);
    expect(forbidden.stderr).toMatch(/failed: 403\b.*Check the API client's scopes in QBench\. error_token \w+\n$/);
  });

  it("reports a response that is not JSON", async () => {
    const { run, emulator } = await startQbench();
    emulator.faults.add({ on: "api", status: 200, body: "<h1>Please log in</h1>" });
    expect(await run(["get", "orders/1"])).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "qbench: GET /qbench/api/v2/orders/1 failed: the response is HTML, not JSON. Check QBENCH_URL. It begins: <h1>Please log in</h1>\n",
    });
  });

  it("reports a connection that breaks", async () => {
    const { run, emulator } = await startQbench();
    emulator.faults.add({ on: "api", cut: "before" });
    const { code, stdout, stderr } = await run(["get", "orders/1"]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^qbench: GET \/qbench\/api\/v2\/orders\/1 failed: the connection broke before the response.* It is safe to send the request again\.\n$/,
    );
  });

  it.runIf(existsSync("/dev/full"))("reports a full disk", async () => {
    const { settings, state, folder } = await startQbench();
    const child = spawn("sh", ["-c", `'${process.execPath}' '${command}' get orders/1 > /dev/full`], {
      cwd: folder,
      env: { PATH: process.env.PATH, XDG_STATE_HOME: state, ...settings },
    });
    const stderr = "qbench: Could not write the output (ENOSPC).\n";
    expect(await outcomeOf(child)).toEqual({ code: 1, stdout: "", stderr });
  });
});
