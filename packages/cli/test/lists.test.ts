import { describe, expect, it } from "vitest";
import { rowsOf, startQbench } from "./support/qbench.ts";

const noSettings = { QBENCH_URL: "", QBENCH_CLIENT_ID: "", QBENCH_CLIENT_SECRET: "" };

/** Runs `qbench` without settings, and returns its output. Fails if it sends a request. */
async function runLists(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { run, emulator } = await startQbench();
  const outcome = await run(["lists", ...args], noSettings);
  expect(emulator.stats.requests).toBe(0);
  return outcome;
}

describe("qbench lists", () => {
  it("prints the name and the description of every list, without settings or requests", async () => {
    const { code, stdout, stderr } = await runLists();
    expect([code, stderr]).toEqual([0, ""]);
    const rows = rowsOf(stdout);
    expect(rows.length).toBeGreaterThan(50);
    expect(rows).toContainEqual({ name: "orders", description: "List orders" });
    expect(rows).toContainEqual({
      name: "orders/{order_id}/samples",
      description: "List the samples of one of the orders",
    });
    expect(rows.map(({ name }) => name)).not.toContain("orders/{order_id}");
  });

  it("prints the filters of a list, with their types and descriptions", async () => {
    const { code, stdout, stderr } = await runLists("orders");
    expect([code, stderr]).toEqual([0, ""]);
    expect(rowsOf(stdout)).toEqual(
      expect.arrayContaining([
        { name: "customer_ids", type: "list of integers", description: "Only records with these ids." },
        { name: "date_created_start", type: "date", description: "From this day on." },
        expect.objectContaining({ name: "last_updated", type: "unix seconds" }),
        expect.objectContaining({ name: "sort_order", type: "ASC | DESC" }),
      ]),
    );
  });

  it.each([
    "orders/1/samples",
    "/orders/1/samples?page_size=5",
    "orders/{order_id}/samples",
    "/qbench/api/v2/orders/1/samples",
    "https://example.qbench.net/qbench/api/v2/orders/1/samples",
  ])("prints the filters of the list below a record that is written as %s", async name => {
    const { code, stdout } = await runLists(name);
    expect(code).toBe(0);
    expect(rowsOf(stdout)).toContainEqual(expect.objectContaining({ name: "page_size", type: "integer" }));
  });

  it("prints the chosen columns in the chosen format", async () => {
    const { stdout } = await runLists("orders", "--format", "csv", "--columns", "type,name");
    expect(stdout).toMatch(/^type,name\n(.*\n)*list of integers,customer_ids\n/);
    expect((await runLists("sources", "--format", "table")).stdout).toMatch(/^name +type +description\n-/);
  });

  it.each([
    ["ordrs", 'Unknown list "ordrs". Did you mean "orders"?'],
    ["orders/7/sample", 'Unknown list "orders/7/sample". Did you mean "orders/7/samples"?'],
    ["orders/1", 'Unknown list "orders/1".'],
    ["orders/%/samples", 'Unknown list "orders/%/samples".'],
  ])("rejects %s with exit code 2 and the closest name", async (name, message) => {
    const { code, stdout, stderr } = await runLists(name);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });

  it("rejects a column that does not exist", async () => {
    expect(await runLists("orders", "--columns", "name,typ")).toEqual({
      code: 2,
      stdout: "",
      stderr: "qbench: No row has these fields of --columns: typ. The rows have name, type, description.\n",
    });
  });
});
