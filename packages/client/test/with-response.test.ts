import { type Order, type paths, resources, type Sample } from "@qbench-sdk/types";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type CallResult,
  createQBenchClient,
  type Page,
  QBenchApiError,
  QBenchInputError,
  type ResourceMethod,
} from "../src/index.js";
import { createTestClient, credentials } from "./support/laboratory.js";

describe("withResponse", () => {
  it("resolves to the data and the response of each kind of method, in one request", async () => {
    const { client, sent } = createTestClient();
    const order = await client.orders.get(3).withResponse();
    expectTypeOf(order).toEqualTypeOf<CallResult<Order>>();
    expect([order.data.id, order.response.status]).toEqual([3, 200]);

    const page = await client.orders.samples(7, { page_size: 1 }).withResponse();
    expectTypeOf(page).toEqualTypeOf<CallResult<Page<Sample>>>();
    expect([page.data.data.length, page.data.total_count, page.response.status]).toEqual([1, 2, 200]);

    const created = await client.orders.create([{ customer_account_id: 1 }]).withResponse();
    expectTypeOf(created).toEqualTypeOf<CallResult<Order[]>>();
    const id = created.data[0]?.id ?? 0;
    expect(created.response.status).toBe(201);

    const updated = await client.orders.update([{ id, invoicing_notes: "by post" }]).withResponse();
    expect([updated.data[0]?.invoicing_notes, updated.response.status]).toEqual(["by post", 200]);

    const deleted = await client.orders.delete(id).withResponse();
    expectTypeOf(deleted).toEqualTypeOf<CallResult<undefined>>();
    expect([deleted.data, deleted.response.status]).toEqual([undefined, 204]);

    const linked = await client.customers.linkContacts(2, [{ contact_id: 1 }]).withResponse();
    expect(linked.response.status).toBe(204);
    expect(sent()).toEqual([
      "/orders/3",
      "/orders/7/samples?page_size=1",
      "/orders",
      "/orders",
      `/orders/${id}`,
      "/customers/2/contacts",
    ]);
  });

  it("has the headers of the response, whose body has been read", async () => {
    const { client } = createTestClient();
    client.use({ onResponse: ({ response }) => new Response(response.body, { headers: { "x-trace": "7" } }) });
    const { response } = await client.teams.list().withResponse();
    expect([response.headers.get("x-trace"), response.bodyUsed]).toEqual(["7", true]);
  });

  it("resolves to the last response if a write takes several requests", async () => {
    const { client, requests } = createTestClient();
    const numbers: string[] = [];
    client.use({
      onResponse({ response }) {
        numbers.push(String(numbers.length + 1));
        return new Response(response.body, { status: response.status, headers: { "x-number": numbers.at(-1) ?? "" } });
      },
    });
    const orders = [1, 2, 3].map(id => ({ id, invoicing_notes: "by post" }));
    const { data, response } = await client.orders.update(orders, { chunkSize: 1 }).withResponse();
    expect(data.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect([numbers.length, response.headers.get("x-number")]).toEqual([3, "3"]);
    expect(requests).toHaveLength(4);
  });

  it("can be called several times and together with await, in one request", async () => {
    const { client, sent } = createTestClient();
    const call = client.orders.get(1);
    const [order, first, second] = [await call, await call.withResponse(), await call.withResponse()];
    expect([first.data, second.data, second.response]).toEqual([order, order, first.response]);
    const list = client.orders.list({ page_size: 2 });
    const page = await list;
    expect((await list.withResponse()).data).toBe(page);
    expect(await list).toBe(page);
    expect(sent()).toEqual(["/orders/1", "/orders?page_size=2"]);
  });

  it("rejects with the error of the call", async () => {
    const { client } = createTestClient();
    await expect(client.orders.get(999).withResponse()).rejects.toThrow(QBenchApiError);
    await expect(client.orders.list({ page_size: 0 }).withResponse()).rejects.toThrow(QBenchApiError);
    await expect(client.orders.create([]).withResponse()).rejects.toThrow(QBenchInputError);
    const reason = new Error("enough");
    const options = { signal: AbortSignal.abort(reason) };
    await expect(client.orders.delete(1, options).withResponse()).rejects.toBe(reason);
    await expect(client.orders.list({}, options).withResponse()).rejects.toBe(reason);
  });

  it("resolves to the data that the document declares, for a method that returns the whole body", async () => {
    const table = { orders: { get: { method: "GET", path: "/qbench/api/v2/orders/{order_id}" } } } as const;
    const client = createQBenchClient<paths, typeof table>({
      baseUrl: "https://lab.example",
      ...credentials(),
      resources: table,
      fetch: request =>
        Promise.resolve(
          Response.json(
            request.url.includes("/auth/")
              ? { access_token: "a", token_type: "Bearer", expires_in: 3600 }
              : { data: { id: 3 } },
          ),
        ),
    });
    expect((await client.orders.get(3).withResponse()).data).toEqual({ data: { id: 3 } });
  });
});

describe("a call", () => {
  it("is a promise of its data", async () => {
    const { client } = createTestClient();
    const call = client.orders.get(1);
    expectTypeOf(call).toExtend<Promise<Order>>();
    expect(call).toBeInstanceOf(Promise);
    expect(Object.keys(call)).toEqual([]);
    let isDone = false;
    const id = await call
      .then(order => order.id)
      .finally(() => {
        isDone = true;
      });
    expect([id, isDone]).toEqual([1, true]);
    expect(await client.orders.get(999).catch((error: unknown) => error)).toBeInstanceOf(QBenchApiError);
    expect(await Promise.all([call, client.orders.get(2)])).toMatchObject([{ id: 1 }, { id: 2 }]);
  });

  it("that lists records has the methods of a promise, and sends its request on their first use", async () => {
    const { client, sent } = createTestClient();
    const list = client.orders.list({ page_size: 1 });
    expectTypeOf(list).toExtend<Promise<Page<Order>>>();
    expect(String(list)).toBe("[object ListCall]");
    expect(sent()).toEqual([]);
    const events: string[] = [];
    const page = await list
      .finally(() => {
        events.push("finally");
      })
      .catch(() => undefined);
    expect([page?.data.length, events]).toEqual([1, ["finally"]]);
    expect(await Promise.all([list, Promise.resolve(list)])).toEqual([page, page]);
    expect(await client.orders.list({ page_size: 0 }).catch((error: unknown) => error)).toBeInstanceOf(QBenchApiError);
    expect(sent()).toEqual(["/orders?page_size=1", "/orders?page_size=0"]);
  });

  it("has withResponse for every method of every resource", async () => {
    let data: unknown;
    const { client } = createTestClient({}, { fetch: request => Promise.resolve(respond(request, data)) });
    const all = client as unknown as Record<
      string,
      Record<string, (...args: unknown[]) => { withResponse(): unknown }>
    >;
    for (const [resource, methods] of Object.entries<object>(resources)) {
      for (const [name, { method, path, returns }] of Object.entries<ResourceMethod>(methods as never)) {
        data = returns === "data" ? { id: 1 } : [{ id: 1 }];
        const ids = [...path.matchAll(/{/g)].map(() => 1);
        const takesBody = method === "POST" || method === "PATCH";
        const call = all[resource]?.[name]?.(...ids, ...(takesBody ? [[{ id: 1 }]] : []));
        expect(await call?.withResponse()).toMatchObject({ response: { status: 200 } });
      }
    }
  });
});

function respond(request: Request, data: unknown): Response {
  const isToken = request.url.includes("/auth/");
  return Response.json(
    isToken
      ? { access_token: "a", token_type: "Bearer", expires_in: 3600 }
      : { data, page_number: 1, total_count: 1, total_pages: 1 },
  );
}
