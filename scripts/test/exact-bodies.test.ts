import { describe, expect, it } from "vitest";
import { openEditor } from "./support/editor.ts";

const head = `import { createQBenchClient, customField, customFields } from "@qbench-sdk/client";
import type { Order } from "@qbench-sdk/types";
declare module "@qbench-sdk/types" {
  interface Order {
    X_DECLARED?: string | null;
  }
}
const client = createQBenchClient();
declare const order: Order;
declare const rows: { id: number; note: string }[];
declare const row: { id: number; note: string };
`;

/** Opens a program with these expressions. */
const open = (...expressions: string[]) =>
  openEditor(head + expressions.map((each, index) => `export const value${index} = ${each};\n`).join(""));

describe("the errors of request bodies", { timeout: 60_000 }, () => {
  const expected: [of: string, expression: string, message: string][] = [
    [
      "a literal",
      "client.orders.create([{ customer_account_id: 1 }, { statte: 'a' }])",
      "'statte' does not exist in type 'OrderCreate'. Did you mean to write 'state'?",
    ],
    [
      "a mapped list",
      "client.orders.create(rows.map(({ id, note }) => ({ customer_account_id: id, notes: note })))",
      `parameter of type 'readonly OrderCreate[] & InvalidBody<"notes is not declared">'`,
    ],
    [
      "a link",
      "client.orders.create(rows.map(each => ({ customer_account_id: 1, customer_account: each })))",
      'InvalidBody<"note is not declared">',
    ],
    ["a spread", "client.orders.update([{ ...row, state: 'a' }])", 'InvalidBody<"note is not declared">'],
    ["an action", "client.invoices.sendEmail(1, { emails: [], ...row })", '"note is not declared"'],
    [
      "customFields",
      "client.orders.update([{ id: 1, ...customFields({ state: 'a' }) }])",
      'InvalidBody<"state is declared, so write it without customFields">',
    ],
    [
      "customFields that a service has declared",
      "client.orders.create([{ customer_account_id: 1, ...customFields({ X_DECLARED: 'a' }) }])",
      'InvalidBody<"X_DECLARED is declared, so write it without customFields">',
    ],
    ["customField", "customField(order, 'state')", "state is declared, so read record.state"],
    [
      "customField of a service that has declared the field",
      "customField(order, 'X_DECLARED')",
      "X_DECLARED is declared, so read record.X_DECLARED",
    ],
  ];
  const errors = open(...expected.map(([, expression]) => expression)).errors();

  it.each(expected.map(([of, , message], index) => ({ of, message, index })))(
    "the error of a wrong field in $of names the field",
    ({ message, index }) => {
      expect(errors[index]).toContain(message);
      expect(errors).toHaveLength(expected.length);
    },
  );
});

describe("the completion of fields in a request body", { timeout: 60_000 }, () => {
  const places: [of: string, expression: string, field: string][] = [
    ["the first record", "client.orders.create([{ | }])", "customer_account_id"],
    ["another record", "client.orders.create([{ customer_account_id: 1 }, { state: 'a', | }])", "invoicing_notes"],
    ["a record with a wrong field", "client.orders.create([{ colour: 1, | }])", "customer_account_id"],
    ["a record with a spread", "client.orders.update([{ ...rows[0], | }])", "invoicing_notes"],
    ["a mapped list", "client.orders.create(rows.map(({ id }) => ({ customer_account_id: id, | })))", "state"],
    ["a record with custom fields", "client.orders.update([{ ...customFields({ X_A: 1 }), | }])", "state"],
    ["a link", "client.samples.update([{ id: 1, order: { | } }])", "id"],
    ["the body of an action", "client.invoices.sendEmail(1, { | })", "emails"],
  ];
  const editor = open(...places.map(([, expression], index) => expression.replace("|", `/*${index}*/`)));

  it.each(places.map(([of, , field], index) => ({ of, field, index })))(
    "an editor offers the declared fields in $of",
    ({ field, index }) => {
      const names = editor.completions(String(index)).map(({ name }) => name);
      expect(names).toContain(field);
      expect(names).not.toContain("rows");
    },
  );
});

describe("the cost of exact bodies", { timeout: 60_000 }, () => {
  const resources = ["samples", "tests", "customers", "contacts", "assays", "panels", "payments", "invoices"];

  /** Returns the instantiations of one more call. */
  const costOf = (call: (resource: string) => string): number => {
    const first = open(call("orders")).instantiations();
    return (open(call("orders"), ...resources.map(call)).instantiations() - first) / resources.length;
  };

  it("an update of a resource costs the compiler less than the same request by client.PATCH", () => {
    const update = costOf(name => `client.${name}.update([{ id: 1 }])`);
    const patch = costOf(name => `client.PATCH("/qbench/api/v2/${name}", { body: [{ id: 1 }] })`);
    expect(update).toBeGreaterThan(0);
    expect(update).toBeLessThan(patch);
  });

  it("a body of 500 records costs the compiler as much as a body of one", () => {
    const create = (count: number): number => {
      const records = Array.from({ length: count }, (_, index) => `{ customer_account_id: 1, state: "${index}" }`);
      return open(`client.orders.create([${records.join()}])`).instantiations();
    };
    expect(create(500)).toBeLessThan(create(1) * 1.01);
  });

  it("a method that is passed to a generic function costs the compiler little, and keeps its check", () => {
    const wrap = "(<Body, Result>(write: (body: Body) => Result) => write)";
    const wrapped = open(`${wrap}(client.orders.create)([{ customer_account_id: 1, ...row }])`);
    expect(wrapped.errors()).toEqual([expect.stringContaining('"note is not declared"')]);
    expect(wrapped.instantiations()).toBeLessThan(10_000);
  });
});
