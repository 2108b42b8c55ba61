import {
  type Order,
  type OrderCreate,
  type OrderFilter,
  type OrderResponse,
  type paths,
  resources,
  type Sample,
} from "@qbench-sdk/types";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type CallOptions,
  createQBenchClient,
  type ListCall,
  type ListOptions,
  type Page,
  QBenchApiError,
  type ResourceMethod,
  type WriteOptions,
} from "../src/index.js";
import { createTestClient, credentials } from "./support/laboratory.js";

const settings = { baseUrl: "https://lab.example", ...credentials() };

describe("a list method", () => {
  it("resolves to the requested page if it is awaited", async () => {
    const { client, sent } = createTestClient();
    const page = await client.orders.list({ page_size: 5, page_num: 2 });
    expectTypeOf(page).toEqualTypeOf<Page<Order>>();
    expect([page.data.map(({ id }) => id), page.page_number, page.total_count]).toEqual([[6, 7, 8, 9, 10], 2, 48]);
    expect(sent()).toEqual(["/orders?page_size=5&page_num=2"]);
  });

  it("yields all records of the list if it is iterated", async () => {
    const { client } = createTestClient();
    const ids: number[] = [];
    for await (const order of client.orders.list({ page_size: 20 })) ids.push(order.id);
    expect(ids).toEqual(Array.from({ length: 48 }, (_, index) => index + 1));
    expect(await client.orders.list().toArray()).toHaveLength(48);
    const sizes: number[] = [];
    for await (const page of client.orders.list({ page_size: 30 }).pages()) sizes.push(page.data.length);
    expect(sizes).toEqual([30, 18]);
  });

  it("sends no request until its result is awaited or iterated", async () => {
    const { client, sent } = createTestClient();
    const list = client.orders.samples(7);
    expectTypeOf(list).toEqualTypeOf<ListCall<Sample>>();
    expect(sent()).toEqual([]);
    expect((await list).data.map(({ order_id }) => order_id)).toEqual([7, 7]);
    expect(sent()).toEqual(["/orders/7/samples"]);
  });

  it("throws QBench's error, awaited and iterated", async () => {
    const { client } = createTestClient({ faults: [{ on: "api", status: 500 }] });
    await expect(client.orders.list()).rejects.toThrow(QBenchApiError);
    await expect(client.orders.list().toArray()).rejects.toThrow(QBenchApiError);
  });

  it("rejects with the reason of its aborted signal", async () => {
    const { client } = createTestClient();
    const reason = new Error("enough");
    const options = { signal: AbortSignal.abort(reason) };
    await expect(client.orders.list({}, options)).rejects.toBe(reason);
    await expect(client.orders.list({}, options).toArray()).rejects.toBe(reason);
  });
});

