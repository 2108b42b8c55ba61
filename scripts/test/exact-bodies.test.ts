import { describe, expect, it } from "vitest";
import { openEditor } from "./support/open-editor.ts";

const head = `import { createQBenchClient, customField, customFields } from "../src/index.js";
import type { OrderCreate } from "@qbench-sdk/types";
const client = createQBenchClient();
declare const rows: { id: number; note: string }[];
`;

const open = (program: string) => openEditor(head + program);

describe("the errors of request bodies", { timeout: 60_000 }, () => {
  it.each([
    ["a literal", "client.orders.create([{ customer_account_id: 1, invoicing_note: 'a' }])", "invoicing_note"],
    [
      "a mapped list",
      "client.orders.create(rows.map(({ id, note }) => ({ customer_account_id: id, invoicing_note: note })))",
      "invoicing_note",
    ],
    ["a link", "client.orders.create(rows.map(row => ({ customer_account: row })))", "note"],
    ["a spread", "client.orders.update([{ ...rows[0]!, state: 'a' }])", "note"],
    ["an action", "client.invoices.sendEmail(1, { emails: [], ...rows[0] })", "note"],
    ["customFields", "client.orders.update([{ id: 1, ...customFields({ state: 'a' }) }])", "state"],
  ])("the error of an undeclared field in %s names the field", (_, call, field) => {
    const errors = open(`export const call = ${call};`).errors();
    expect(errors).toHaveLength(1);
    expect(`${errors[0]?.at} ${errors[0]?.message}`).toMatch(new RegExp(`["'\\b]${field}\\b`));
  });

  it("the error of a literal is at the field, and suggests the field that was meant", () => {
    const program = "export const call = client.orders.create([{ customer_account_id: 1 }, { statte: 'a' }]);";
    expect(open(program).errors()).toEqual([
      {
        at: "statte",
        message: expect.stringMatching(
          /'statte' does not exist in type 'OrderCreate'\. Did you mean to write 'state'\?/,
        ),
      },
    ]);
  });

  it("the error of any other body says what is wrong with it", () => {
    const program =
      "export const call = client.orders.create(rows.map(({ id, note }) => ({ customer_account_id: id, notes: note })));";
    expect(open(program).errors()[0]?.message).toContain(
      `parameter of type 'readonly OrderCreate[] & InvalidBody<"notes is not declared">'`,
    );
  });

  it("the error of customFields says how to write a declared field", () => {
    const program = "export const call = client.orders.update([{ id: 1, ...customFields({ state: 'a' }) }]);";
    expect(open(program).errors()[0]?.message).toContain("state is declared, so write it without customFields");
  });

  it("the error of customField says how to read a declared field", () => {
    const program = "export const read = async () => customField(await client.orders.get(1), 'state');";
    expect(open(program).errors()[0]?.message).toContain("state is declared, so read record.state");
  });
});

describe("the completion of fields in a request body", { timeout: 60_000 }, () => {
  it.each([
    ["the first record", "client.orders.create([{ | }])", "customer_account_id"],
    ["another record", "client.orders.create([{ customer_account_id: 1 }, { state: 'a', | }])", "invoicing_notes"],
    ["a record with a wrong field", "client.orders.create([{ colour: 1, | }])", "customer_account_id"],
    ["a record with a spread", "client.orders.update([{ ...rows[0], | }])", "invoicing_notes"],
    ["a mapped list", "client.orders.create(rows.map(({ id }) => ({ customer_account_id: id, | })))", "state"],
    ["a record with custom fields", "client.orders.update([{ ...customFields({ X_A: 1 }), | }])", "state"],
    ["a link", "client.samples.update([{ id: 1, order: { | } }])", "id"],
    ["the body of an action", "client.invoices.sendEmail(1, { | })", "emails"],
  ])("an editor offers the declared fields in %s", (_, call, field) => {
    const names = open(`export const call = ${call};`).completions();
    expect(names).toContain(field);
    expect(names).not.toContain("rows");
  });
});

describe("the cost of exact bodies", { timeout: 60_000 }, () => {
  const resources = ["samples", "tests", "customers", "contacts", "assays", "panels", "payments", "invoices"];
  const costOf = (call: (resource: string) => string): number => {
    const calls = ["orders", ...resources].map(each => `export const ${each} = ${call(each)};`);
    const first = open(calls[0] ?? "").instantiations();
    return (open(calls.join("\n")).instantiations() - first) / resources.length;
  };

  it("an update of a resource costs the compiler less than the same request by client.PATCH", () => {
    const exact = costOf(name => `client.${name}.update([{ id: 1 }])`);
    expect(exact).toBeGreaterThan(0);
    expect(exact).toBeLessThan(costOf(name => `client.PATCH("/qbench/api/v2/${name}", { body: [{ id: 1 }] })`));
  });

  it("a body of 500 records costs the compiler as much as a body of one", () => {
    const create = (count: number): number => {
      const records = Array.from(
        { length: count },
        (_, index) => `{ customer_account_id: 1, invoicing_notes: "${index}" }`,
      );
      return open(`export const call = client.orders.create([${records.join()}]);`).instantiations();
    };
    expect(create(500)).toBeLessThan(create(1) * 1.01);
  });

  it("a method that is passed to a generic function costs the compiler little", () => {
    const program = `declare function wrap<Body, Result>(write: (body: Body) => Result): (body: Body) => Result;
export const call = wrap(client.orders.create);`;
    expect(open(program).errors()).toEqual([]);
    expect(open(program).instantiations()).toBeLessThan(
      open("export const call = client.orders.create;").instantiations() * 1.05,
    );
  });
});
