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
  type Page,
  QBenchApiError,
  QBenchInputError,
  type ReadOptions,
  type WriteOptions,
} from "../src/index.js";
import { createTestClient, credentials } from "./support/laboratory.js";

const settings = { baseUrl: "https://lab.example", ...credentials() };

describe("a list of a resource", () => {
  it("is, awaited, the one page that was asked for", async () => {
    const { client, sent } = createTestClient();
    const page = await client.orders.list({ page_size: 5, page_num: 2 });
    expectTypeOf(page).toEqualTypeOf<Page<Order>>();
    expect([page.data.map(({ id }) => id), page.page_number, page.total_count]).toEqual([[6, 7, 8, 9, 10], 2, 48]);
    expect(sent()).toEqual(["/orders?page_size=5&page_num=2"]);
  });

  it("is, iterated, all its records", async () => {
    const { client } = createTestClient();
    const ids: number[] = [];
    for await (const order of client.orders.list({ page_size: 20 })) ids.push(order.id);
    expect(ids).toEqual(Array.from({ length: 48 }, (_, index) => index + 1));
    expect(await client.orders.list().toArray()).toHaveLength(48);
    const sizes: number[] = [];
    for await (const page of client.orders.list({ page_size: 30 }).pages()) sizes.push(page.data.length);
    expect(sizes).toEqual([30, 18]);
  });

  it("asks for nothing until it is awaited or read", async () => {
    const { client, sent } = createTestClient();
    const list = client.orders.samples(7);
    expectTypeOf(list).toEqualTypeOf<ListCall<Sample>>();
    expect(sent()).toEqual([]);
    expect((await list).data.map(({ order_id }) => order_id)).toEqual([7, 7]);
    expect(sent()).toEqual(["/orders/7/samples"]);
  });

  it("throws what QBench answers, awaited and read", async () => {
    const { client } = createTestClient({ faults: [{ on: "api", status: 500 }] });
    await expect(client.orders.list()).rejects.toThrow(QBenchApiError);
    await expect(client.orders.list().toArray()).rejects.toThrow(QBenchApiError);
  });

  it("stops with its signal's reason", async () => {
    const { client } = createTestClient();
    const reason = new Error("enough");
    const options = { signal: AbortSignal.abort(reason) };
    await expect(client.orders.list({}, options)).rejects.toBe(reason);
    await expect(client.orders.list({}, options).toArray()).rejects.toBe(reason);
  });
});

