import type { Order, OrderUpdate } from "@qbench-sdk/types";
import { describe, expect, expectTypeOf, it } from "vitest";
import { customField, customFields, unwrap } from "../src/index.js";
import { createTestClient } from "./support/laboratory.js";

const laboratory = { customFields: { orders: { X_REVIEWED_BY: "STR" as const, X_COUNT: "NUM" as const } } };

/** A record whose service has declared a field, as module augmentation does. */
interface Declared {
  id: number;
}
interface Declared {
  X_DECLARED?: string | null;
}

describe("customField", () => {
  it("customField returns the value of an undeclared field, and undefined if the record lacks it", async () => {
    const { client } = createTestClient(laboratory);
    await client.orders.update([{ id: 1, ...customFields({ X_REVIEWED_BY: "MB", X_COUNT: 2 }) }]);
    const order = await client.orders.get(1);
    expect(customField(order, "X_REVIEWED_BY")).toBe("MB");
    expect(customField(order, "X_COUNT")).toBe(2);
    expect(customField(order, "X_MISSING")).toBeUndefined();
    expect(customField(order, "toString")).toBeUndefined();
  });

  it("customField returns unknown, so that the caller checks the value", () => {
    expectTypeOf(customField({} as Order, "X_REVIEWED_BY")).toBeUnknown();
  });

  it("customField takes names that the type does not declare, and names that are known only at run time", () => {
    const name: string = "X_A";
    expect(customField({ id: 1 }, name)).toBeUndefined();
    const either: { id: number } | { title: string } = { id: 1, ...{ X_A: 1 } };
    expect(customField(either, "X_A")).toBe(1);
    const open: { [field: string]: unknown; id: number } = { id: 1, X_A: 1 };
    expect(customField(open, "X_A")).toBe(1);
  });

  it("customField rejects a name that the type declares", () => {
    // @ts-expect-error orders declare their state
    expectTypeOf(() => customField({} as Order, "state")).toBeFunction();
    // @ts-expect-error the service has declared the field
    expectTypeOf(() => customField({} as Declared, "X_DECLARED")).toBeFunction();
    // @ts-expect-error one of the alternatives declares the field
    expectTypeOf(() => customField({} as { id: number } | { title: string }, "title")).toBeFunction();
    // @ts-expect-error only records have fields
    expectTypeOf(() => customField("record", "X_A")).toBeFunction();
  });
});

describe("customFields", () => {
  it("customFields adds exactly the given fields to a request", async () => {
    const { client } = createTestClient(laboratory);
    const sent: unknown[] = [];
    client.use({
      async onRequest({ request }) {
        sent.push(await request.clone().json());
      },
    });
    const body = { id: 1, invoicing_notes: "kept", ...customFields({ X_REVIEWED_BY: "MB", X_COUNT: null }) };
    await client.orders.update([body]);
    expect(Reflect.ownKeys(body)).toEqual(["id", "invoicing_notes", "X_REVIEWED_BY", "X_COUNT"]);
    expect(sent).toEqual([[{ id: 1, invoicing_notes: "kept", X_REVIEWED_BY: "MB", X_COUNT: null }]]);
  });

  it("customFields can be combined, computed, and part of a mapped list", async () => {
    const { client } = createTestClient(laboratory);
    const reviewers = new Map([
      [1, "MB"],
      [2, "JO"],
    ]);
    const orders = await client.orders.update(
      [...reviewers].map(([id, reviewer]) => ({
        id,
        ...customFields({ X_REVIEWED_BY: reviewer }),
        ...customFields(Object.fromEntries([["X_COUNT", id]])),
      })),
      { onIgnoredFields: "throw" },
    );
    expect(orders.map(order => [customField(order, "X_REVIEWED_BY"), customField(order, "X_COUNT")])).toEqual([
      ["MB", 1],
      ["JO", 2],
    ]);
  });

  it("customFields works with client.PATCH of openapi-fetch, which still checks declared fields", async () => {
    const { client } = createTestClient(laboratory);
    const body = [{ id: 1, ...customFields({ X_REVIEWED_BY: "MB" }) }];
    const { data } = await unwrap(client.PATCH("/qbench/api/v2/orders", { body }));
    expect(data[0] && customField(data[0], "X_REVIEWED_BY")).toBe("MB");
    // @ts-expect-error the type of a declared field is wrong
    const wrong: OrderUpdate = { id: "1", ...customFields({ X_REVIEWED_BY: "MB" }) };
    expect(wrong.id).toBe("1");
  });

  it("a body with custom fields is checked like any other body", () => {
    const { client } = createTestClient();
    const fields = customFields({ X_REVIEWED_BY: "MB" });
    expectTypeOf(() => client.orders.update([{ id: 1, ...fields }])).toBeFunction();
    // @ts-expect-error the type of a declared field is wrong
    expectTypeOf(() => client.orders.update([{ id: 1, state: 1, ...fields }])).toBeFunction();
    // @ts-expect-error a required field is missing
    expectTypeOf(() => client.orders.update([{ ...fields }])).toBeFunction();
    // @ts-expect-error the body does not declare the field
    expectTypeOf(() => client.orders.update([{ id: 1, stat: "x", ...fields }])).toBeFunction();
    // @ts-expect-error the body declares the field, so it is written without customFields
    expectTypeOf(() => client.orders.update([{ id: 1, ...customFields({ state: "x" }) }])).toBeFunction();
    // @ts-expect-error the second call has a declared name
    expectTypeOf(() => client.orders.update([{ id: 1, ...fields, ...customFields({ state: 1 }) }])).toBeFunction();
  });
});