describe("a resource method", () => {
  it("returns the record without its envelope", async () => {
    const { client } = createTestClient();
    const order = await client.orders.get(3);
    expectTypeOf(order).toEqualTypeOf<Order>();
    expect(order.id).toBe(3);
    expect((await client.tests.worksheetData(1, { worksheet_config: true })).id).toBe(1);
  });

  it("returns the whole body if the table does not mark it as an envelope", async () => {
    const table = {
      orders: {
        get: { method: "GET", path: "/qbench/api/v2/orders/{order_id}" },
        data: { method: "GET", path: "/qbench/api/v2/orders/{order_id}", returns: "data" },
      },
    } as const;
    const body = { data: { id: 3 }, more: 1 };
    const client = createQBenchClient<paths, typeof table>({
      ...settings,
      resources: table,
      fetch: request =>
        Promise.resolve(
          Response.json(
            request.url.includes("/auth/") ? { access_token: "a", token_type: "Bearer", expires_in: 3600 } : body,
          ),
        ),
    });
    expectTypeOf(client.orders.get).returns.resolves.toEqualTypeOf<OrderResponse>();
    expectTypeOf(client.orders.data).returns.resolves.toEqualTypeOf<Order>();
    expect(await client.orders.get(3)).toEqual(body);
    expect(await client.orders.data(3)).toEqual({ id: 3 });
  });

  it("creates, updates and deletes records", async () => {
    const { client } = createTestClient();
    const [order] = await client.orders.create([{ customer_account_id: 1 }]);
    expectTypeOf(order).toEqualTypeOf<Order | undefined>();
    const id = order?.id ?? 0;
    const updated = await client.orders.update([{ id, invoicing_notes: "by post" }]);
    expect(updated.map(({ invoicing_notes }) => invoicing_notes)).toEqual(["by post"]);
    expect(await client.orders.delete(id)).toBeUndefined();
    await expect(client.orders.get(id)).rejects.toThrow(expect.objectContaining({ status: 404 }));
  });

  it("links and unlinks records, with its arguments in the order of the path", async () => {
    const { client, sent, requests } = createTestClient();
    const of = async (): Promise<number[]> => (await client.customers.contacts(2).toArray()).map(({ id }) => id);
    const [contact] = await client.contacts.create([{ first_name: "Ada" }]);
    const id = contact?.id ?? 0;
    expect(await client.customers.linkContacts(2, [{ contact_id: id }])).toBeUndefined();
    expect(await of()).toContain(id);
    expect(await client.customers.unlinkContact(2, id)).toBeUndefined();
    expect(await of()).not.toContain(id);
    expect(sent()).toContain(`/customers/2/contacts/${id}`);
    expect(requests.map(({ method }) => method)).toContain("DELETE");
  });

  it("takes headers and a signal as its last argument", async () => {
    const { client, requests } = createTestClient();
    await client.orders.get(1, undefined, { headers: { "x-trace": "7" } });
    await client.invoices.sync(1, undefined, { headers: { "x-trace": "8" } }).catch(() => undefined);
    expect(requests.slice(1).map(({ headers }) => headers.get("x-trace"))).toEqual(["7", "8"]);
    const reason = new Error("enough");
    await expect(client.orders.delete(1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it("throws before any request if an id of the path is missing", async () => {
    const { client, requests } = createTestClient();
    // @ts-expect-error the id is missing
    await expect(client.orders.get()).rejects.toThrow(
      "GET /qbench/api/v2/orders/{order_id}: order_id must be a whole number",
    );
    // @ts-expect-error the second id is missing
    await expect(client.customers.unlinkContact(1)).rejects.toThrow("contact_id must be");
    expect(requests).toEqual([]);
  });
});

describe("the resources of a client", () => {
  it("creates each resource once, on its first use", () => {
    const { client } = createTestClient();
    expect(client.orders).toBe(client.orders);
    expect(Object.keys(client.orders)).toEqual(Object.keys(resources.orders));
  });

  it("reaches every operation of the document once, with its own method and path", async () => {
    const reached: string[] = [];
    let data: unknown;
    const { client } = createTestClient({}, { fetch: request => Promise.resolve(respond(request, reached, data)) });
    const all = client as unknown as Record<string, Record<string, (...args: unknown[]) => Promise<unknown>>>;
    const expected: string[] = [];
    for (const [resource, methods] of Object.entries<Record<string, ResourceMethod>>(resources)) {
      for (const [name, { method, path, returns }] of Object.entries(methods)) {
        data = returns === "data" ? { id: 1 } : [{ id: 1 }];
        const ids = [...path.matchAll(/{/g)].map(() => 1);
        const takesBody = method === "POST" || method === "PATCH";
        await all[resource]?.[name]?.(...ids, ...(takesBody ? [[{ id: 1 }]] : []));
        expected.push(`${method} ${path.replaceAll(/{.+?}/g, "1")}`);
      }
    }
    expect(reached).toEqual(expected);
    expect(new Set(reached).size).toBe(166);
  });

  it("has the resources of another document if its table is given", async () => {
    const { client: own } = createTestClient();
    const table = { things: { all: { method: "GET", path: "/qbench/api/v2/orders", returns: "page" } } } as const;
    const client = createQBenchClient<paths, typeof table>({ ...settings, resources: table });
    expectTypeOf(client.things.all).returns.toEqualTypeOf<ListCall<Order>>();
    expectTypeOf(client).not.toHaveProperty("orders");
    expect(client).not.toHaveProperty("orders");
    expectTypeOf(own).toHaveProperty("orders");
  });

  it("has no resources in its type if the client is for another document without a table", () => {
    const client = createQBenchClient<Pick<paths, "/qbench/api/v2/orders">>(settings);
    expectTypeOf(client).not.toHaveProperty("orders");
    expectTypeOf(client).toHaveProperty("GET");
  });

  it("throws if a resource has the name of a member of the client", () => {
    const table = { paginate: { list: { method: "GET", path: "/things" } } } as const;
    expect(() => createQBenchClient<object, typeof table>({ ...settings, resources: table })).toThrow(
      'resources: the client already has a member "paginate"',
    );
  });
});

describe("the types of resources", () => {
  const { client } = createTestClient();

  it("types the arguments by the operation: path parameters, then query or body, then options", () => {
    expectTypeOf(client.orders.list).parameters.toEqualTypeOf<
      [query?: OrderFilter | undefined, options?: ListOptions | undefined]
    >();
    expectTypeOf(client.orders.get).parameters.toEqualTypeOf<
      [id: number, query?: undefined, options?: CallOptions | undefined]
    >();
    expectTypeOf<Parameters<typeof client.orders.create>>().toEqualTypeOf<
      [body: readonly OrderCreate[], options?: WriteOptions | undefined]
    >();
    expectTypeOf(client.invoices.sync).parameters.toEqualTypeOf<
      [id: number, body?: undefined, options?: CallOptions | undefined]
    >();
    expectTypeOf(client.customers.unlinkContact).parameters.toEqualTypeOf<
      [id: number, innerId: number, options?: CallOptions | undefined]
    >();
    expectTypeOf(client.labels.print)
      .parameter(1)
      .toExtend<"orders" | "samples" | "tests" | "batches" | "projects" | "locations">();
    expectTypeOf(client.orders.delete).returns.resolves.toEqualTypeOf<undefined>();
    expectTypeOf(client.orders.update).returns.resolves.toEqualTypeOf<Order[]>();
  });

  it("types every method of every resource", () => {
    // A method whose operation is not in the document has an unknown result.
    type Unknown<Calls> = { [Name in keyof Calls]: Calls[Name] extends Known ? never : Name }[keyof Calls];
    type Known = (...args: never[]) => PromiseLike<object | string | undefined>;
    type All = Pick<typeof client, keyof typeof resources>;
    expectTypeOf<{ [Name in keyof All]: Unknown<All[Name]> }[keyof All]>().toBeNever();
  });

  it("rejects arguments that the operation does not take", () => {
    // @ts-expect-error a filter of a wrong type
    expectTypeOf(() => client.orders.list({ statuses: 7 })).toBeFunction();
    // @ts-expect-error a field that orders do not have
    expectTypeOf(() => client.orders.create([{ customer_account_id: 1, colour: "red" }])).toBeFunction();
    // @ts-expect-error batches are not created
    expectTypeOf(() => client.batches.create([])).toBeFunction();
  });
});

/** Responds to any request, and notes it. */
function respond(request: Request, reached: string[], data: unknown): Response {
  if (request.url.includes("/auth/")) {
    return Response.json({ access_token: "a", token_type: "Bearer", expires_in: 3600 });
  }
  reached.push(`${request.method} ${new URL(request.url).pathname}`);
  return Response.json({ data, page_number: 1, total_count: 1, total_pages: 1 });
}