describe("a call of a resource", () => {
  it("gives the record itself, out of its envelope", async () => {
    const { client } = createTestClient();
    const order = await client.orders.get(3);
    expectTypeOf(order).toEqualTypeOf<Order>();
    expect(order.id).toBe(3);
    expect((await client.tests.worksheetData(1, { worksheet_config: true })).id).toBe(1);
  });

  it("gives the body where the table does not say that it is an envelope, whatever it holds", async () => {
    const table = {
      orders: { get: "GET /qbench/api/v2/orders/{order_id}", data: "GET /qbench/api/v2/orders/{order_id}?data" },
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

  it("creates, updates and deletes", async () => {
    const { client } = createTestClient();
    const [order] = await client.orders.create([{ customer_account_id: 1 }]);
    expectTypeOf(order).toEqualTypeOf<Order | undefined>();
    const id = order?.id ?? 0;
    const updated = await client.orders.update([{ id, invoicing_notes: "by post" }]);
    expect(updated.map(({ invoicing_notes }) => invoicing_notes)).toEqual(["by post"]);
    expect(await client.orders.delete(id)).toBeUndefined();
    await expect(client.orders.get(id)).rejects.toThrow(expect.objectContaining({ status: 404 }));
  });

  it("links and unlinks, with the parameters of the path in order", async () => {
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

  it("takes headers and a signal last", async () => {
    const { client, requests } = createTestClient();
    await client.orders.get(1, undefined, { headers: { "x-trace": "7" } });
    await client.invoices.sync(1, undefined, { headers: { "x-trace": "8" } }).catch(() => undefined);
    expect(requests.slice(1).map(({ headers }) => headers.get("x-trace"))).toEqual(["7", "8"]);
    const reason = new Error("enough");
    await expect(client.orders.delete(1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it("is refused without the id that its path needs, before anything is sent", async () => {
    const { client, requests } = createTestClient();
    // @ts-expect-error the id is missing
    await expect(client.orders.get()).rejects.toThrow(new QBenchInputError("orders.get: order_id is missing"));
    // @ts-expect-error the second id is missing
    await expect(client.customers.unlinkContact(1)).rejects.toThrow("contact_id is missing");
    expect(requests).toEqual([]);
  });
});

describe("the resources of a client", () => {
  it("are made once, when they are first asked for", () => {
    const { client } = createTestClient();
    expect(client.orders).toBe(client.orders);
    expect(Object.keys(client.orders)).toEqual(Object.keys(resources.orders));
  });

  it("reach every operation of the document once, each with its own method and path", async () => {
    const reached: string[] = [];
    const { client } = createTestClient({}, { fetch: request => Promise.resolve(answer(request, reached)) });
    const all = client as unknown as Record<string, Record<string, (...args: unknown[]) => Promise<unknown>>>;
    const texts = Object.entries(resources).flatMap(([resource, calls]) =>
      Object.entries(calls).map(([name, text]): [string, string, string] => [resource, name, text]),
    );
    for (const [resource, name, text] of texts) {
      const ids = [...text.matchAll(/{/g)].map(() => 1);
      const takesBody = /^(POST|PATCH)/.test(text);
      await all[resource]?.[name]?.(...ids, ...(takesBody ? [[{ id: 1 }]] : []));
    }
    expect(reached).toEqual(texts.map(([, , text]) => text.replace(/\?.*/, "").replaceAll(/{.+?}/g, "1")));
    expect(new Set(reached).size).toBe(166);
  });

  it("are those of another document when they are given", async () => {
    const { client: own } = createTestClient();
    const table = { things: { all: "GET /qbench/api/v2/orders?page_num" } } as const;
    const client = createQBenchClient<paths, typeof table>({ ...settings, resources: table });
    expectTypeOf(client.things.all).returns.toEqualTypeOf<ListCall<Order>>();
    expectTypeOf(client).not.toHaveProperty("orders");
    expect(client).not.toHaveProperty("orders");
    expectTypeOf(own).toHaveProperty("orders");
  });

  it("are not in the type of a client whose document is another and has no table", () => {
    const client = createQBenchClient<Pick<paths, "/qbench/api/v2/orders">>(settings);
    expectTypeOf(client).not.toHaveProperty("orders");
    expectTypeOf(client).toHaveProperty("GET");
  });

  it("cannot take the place of a client's own members", () => {
    const table = { paginate: { list: "GET /things" } } as const;
    expect(() => createQBenchClient<object, typeof table>({ ...settings, resources: table })).toThrow(
      'resources: the client has a member "paginate" already',
    );
  });
});

describe("the types of resources", () => {
  const { client } = createTestClient();

  it("are the operation's own: parameters of the path, then query or body, then options", () => {
    expectTypeOf(client.orders.list).parameters.toEqualTypeOf<
      [query?: OrderFilter | undefined, options?: (CallOptions & ReadOptions) | undefined]
    >();
    expectTypeOf(client.orders.get).parameters.toEqualTypeOf<
      [id: number, query?: undefined, options?: CallOptions | undefined]
    >();
    expectTypeOf(client.orders.create).parameters.toEqualTypeOf<
      [body: OrderCreate[], options?: WriteOptions | undefined]
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

  it("are known for every call", () => {
    // A call whose operation is not in the document has no type that says what it gives.
    type Unknown<Calls> = { [Name in keyof Calls]: Calls[Name] extends Known ? never : Name }[keyof Calls];
    type Known = (...args: never[]) => PromiseLike<object | undefined>;
    type All = Pick<typeof client, keyof typeof resources>;
    expectTypeOf<{ [Name in keyof All]: Unknown<All[Name]> }[keyof All]>().toBeNever();
  });

  it("refuse what the operation does not take", () => {
    // @ts-expect-error a filter of a wrong type
    expectTypeOf(() => client.orders.list({ statuses: 7 })).toBeFunction();
    // @ts-expect-error a field that orders do not have
    expectTypeOf(() => client.orders.create([{ customer_account_id: 1, colour: "red" }])).toBeFunction();
    // @ts-expect-error batches are not created
    expectTypeOf(() => client.batches.create([])).toBeFunction();
  });
});

/** Any call's answer, and a note of the call. */
function answer(request: Request, reached: string[]): Response {
  if (request.url.includes("/auth/")) {
    return Response.json({ access_token: "a", token_type: "Bearer", expires_in: 3600 });
  }
  reached.push(`${request.method} ${new URL(request.url).pathname}`);
  return Response.json({ data: [{ id: 1 }], page_number: 1, total_count: 1, total_pages: 1 });
}
